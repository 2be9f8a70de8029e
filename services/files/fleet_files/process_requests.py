"""What a request to cut a file into chunks says."""

from typing import Any

import msgspec

from fleet.files.v1 import messages as m
from fleet_files.file_store import StoredFile
from fleet_files.incoming import Incoming
from fleet_files.provider import About
from fleet_files.purposes import filename_of, media_type
from fleet_files.reading import Wanted
from fleet_runtime.errors import InvalidArgument


def about(form: m.ProcessFileRequest) -> About:
    """Return what the fields say of a file that is sent along."""
    name = filename_of(form.filename)
    return About(name, media_type(name, form.content_type), "user_data")


async def named_file(
    incoming: Incoming[m.ProcessFileRequest],
) -> m.ProcessFileRequest | None:
    """Return the fields of a request that names a kept file; nothing if one is sent along, which is not read yet.

    Raises:
        InvalidArgument: It does neither.
    """
    if await incoming.begins():
        return None
    form = await incoming.form()
    if form.file_id:
        return form
    if incoming.there:
        return None
    raise InvalidArgument(
        "Send a 'file', or the 'file_id' of one that is kept.", code="missing_file", param="file"
    )


async def sent_file(incoming: Incoming[m.ProcessFileRequest]) -> m.ProcessFileRequest:
    """Return the fields of a request whose file was sent along, and has been read.

    Raises:
        InvalidArgument: It names a kept file as well.
    """
    form = await incoming.form()
    if form.file_id:
        raise InvalidArgument(
            "Send either a 'file' or a 'file_id'; here are both.",
            code="two_files",
            param="file_id",
        )
    return form


def wanted(form: m.ProcessFileRequest, file: StoredFile | str) -> Wanted:
    """Return what is to be done with `file`: a kept one, or one that was sent along, by its id.

    Raises:
        InvalidArgument: The options are no JSON object.
    """
    options = _options(form)
    if isinstance(file, StoredFile):
        name, kind, file_id = file.filename, file.content_type, file.id
    else:
        said = about(form)
        name, kind, file_id = said.filename, said.content_type, file
    return Wanted(file_id, name, kind, options, form.chunking_strategy)


def _options(form: m.ProcessFileRequest) -> dict[str, Any]:
    options = msgspec.json.decode(form.options) if form.options else None
    if options is not None and not isinstance(options, dict):
        raise InvalidArgument(
            "'options' must be a JSON object.", code="invalid_options", param="options"
        )
    return options or {}
