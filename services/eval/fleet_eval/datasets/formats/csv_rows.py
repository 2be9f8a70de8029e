"""Comma-separated values, with the names of the columns in the first line. Offsets are bytes.

What is in a column follows from its first values: whole numbers, numbers, `true` and `false`, else text. A value that
is nothing of the kind stays text, and an empty one is `null`. Numbers that begin with zeros are text: they are codes.

Format: https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, TypeAlias

import msgspec

from fleet_eval.datasets.formats.found import Found, broken, collected, line, too_large
from fleet_eval.datasets.provider import Bounds
from fleet_eval.datasets.rows import LARGEST

Value: TypeAlias = int | float | bool | str

# How many rows tell what is in a column.
_SAMPLE = 200
_BOM = b"\xef\xbb\xbf"
_WHOLE = re.compile(r"[+-]?(0|[1-9]\d{0,17})")
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d*)?([eE][+-]?\d{1,3})?")
_TRUTH = {"true": True, "false": False}


def read(file: BinaryIO, offset: int, skip: int, bounds: Bounds, delimiter: str = ",") -> Found:
    """Read rows on from `offset`, after `skip` others.

    Raises:
        InvalidArgument: It is no CSV, is not written in UTF-8, or a row has more values than there are columns.
    """
    csv.field_size_limit(LARGEST)  # the module's only way to say so
    table = _table(file, delimiter)
    start = max(offset, table.start)
    file.seek(start)
    rows = _Rows(file, start, delimiter)
    return collected(((table.row(values), rows.end) for values in rows), start, skip, bounds)


@dataclass(frozen=True, slots=True)
class _Table:
    """The columns of a file.

    Attributes:
        names: Their names.
        kinds: What makes a value of each; nothing if it cannot.
        start: Where the first row begins.
    """

    names: Sequence[str]
    kinds: Sequence[Callable[[str], Value | None]]
    start: int

    def row(self, values: Sequence[str]) -> bytes:
        """Return a row as JSON."""
        if len(values) > len(self.names):
            raise broken(f"a row has {len(values)} values for {len(self.names)} columns")
        told: dict[str, Any] = dict.fromkeys(self.names)
        for name, kind, text in zip(self.names, self.kinds, values, strict=False):
            if text:
                value = kind(text)
                told[name] = text if value is None else value
        return msgspec.json.encode(told)


class _Rows:
    """The rows of a file, on from where it is, with where the last one ended."""

    def __init__(self, file: BinaryIO, start: int, delimiter: str) -> None:
        self.end = start
        self._file = file
        self._row = 0
        self._reader = csv.reader(self._lines(), delimiter=delimiter)

    def __iter__(self) -> Iterator[list[str]]:
        try:
            for values in self._reader:
                self._row = 0
                if values:
                    yield values
        except csv.Error as error:
            raise broken(f"it is no CSV: {error}") from None
        except UnicodeDecodeError:
            raise broken("it is not written in UTF-8") from None

    def _lines(self) -> Iterator[str]:
        while text := line(self._file):
            self.end += len(text)
            self._row += len(text)
            if self._row > LARGEST:  # a quote that never ends
                raise too_large()
            yield text.decode()


def _table(file: BinaryIO, delimiter: str) -> _Table:
    file.seek(0)
    start = len(_BOM) if file.read(len(_BOM)) == _BOM else 0
    file.seek(start)
    rows = _Rows(file, start, delimiter)
    each = iter(rows)
    names = next(each, [])
    if len(set(names)) != len(names):
        raise broken("two columns have the same name")
    start = rows.end
    sample = list(islice(each, _SAMPLE))
    columns = [[row[place] for row in sample if place < len(row)] for place in range(len(names))]
    return _Table(names, [_kind(column) for column in columns], start)


def _kind(column: Sequence[str]) -> Callable[[str], Value | None]:
    """Return what makes values of a column, of which some are known."""
    known = [text for text in column if text]
    for kind in (_whole, _number, _truth):
        if known and all(kind(text) is not None for text in known):
            return kind
    return _text


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) else None


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _truth(text: str) -> bool | None:
    return _TRUTH.get(text.lower())


def _text(text: str) -> str:
    return text
