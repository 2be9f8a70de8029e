"""Which format a file is of: its first bytes, its name and what its server says tell."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO, TypeAlias

from fleet_eval.datasets.formats import csv_rows, jsonl, parquet
from fleet_eval.datasets.formats.found import Found
from fleet_eval.datasets.provider import Bounds
from fleet_runtime.errors import InvalidArgument

Read: TypeAlias = Callable[[BinaryIO, int, int, Bounds], Found]
"""Reads rows of a file: on from an offset, after a number of others."""

_PARQUET = b"PAR1"
_TABBED = partial(csv_rows.read, delimiter="\t")
_BY_ENDING: dict[str, Read] = {
    ".csv": csv_rows.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
    ".tsv": _TABBED,
}
_BY_TYPE: dict[str, Read] = {
    "application/csv": csv_rows.read,
    "application/jsonl": jsonl.read,
    "application/x-ndjson": jsonl.read,
    "csv": csv_rows.read,  # as in `data:csv;base64,`
    "text/csv": csv_rows.read,
    "text/tab-separated-values": _TABBED,
}
# How much of a file is looked at.
_HEAD = 4096


def format_of(file: BinaryIO, filename: str, content_type: str) -> Read:
    """Return what reads a file.

    Raises:
        InvalidArgument: Nothing does.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(_PARQUET):
        return parquet.read
    read = _BY_ENDING.get(PurePosixPath(filename).suffix.lower()) or _BY_TYPE.get(content_type)
    if read is None and head.lstrip().startswith(b"{"):
        return jsonl.read
    if read is None:
        raise InvalidArgument(
            "The source is of no format that is read here: JSON Lines, Parquet, or CSV that its ending or type tells.",
            code="unsupported_format",
        )
    return read
