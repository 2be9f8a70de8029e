"""Uploads as HTTP callers make them: forms."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Generic, TypeVar

import msgspec
from google.api.httpbody_pb2 import HttpBody

from fleet_runtime.form import FormReader
from fleet_runtime.multipart import FormParser, boundary_of

StructT = TypeVar("StructT", bound=msgspec.Struct)


class RestForm(Generic[StructT]):
    """A form that is coming in, as a `Source` of an `Upload`."""

    def __init__(self, arriving: AsyncIterator[HttpBody], read: FormReader[StructT]) -> None:
        self._arriving = arriving
        self._read = read
        self._parser: FormParser | None = None

    @property
    def has_file(self) -> bool:
        """Whether a file has come so far."""
        return self._parser is not None and bool(self._parser.file)

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Yield the pieces of the file; end with the form, and raise if it is none, or not whole."""
        async for message in self._arriving:
            # Only the first message has the type.
            parser = self._parser = self._parser or FormParser(boundary_of(message.content_type))
            for piece in parser.feed(message.data):
                yield piece
        (self._parser or FormParser(boundary_of(""))).finish()

    def fields(self) -> StructT:
        """Return the checked fields, once the form is whole."""
        if self._parser is None:
            raise RuntimeError("no form has come")
        return self._read(self._parser.fields, self._parser.file)
