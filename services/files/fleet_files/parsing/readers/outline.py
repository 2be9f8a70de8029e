"""The outline of a PDF: the headings that a viewer shows beside the pages."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from fleet_chunking.block import Block
from fleet_files.parsing.headings import Headings

_MOST = 10_000
_DEEPEST = 16
_LONGEST_TITLE = 300
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Entry:
    level: int
    title: str


class Outline:
    """Knows which headings are on which page, and finds them in its text. A broken outline is as good as none."""

    def __init__(self, reader: PdfReader) -> None:
        self._headings = Headings()
        self._entries: defaultdict[int, list[_Entry]] = defaultdict(list)
        try:
            for level, item in _items(reader.outline, 1):
                number = reader.get_destination_page_number(item)
                title = " ".join(str(item.title or "").split())[:_LONGEST_TITLE]
                if number is not None and title:
                    self._entries[number + 1].append(_Entry(level, title))
        except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._entries.clear()

    def cut(self, number: int, text: str) -> Iterator[Block]:
        """Yield the text of the page `number` as blocks, its headings as such where they stand in it."""
        begin = 0
        for entry in self._entries.pop(number, ()):
            found = _find(entry.title, text, begin)
            if found is None:
                self._headings.enter(entry.level, entry.title)  # it stands as a picture, say
                continue
            yield Block("text", text[begin : found[0]], number, self._headings.path)
            self._headings.enter(entry.level, entry.title)
            yield Block("heading", text[slice(*found)], number, self._headings.path)
            begin = found[1]
        yield Block("text", text[begin:], number, self._headings.path)


def _items(outline: Any, level: int) -> Iterator[tuple[int, Any]]:
    """Yield the entries of an outline, whose lists hold what is below the entry before them."""
    if level > _DEEPEST:
        return
    for item in outline[:_MOST]:
        if isinstance(item, list):
            yield from _items(item, level + 1)
        else:
            yield level, item


def _find(title: str, text: str, begin: int) -> tuple[int, int] | None:
    """Return where `title` stands in a line of its own, or in several, perhaps after a number."""
    words = r"\s+".join(map(re.escape, _SPACE.split(title)))
    found = re.compile(rf"^[ \t]*(?:[\dA-Z.]{{1,12}}[ \t]+)?{words}[ \t]*$", re.MULTILINE).search(
        text, begin
    )
    return found.span() if found else None
