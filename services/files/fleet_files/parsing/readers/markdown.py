"""Markdown: https://spec.commonmark.org and GitHub's tables, as far as blocks go."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from fleet_chunking.block import Block, BlockKind
from fleet_files.parsing.encodings import read_lines
from fleet_files.parsing.headings import Headings
from fleet_files.parsing.wire import Job

# None of these takes longer than in proportion to a line.
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_DELIMITER = re.compile(r":?-+:?")
# How markitdown tells the slides of a presentation.
_SLIDE = re.compile(r"<!-- Slide number: (\d+) -->")
# In characters. What has no end still comes in blocks.
_LONGEST = 256 * 1024
_LONGEST_LINE = 1000


def read(job: Job) -> Iterator[Block]:
    """Yield the blocks of a file."""
    return blocks(read_lines(Path(job.path)))


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Yield the blocks of a text."""
    state = _State()
    for line in lines:
        yield from state.feed(line.rstrip("\n"))
    yield from state.flush()


class _State:
    """The block that is under way, and where it is."""

    def __init__(self) -> None:
        self._headings = Headings()
        self._lines: list[str] = []
        self._size = 0
        self._fence = ""
        self._page: int | None = None

    def feed(self, line: str) -> Iterator[Block]:
        """Take a line; yield the blocks that it ends."""
        if self._fence:
            yield from self._in_fence(line)
        elif len(line) <= _LONGEST_LINE and (fence := _FENCE.match(line)):
            yield from self.flush()
            self._fence = fence[1]
            self._hold(line)
        elif slide := _SLIDE.fullmatch(line.strip()):
            yield from self.flush()
            self._page = int(slide[1])
        elif len(line) <= _LONGEST_LINE and (heading := _HEADING.match(line)):
            yield from self.flush()
            yield from self._heading(len(heading[1]), _unclosed(heading[2] or ""))
        elif len(self._lines) == 1 and (underline := _UNDERLINE.match(line)):
            yield from self._underlined(underline[1][0])
        elif not line.strip():
            yield from self.flush()
        else:
            self._hold(line)
            if self._size > _LONGEST:
                yield from self.flush()

    def flush(self) -> Iterator[Block]:
        """Yield the block that is under way."""
        if self._lines:
            kind: BlockKind = "code" if self._fence else _kind(self._lines)
            yield Block(kind, "\n".join(self._lines), self._page, self._headings.path)
        self._lines, self._size, self._fence = [], 0, ""

    def _hold(self, line: str) -> None:
        self._lines.append(line)
        self._size += len(line)

    def _in_fence(self, line: str) -> Iterator[Block]:
        self._hold(line)
        closes = line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0])
        if closes or self._size > _LONGEST:
            fence = self._fence
            yield from self.flush()
            self._fence = "" if closes else fence

    def _underlined(self, mark: str) -> Iterator[Block]:
        (text,) = self._lines
        self._lines, self._size = [], 0
        yield from self._heading(1 if mark == "=" else 2, text)

    def _heading(self, level: int, text: str) -> Iterator[Block]:
        text = text.strip()
        if text:
            self._headings.enter(level, text)
            yield Block("heading", text, self._page, self._headings.path)


def _kind(lines: list[str]) -> BlockKind:
    if len(lines) > 1 and "|" in lines[0] and _is_delimiters(lines[1]):
        return "table"
    return "list" if _ITEM.match(lines[0]) else "text"


def _unclosed(text: str) -> str:
    """Return the text of a heading without the marks that may close it."""
    text = text.rstrip()
    body = text.rstrip("#")
    return text if body[-1:].strip() else body


def _is_delimiters(line: str) -> bool:
    cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    return all(_DELIMITER.fullmatch(cell.strip()) for cell in cells)
