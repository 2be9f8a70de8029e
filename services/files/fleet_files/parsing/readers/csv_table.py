"""Comma-separated values (RFC 4180), and those separated by tabs and the like: a table for some rows at a time."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from fleet_chunking.block import Block
from fleet_files.media_types import TSV
from fleet_files.parsing.encodings import encoding_of
from fleet_files.parsing.tables import markdown_table
from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import Job

_SEPARATORS = ",;\t|"
_ROWS = 100
# In characters.
_LONGEST_CELL = 1024 * 1024


def read(job: Job) -> Iterator[Block]:
    """Yield the rows of a file as tables, each with the first row as its header."""
    path = Path(job.path)
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding=encoding_of(path), errors="replace", newline="") as file:
        first = file.readline(_LONGEST_CELL)
        file.seek(0)
        separator = "\t" if job.media_type == TSV else max(_SEPARATORS, key=first.count)
        rows = (row for row in csv.reader(file, delimiter=separator) if any(map(str.strip, row)))
        try:
            yield from _tables(rows)
        except csv.Error as error:
            raise ReadError(
                "broken_file", f"The file's values cannot be told apart: {error}."
            ) from None


def _tables(rows: Iterator[list[str]]) -> Iterator[Block]:
    header = next(rows, [])
    some = list(islice(rows, _ROWS))
    yield Block("table", markdown_table([header, *some]))
    while some := list(islice(rows, _ROWS)):
        yield Block("table", markdown_table([header, *some]))
