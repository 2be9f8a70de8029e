"""The headers of tables, which every chunk of a table begins with."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fleet_chunking.document import Document
from fleet_chunking.tokenizer import Offsets, Tokenizer

# The line below the header of a Markdown table: https://github.github.com/gfm/#delimiter-row
_DELIMITERS = re.compile(r"\s*\|?(\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*")
# The part of a chunk that a header may be. A longer one is no help.
_MOST = 4
# In characters. No delimiter row is longer, and to look for one takes time.
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Header:
    """What a chunk begins with that begins within a table.

    Attributes:
        text: The first row, its end included.
        tokens: How many it has.
        first: The first token of the table.
        begin: The first token after the header.
        end: The first token after the table.
    """

    text: str
    tokens: int
    first: int
    begin: int
    end: int


class Headers:
    """The headers of a document's tables, as far as they are short beside chunks of `size` tokens."""

    def __init__(
        self, document: Document, offsets: Offsets, tokenizer: Tokenizer, size: int
    ) -> None:
        found = _headers(document, offsets, tokenizer)
        self._headers = [header for header in found if header.tokens * _MOST <= size]
        self._firsts = [header.first for header in self._headers]

    def above(self, token: int) -> Header | None:
        """Return the header that belongs above a chunk which begins with `token`."""
        place = bisect_right(self._firsts, token - 1) - 1
        if place < 0:
            return None
        header = self._headers[place]
        return header if token < header.end else None


def _headers(document: Document, offsets: Offsets, tokenizer: Tokenizer) -> Iterator[Header]:
    for block, begin in zip(document.blocks, document.begins, strict=True):
        header = _header(block.text) if block.kind == "table" else ""
        if header:
            spans = (begin, begin + len(header), begin + len(block.text))
            first, after, end = np.searchsorted(offsets, spans, "left").tolist()
            yield Header(header, len(tokenizer.offsets(header)), first, after, end)


def _header(table: str) -> str:
    """Return the first row of a table, and the line below it; nothing if the table has no other rows."""
    lines = table.split("\n", 2)
    rows = 1
    if len(lines) > 1 and len(lines[1]) < _LONGEST and _DELIMITERS.fullmatch(lines[1]):
        rows = 2
    return "".join(f"{line}\n" for line in lines[:rows]) if len(lines) > rows else ""
