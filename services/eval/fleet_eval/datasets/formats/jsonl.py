"""JSON Lines: a JSON object a line. Offsets are bytes.

Format: https://jsonlines.org
"""

from collections.abc import Iterator
from typing import BinaryIO

from fleet_eval.datasets.formats.found import Found, broken, collected, line
from fleet_eval.datasets.provider import Bounds
from fleet_eval.datasets.rows import is_row


def read(file: BinaryIO, offset: int, skip: int, bounds: Bounds) -> Found:
    """Read rows on from `offset`, after `skip` others. Empty lines are none.

    Raises:
        InvalidArgument: A line is no JSON object.
    """
    file.seek(offset)
    found = collected(_lines(file, offset), offset, skip, bounds)
    for number, row in enumerate(found.rows):
        if not is_row(row):
            raise broken(f"row {number} of those that were asked for is no JSON object")
    return found


def _lines(file: BinaryIO, offset: int) -> Iterator[tuple[bytes, int]]:
    """Yield the lines that are not empty, each with where it ends."""
    while text := line(file):
        offset += len(text)
        row = text.strip()
        if row:
            yield row, offset
