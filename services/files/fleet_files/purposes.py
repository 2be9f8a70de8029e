"""What files are for, and what follows from that.

Source: https://platform.openai.com/docs/api-reference/files/create
"""

import mimetypes
from pathlib import PurePosixPath

from fleet.files.v1 import messages as m
from fleet_files.provider import About
from fleet_runtime.errors import InvalidArgument

_OF_LINES = ("batch", "fine-tune")
# What files of JSON lines are called; many are just `.txt`, or have no ending.
_LINES = ("", ".json", ".jsonl", ".ndjson", ".txt")
_OCTETS = "application/octet-stream"
_NAMELESS = "upload"


def about(form: m.UploadFileRequest) -> About:
    """Return what the fields of an upload say of the file.

    Raises:
        InvalidArgument: Its name says that it cannot be for this purpose.
    """
    name = filename_of(form.filename)
    ending = PurePosixPath(name).suffix.lower()
    if form.purpose in _OF_LINES and ending not in _LINES:
        raise InvalidArgument(
            f"Files for '{form.purpose}' are JSON Lines, `.jsonl`; this one is called '{name}'.",
            code="invalid_file_format",
            param="file",
        )
    after = form.expires_after
    return About(
        name,
        media_type(name, form.content_type),
        form.purpose,
        None if after is None else after.seconds,
    )


def filename_of(sent: str) -> str:
    """Return the last part of a name: some browsers send the whole path."""
    return sent.replace("\\", "/").rpartition("/")[2] or _NAMELESS


def media_type(filename: str, claimed: str) -> str:
    """Return what a file is: what its owner says, unless that says nothing; then what its ending does."""
    if claimed and claimed.partition(";")[0].strip().lower() != _OCTETS:
        return claimed
    return mimetypes.guess_type(filename, strict=False)[0] or _OCTETS


def lifetime(about: About, *, ttl: int | None, batch_ttl: int | None) -> int | None:
    """Return how long a file is kept, in seconds; for ever if nothing is returned.

    Args:
        about: What its owner says.
        ttl: How long, if that says nothing.
        batch_ttl: How long, if it is for a batch.
    """
    if about.expires_after is not None:
        return about.expires_after
    if about.purpose == "batch" and batch_ttl is not None:
        return batch_ttl
    return ttl
