"""What reading some rows of a file gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from fleet_eval.datasets.provider import Bounds
from fleet_eval.datasets.rows import LARGEST
from fleet_runtime.errors import InvalidArgument


@dataclass(frozen=True, slots=True)
class Found:
    """Some rows of a file.

    Attributes:
        rows: They, each a JSON object.
        skipped: How many were passed over before them; fewer than were to be if the file ended.
        offset: Where the row after them begins, as the format counts.
        ended: Whether there is none.
    """

    rows: list[bytes]
    skipped: int
    offset: int
    ended: bool


def collected(rows: Iterator[tuple[bytes, int]], start: int, skip: int, bounds: Bounds) -> Found:
    """Pass over `skip` rows, and collect those that follow.

    Args:
        rows: Each row with the offset at which it ends; a row that is passed over may be anything.
        start: The offset of the first.
        skip: How many are passed over.
        bounds: How many are collected.
    """
    found: list[bytes] = []
    skipped, size, offset = 0, 0, start
    for row, end in rows:
        if skipped < skip:
            skipped, offset = skipped + 1, end
            continue
        if len(found) >= bounds.rows or size >= bounds.bytes:
            return Found(found, skipped, offset, ended=False)
        found.append(row)
        size, offset = size + len(row), end
    return Found(found, skipped, offset, ended=True)


def line(file: BinaryIO) -> bytes:
    """Return the next line of a file; nothing at its end.

    Raises:
        InvalidArgument: It is longer than a row may be.
    """
    text = file.readline(LARGEST + 1)
    if len(text) > LARGEST:
        raise too_large()
    return text


def too_large() -> InvalidArgument:
    """Return the error for a row that is too large."""
    return InvalidArgument(
        f"A row of the source has more than {LARGEST} bytes; is it of another format?",
        code="row_too_large",
    )


def broken(what: str) -> InvalidArgument:
    """Return the error for a file that is not what it should be."""
    return InvalidArgument(f"The source cannot be read: {what}.", code="broken_source")
