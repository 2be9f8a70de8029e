"""Where a text may be cut, and where it had better be."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from fleet_chunking.document import SEPARATOR, Document
from fleet_chunking.tokenizer import Offsets

Gap: TypeAlias = tuple[int, int]
"""A place between two sentences or so: from the end of the one to the beginning of the other, in characters."""

_PARAGRAPH = re.compile(r"\n\s*\n\s*")
_LINE = re.compile(r"\n\s*")
# A full stop with what closes after it, before white space; those of Chinese and Japanese need none.
_SENTENCE = re.compile(r"(?:[.!?…][\"'”’)\]]*(?=\s)|[。！？｡][」』”’）]*)(\s*)")  # noqa: RUF001 - full-width on purpose
_LINES_MATTER = frozenset({"table", "list", "code"})


@dataclass(frozen=True, slots=True)
class Cuts:
    """Tokens that a chunk may well begin with, each list in order.

    Attributes:
        headings: The first tokens of headings.
        ranks: Other first tokens, by how good a place each list is: of blocks, paragraphs, rows, sentences, lines.
    """

    headings: list[int]
    ranks: tuple[list[int], ...]


def find(document: Document, offsets: Offsets) -> Cuts:
    """Find them in a document whose tokens begin at `offsets`."""
    text = document.text
    found = (
        _between_blocks(document),
        (match.span() for match in _PARAGRAPH.finditer(text)),
        _rows(document),
        (match.span(1) for match in _SENTENCE.finditer(text)),
        (match.span() for match in _LINE.finditer(text)),
    )
    headings = _tokens(_before_headings(document), offsets)
    return Cuts(headings.tolist(), tuple(_tokens(gaps, offsets).tolist() for gaps in found))


def _tokens(gaps: Iterable[Gap], offsets: Offsets) -> Offsets:
    """Return the last token that begins in each gap, where one does."""
    spans = np.fromiter((end for gap in gaps for end in gap), np.int64).reshape(-1, 2)
    tokens = np.maximum(np.searchsorted(offsets, spans[:, 1], "right") - 1, 0)
    begins = offsets[tokens]
    good = tokens[(begins >= spans[:, 0]) & (begins <= spans[:, 1]) & (tokens > 0)]
    return np.unique(np.searchsorted(offsets, offsets[good], "left"))


def _gap_before(document: Document, place: int) -> Gap:
    begin = document.begins[place]
    return begin - len(SEPARATOR), begin


def _between_blocks(document: Document) -> Iterator[Gap]:
    return (_gap_before(document, place) for place in range(1, len(document.blocks)))


def _before_headings(document: Document) -> Iterator[Gap]:
    """Yield the gaps before headings; of several in a row, before the first."""
    blocks = document.blocks
    for place in range(1, len(blocks)):
        if blocks[place].kind == "heading" and blocks[place - 1].kind != "heading":
            yield _gap_before(document, place)


def _rows(document: Document) -> Iterator[Gap]:
    """Yield the gaps between lines where lines are more than the width of a page."""
    for block, begin in zip(document.blocks, document.begins, strict=True):
        if block.kind in _LINES_MATTER:
            for match in _LINE.finditer(block.text):
                yield begin + match.start(), begin + match.end()
