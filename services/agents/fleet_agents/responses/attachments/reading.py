"""Reading files for a model: images as they are, all else as text."""

from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, contextmanager
from typing import Any

from msgspec.structs import replace

from fleet.agents.v1 import messages as m
from fleet.files.v1 import messages as f
from fleet_agents.config import AttachmentConfig
from fleet_agents.neighbours import Neighbours
from fleet_agents.responses.attachments.media import data_of, data_url, image_type, named
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, InvalidArgument

_PARAGRAPHS = "\n\n"


class Reading:
    """Reads files on behalf of one call, by the files service.

    Args:
        neighbours: Who keeps and reads files.
        config: How large they may be.
        call: The call.
    """

    def __init__(self, neighbours: Neighbours, config: AttachmentConfig, call: Call) -> None:
        self._neighbours = neighbours
        self._config = config
        self._call = call

    async def read(self, part: m.Part, param: str) -> m.Part:
        """Return what a part says as a model reads it: an `input_image` with its data, or an `input_text`.

        Args:
            part: An `input_image` or an `input_file`.
            param: Where it stands in the request.

        Raises:
            InvalidArgument: It cannot be read, or is too large.
            FleetError: There is no such file, or who keeps or reads it fails.
        """
        with _at(param):
            if part.file_id is not None:
                return await self._kept(part, part.file_id)
            if part.file_data is not None:
                kind, data = data_of(part.file_data, param)
                return await self._given(part, kind, data)
            return await self._fetched(part, part.file_url or "", param)

    async def _kept(self, part: m.Part, file_id: str) -> m.Part:
        """Read a file that the files service keeps."""
        file = await self._neighbours.files.get_file(f.GetFileRequest(file_id=file_id), self._call)
        self._check_size(file.bytes, file.filename)
        if part.type == "input_image" or image_type(None, file.filename):
            return await self._kept_image(part, file)
        asked = f.ParseFileRequest(file_id=file_id)
        stream: Any = self._neighbours.readers.parse_file(asked, self._call)
        texts, length = [], 0
        async with aclosing(stream) as blocks:
            async for block in blocks:
                texts.append(block.text)
                length += len(block.text)
                self._check_length(length, file.filename)
        return _text(file.filename, _PARAGRAPHS.join(texts))

    async def _kept_image(self, part: m.Part, file: f.File) -> m.Part:
        asked = f.GetFileContentRequest(file_id=file.id)
        stream: Any = self._neighbours.files.get_file_content(asked, self._call)
        kind, data = None, bytearray()
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                kind = kind or piece.content_type
                data += piece.data
                self._check_size(len(data), file.filename)
        found = image_type(kind, file.filename, bytes(data[:16]))
        if found is None:
            raise InvalidArgument(
                f"The file '{file.filename}' is no image that models read: PNG, JPEG, GIF, WebP or BMP.",
                code="invalid_image",
            )
        return _image(part, found, bytes(data))

    async def _fetched(self, part: m.Part, address: str, param: str) -> m.Part:
        """Read a file that is at an address."""
        data = bytearray()
        async with self._neighbours.fetcher.opened(address, self._call, param) as found:
            async for piece in found.content:
                data += piece
                self._check_size(len(data), found.filename)
        named_part = replace(part, filename=part.filename or found.filename or None)
        return await self._given(named_part, found.content_type, bytes(data))

    async def _given(self, part: m.Part, kind: str, data: bytes) -> m.Part:
        """Read a file that stands in the request."""
        name = named(part.filename, kind)
        self._check_size(len(data), name)
        image = image_type(kind, name, data[:16])
        if image is not None:
            return _image(part, image, data)
        asked = f.ProcessFileRequest(filename=name, content_type=kind, file=b"")
        read = await self._neighbours.readers.process_file(asked, self._call, _pieces(data))
        text = _PARAGRAPHS.join(chunk.content for chunk in read.chunks)
        self._check_length(len(text), name)
        return _text(name, text)

    def _check_size(self, size: int, filename: str) -> None:
        if size > self._config.most_bytes:
            raise InvalidArgument(
                f"The file '{filename}' has more than {self._config.most_bytes} bytes.",
                code="file_too_large",
            )

    def _check_length(self, length: int, filename: str) -> None:
        if length > self._config.most_characters:
            raise InvalidArgument(
                f"The text of the file '{filename}' has more than {self._config.most_characters} characters. Put it"
                " into a vector store, and give the model a 'file_search' over that.",
                code="file_too_large",
            )


def _image(part: m.Part, kind: str, data: bytes) -> m.Part:
    return m.Part(type="input_image", image_url=data_url(kind, data), detail=part.detail)


def _text(filename: str, text: str) -> m.Part:
    return m.Part(type="input_text", text=f"[file: {filename}]\n\n{text}\n\n")


async def _pieces(data: bytes) -> AsyncGenerator[bytes, None]:
    yield data


@contextmanager
def _at(param: str) -> Generator[None, None, None]:
    """Say of what fails where in the request it stands."""
    try:
        yield
    except FleetError as error:
        error.param = param
        raise
