"""Files: those that a run is given, and those that it made."""

import mimetypes
import os
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from fleet_runtime.errors import InvalidArgument, TooLarge
from fleet_tools.sandbox import folders

_MOST = 100
_LONGEST = 255
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)
_UNKNOWN = "application/octet-stream"
_IMAGE = "image/"
# In bytes. Those that tell what a file is.
_BEGINNING = 16


class GivenFile(msgspec.Struct, frozen=True):
    """A file that a run is given.

    Attributes:
        name: Its name, in the code's folder.
        content: Its bytes in base64.
    """

    name: str
    content: str


class MadeFile(msgspec.Struct, frozen=True):
    """A file that a run made, or changed.

    Attributes:
        name: Its name, relative to the code's folder.
        size: In bytes.
        media_type: What it is, as far as its beginning or its name tells.
        data: Its bytes; `None` if there was more than is given back.
    """

    name: str
    size: int
    media_type: str
    data: bytes | None

    @property
    def image(self) -> bool:
        """Whether it is an image that models can be shown."""
        return self.media_type.startswith(_IMAGE)

    @property
    def base64(self) -> str | None:
        """Its bytes in base64."""
        return None if self.data is None else b64encode(self.data).decode()


def given(told: Any, most: int) -> dict[str, bytes]:
    """Read the files that a run is given.

    Args:
        told: `[{"name": …, "content": …}]`.
        most: How many bytes they may have together.

    Raises:
        InvalidArgument: It is something else, or a name leads out of the folder.
        TooLarge: They have more.
    """
    try:
        files = msgspec.convert(told, list[GivenFile])
        found = {_name(file.name): b64decode(file.content, validate=True) for file in files}
    except (msgspec.ValidationError, Base64Error) as error:
        raise InvalidArgument(
            f"`files` must be a list of {{name, content}}, the content in base64: {error}.",
            param="files",
        ) from None
    if len(found) > _MOST or sum(map(len, found.values())) > most:
        raise TooLarge(
            f"The files have more than {most} bytes together, or are more than {_MOST}.",
            code="files_too_large",
            param="files",
        )
    return found


def _name(name: str) -> str:
    path = PurePosixPath(name)
    if path.name != name or name in {".", ".."} or len(name) > _LONGEST or not name.isprintable():
        raise InvalidArgument(
            f"{name[:_LONGEST]!r} cannot be the name of a file here; it must have no folder in it.",
            param="files",
        )
    return name


def place(work: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a folder, in the place of those, or of links, that have their names.

    Raises:
        InvalidArgument: A folder has the name of one.
    """
    for name, content in files.items():
        path = work / name
        try:
            path.unlink(missing_ok=True)
        except OSError:
            raise InvalidArgument(
                f"There is a folder named {name!r} already.", param="files"
            ) from None
        path.write_bytes(content)


@dataclass
class Room:
    """How much is given back.

    Attributes:
        images: Of images, in bytes.
        others: Of all other files.
    """

    images: int
    others: int

    def takes(self, media_type: str, size: int) -> bool:
        """Whether there is room for a file, which is taken then."""
        image = media_type.startswith(_IMAGE)
        if size > (self.images if image else self.others):
            return False
        if image:
            self.images -= size
        else:
            self.others -= size
        return True


def changed(work: Path, before: Mapping[str, os.stat_result], room: Room) -> Sequence[MadeFile]:
    """Return the files in a folder that are not as they were.

    Args:
        work: The folder; nobody may write to it any more.
        before: What was in it.
        room: How much is read.
    """
    return [
        _read(work, name, status.st_size, room)
        for name, status in sorted(folders.files(str(work)).items())
        if name not in before or not _alike(before[name], status)
    ]


def _read(work: Path, name: str, size: int, room: Room) -> MadeFile:
    with (work / name).open("rb") as file:
        media_type = _media_type(name, file.read(_BEGINNING))
        if not room.takes(media_type, size):
            return MadeFile(name, size, media_type, None)
        file.seek(0)
        return MadeFile(name, size, media_type, file.read(size))


def _alike(old: os.stat_result, new: os.stat_result) -> bool:
    return (old.st_ino, old.st_size, old.st_mtime_ns) == (new.st_ino, new.st_size, new.st_mtime_ns)


def _media_type(name: str, data: bytes) -> str:
    for beginning, media_type in _BEGINNINGS:
        if data.startswith(beginning):
            return media_type
    guessed = mimetypes.guess_type(name)[0] or _UNKNOWN
    # What only calls itself one would be sent to a model as one.
    return _UNKNOWN if guessed.startswith(_IMAGE) else guessed
