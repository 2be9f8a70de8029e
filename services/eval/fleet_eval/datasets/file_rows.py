"""The rows of a file, from wherever one begins."""

import asyncio
from dataclasses import dataclass
from typing import BinaryIO

from fleet_eval.datasets.formats.choosing import format_of
from fleet_eval.datasets.formats.found import Found
from fleet_eval.datasets.marks import Marks
from fleet_eval.datasets.provider import Bounds, Place, Slice
from fleet_runtime.errors import InvalidArgument


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that is open to be read. Whoever has it closes it.

    Attributes:
        file: Its bytes.
        version: Tells what is in it from what was in it before, and from other files; has no colon.
        filename: Its name, with its ending.
        content_type: What its server says it is.
    """

    file: BinaryIO
    version: str
    filename: str
    content_type: str = ""


class FileRows:
    """Reads rows of files, in threads."""

    def __init__(self) -> None:
        self._marks = Marks()

    async def read(self, source: OpenFile, start: Place, bounds: Bounds) -> Slice:
        """Read rows of `source`, which is closed then.

        Raises:
            InvalidArgument: It is of no format that is read, is broken, or is not what `start` has a mark in.
        """
        version = source.version
        try:
            row, offset = self._from(version, start)
        except InvalidArgument:
            source.file.close()
            raise
        found = await asyncio.to_thread(_read, source, offset, start.row - row, bounds)
        place = row + found.skipped + len(found.rows)
        self._marks.put(version, place, found.offset)
        return Slice(found.rows, Place(place, f"{version}:{found.offset}"), found.ended)

    def _from(self, version: str, start: Place) -> tuple[int, int]:
        """Return the row to begin with, and where it begins."""
        if start.mark is None:
            return self._marks.before(version, start.row)
        marked, _, offset = start.mark.rpartition(":")
        if marked != version or not offset.isdecimal():
            raise InvalidArgument(
                "The source of the dataset has changed since that page; start again without 'cursor'.",
                code="source_changed",
                param="cursor",
            )
        return start.row, int(offset)


def _read(source: OpenFile, offset: int, skip: int, bounds: Bounds) -> Found:
    with source.file as file:
        read = format_of(file, source.filename, source.content_type)
        return read(file, offset, skip, bounds)
