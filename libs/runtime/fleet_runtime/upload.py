"""Files that come in: their bytes as they arrive, and the fields that come with them."""

from collections.abc import AsyncGenerator
from typing import Generic, Protocol, TypeVar

import msgspec

StructT = TypeVar("StructT", bound=msgspec.Struct)
StructT_co = TypeVar("StructT_co", bound=msgspec.Struct, covariant=True)

# In bytes. What `form` passes over of a file that nobody wanted: what came along with the fields.
UNREAD = 1 << 20


class Source(Protocol[StructT_co]):
    """An upload as one of the faces gets it."""

    @property
    def has_file(self) -> bool:
        """Whether a file has come so far."""
        ...

    def pieces(self) -> AsyncGenerator[bytes, None]:
        """Yield the file, piece by piece; end once the whole upload is here, and raise if it is not whole."""
        ...

    def fields(self) -> StructT_co:
        """Return the checked fields, once the whole upload is here."""
        ...


class Upload(Generic[StructT]):
    """A file that is coming in, with its fields.

    Read `content` to its end, then `form`: in a form, fields may come after the file.
    """

    def __init__(self, source: Source[StructT]) -> None:
        self._source = source
        self._pieces = source.pieces()
        self._whole = False

    @property
    def has_file(self) -> bool:
        """Whether there is a file, once `form` has returned. An empty file is one too."""
        return self._source.has_file

    async def content(self) -> AsyncGenerator[bytes, None]:
        """Yield the file's bytes as they arrive, up to 1 MiB at a time. The sender waits for whoever reads this.

        It ends only where the file does, and may be closed early.

        Raises:
            FleetError: The upload is broken, or broke off.
            asyncio.CancelledError: The caller left, or is out of time. Nothing may be kept of the file.
        """
        async for piece in self._pieces:
            yield piece
        self._whole = True

    async def form(self) -> StructT:
        """Return the fields, checked; the `file` among them is empty.

        Raises:
            InvalidArgument: A field is wrong, which the error names, or missing.
            FleetError: As for `content`, of which a small rest may be unread.
            RuntimeError: `content` was not read.
        """
        unread = 0
        async for piece in self.content():
            unread += len(piece)
            if unread > UNREAD:
                raise RuntimeError("the content of an upload comes before its form")
        if not self._whole:
            raise RuntimeError("the upload has failed already")
        return self._source.fields()

    async def aclose(self) -> None:
        """Read no further."""
        await self._pieces.aclose()
