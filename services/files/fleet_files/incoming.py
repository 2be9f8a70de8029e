"""Files that come in, counted and summed as they do."""

import hashlib
import uuid
from collections.abc import Callable
from contextlib import aclosing
from typing import Generic, TypeVar

import msgspec

from fleet_files.provider import About, Content
from fleet_runtime.errors import TooLarge
from fleet_runtime.upload import Upload

FormT = TypeVar("FormT", bound=msgspec.Struct)


def new_file_id() -> str:
    """Return an id as OpenAI has them: `file-` and 32 hexadecimal digits."""
    return f"file-{uuid.uuid4().hex}"


class Incoming(Generic[FormT]):
    """An upload, as providers take it.

    Args:
        file_id: The new file's id.
        upload: What comes in.
        most: The most bytes that may.
        about: Returns what the fields of the upload say of the file; raises `InvalidArgument` if that cannot be.

    Attributes:
        id: The file's id.
        size: How many bytes have come.
    """

    def __init__(
        self, file_id: str, upload: Upload[FormT], most: int, about: Callable[[FormT], About]
    ) -> None:
        self.id = file_id
        self.size = 0
        self._upload = upload
        self._pieces = upload.content()
        self._first: bytes | None = None
        self._most = most
        self._about = about
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The SHA-256 of what has come, in hexadecimal."""
        return self._digest.hexdigest()

    async def content(self) -> Content:
        """Yield the bytes as they come.

        Raises:
            TooLarge: They are more than may be.
            FleetError: The upload is broken, or broke off.
        """
        async with aclosing(self._pieces):
            if self._first is not None:
                yield self._counted(self._first)
            async for piece in self._pieces:
                yield self._counted(piece)

    async def begins(self) -> bool:
        """Wait for the first byte, and say whether one came. `content` begins with it all the same."""
        self._first = await anext(self._pieces, None)
        return self._first is not None

    def _counted(self, piece: bytes) -> bytes:
        self.size += len(piece)
        if self.size > self._most:
            raise TooLarge(
                f"The file is larger than the {self._most} bytes that are taken. Split it.",
                code="file_too_large",
                param="file",
            )
        self._digest.update(piece)
        return piece

    @property
    def there(self) -> bool:
        """Whether there is a file, if only an empty one; known once `form` is."""
        return self._upload.has_file

    async def form(self) -> FormT:
        """Return the fields, which are known once all bytes are here."""
        return await self._upload.form()

    async def about(self) -> About:
        """Return what the fields say of the file, which is known once all bytes are here."""
        return self._about(await self.form())
