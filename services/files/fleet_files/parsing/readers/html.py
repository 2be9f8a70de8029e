"""Web pages: https://html.spec.whatwg.org, as far as text goes."""

from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

from fleet_chunking.block import Block, BlockKind
from fleet_files.parsing.encodings import read_lines
from fleet_files.parsing.headings import Headings
from fleet_files.parsing.tables import markdown_table
from fleet_files.parsing.wire import Job
from fleet_files.properties import DocumentProperties

_LEVELS = {f"h{level}": level for level in range(1, 7)}
_NO_TEXT = frozenset({"script", "style", "noscript", "template", "svg", "math", "iframe", "head"})
_WITHIN_LINES = (
    "a abbr b bdi bdo cite code data del dfn em font i img ins kbd label mark q s samp small span strong sub sup time"
    " tt u var wbr"
)
_INLINE = frozenset(_WITHIN_LINES.split())
_LISTS = ("ul", "ol")
_CELLS = ("tr", "td", "th")
# Stands for `<br>` until white space is written as a browser shows it.
_BREAK = "\v"
_ROWS = 200


def read(job: Job) -> Iterator[Block | DocumentProperties]:
    """Yield the blocks of a page, and its title."""
    return parsed(read_lines(Path(job.path)))


def parsed(pieces: Iterable[str]) -> Iterator[Block | DocumentProperties]:
    """Yield the blocks of a page that comes in pieces, and its title."""
    page = _Page()
    for piece in pieces:
        page.feed(piece)
        yield from page.taken()
    page.close()
    page.end()
    yield from page.taken()
    if page.title.strip():
        yield DocumentProperties(values={"title": " ".join(page.title.split())})


class _Page(HTMLParser):
    """Reads tags as they come. What is never closed ends with what is around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._found: list[Block] = []
        self._headings = Headings()
        self._text: list[str] = []
        self._unread: list[str] = []  # the open elements that have no text
        self._in_title = False
        self._lists: list[tuple[str, int]] = []
        self._items: list[str] = []
        self._rows: list[list[str]] | None = None

    def taken(self) -> list[Block]:
        """Return what was found since the last time."""
        found, self._found = self._found, []
        return found

    def end(self) -> None:
        """End all that is open."""
        self._end_text()
        self._end_list()
        self._end_table()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Begin an element."""
        del attrs
        if tag in _NO_TEXT:
            self._unread.append(tag)
        if tag == "title":
            self._in_title = True
        if self._unread or tag in _INLINE:
            return
        if tag == "body":
            return
        if tag == "br":
            self._text.append(_BREAK)
        elif self._rows is None:
            self._end_text()
            self._begin(tag)
        elif tag in _CELLS:
            self._begin_cell(tag)
        else:
            self._text.append(" ")  # what is in a cell is one text

    def _begin(self, tag: str) -> None:
        if tag in _LISTS:
            self._lists.append((tag, 0))
        elif tag == "table":
            self._end_list()
            self._rows = []

    def _begin_cell(self, tag: str) -> None:
        """Begin a row or a cell; what comes before is a cell that was never closed, or the table's caption."""
        if self._rows:
            self._end_cell()
        else:
            self._show("text", self._said())
        if self._rows is not None and (tag == "tr" or not self._rows):
            self._rows.append([])
            if len(self._rows) > _ROWS:
                self._show_rows()

    def _end_cell(self, *, empty: bool = False) -> None:
        said = self._said()
        if self._rows and (said or empty):
            self._rows[-1].append(said)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag == "title":
            self._in_title = False
        if tag in self._unread:
            self._unread.remove(tag)
            return
        if not self._unread and tag not in _INLINE:
            self._end(tag)

    def _end(self, tag: str) -> None:
        if tag in _LEVELS:
            self._heading(_LEVELS[tag])
        elif tag == "pre":
            self._show("code", "".join(self._text).replace(_BREAK, "\n").strip("\n"))
            self._text = []
        elif tag in ("td", "th") and self._rows:
            self._end_cell(empty=True)
        elif tag == "table":
            self._end_table()
        elif self._rows is None:
            self._end_text()
            if tag in _LISTS and self._lists:
                self._leave_list()

    def _leave_list(self) -> None:
        self._lists.pop()
        if not self._lists:
            self._end_list()

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._in_title:
            self.title += data
        elif not self._unread:
            self._text.append(data)

    def _said(self) -> str:
        """Return the text since the last block, its white space as a browser shows it."""
        lines = "".join(self._text).split(_BREAK)
        self._text = []
        return "\n".join(" ".join(line.split()) for line in lines).strip()

    def _end_text(self) -> None:
        said = self._said()
        if not said:
            return
        if self._lists:
            self._items.append(self._item(said))
        else:
            self._show("text", said)

    def _item(self, said: str) -> str:
        kind, count = self._lists[-1]
        self._lists[-1] = (kind, count + 1)
        mark = "-" if kind == "ul" else f"{count + 1}."
        return "  " * (len(self._lists) - 1) + f"{mark} {said}"

    def _end_list(self) -> None:
        self._show("list", "\n".join(self._items))
        self._items, self._lists = [], []

    def _end_table(self) -> None:
        if self._rows is not None:
            self._end_cell()
            self._show("table", markdown_table([row for row in self._rows if row]))
            self._rows = None

    def _show_rows(self) -> None:
        """Show the rows so far; those that follow have the same header."""
        if self._rows:
            header = self._rows[0]
            self._show("table", markdown_table([row for row in self._rows if row]))
            self._rows = [header, []]

    def _heading(self, level: int) -> None:
        said = self._said()
        if said and self._rows is None:
            self._end_list()
            self._headings.enter(level, said)
            self._show("heading", " ".join(said.split()))

    def _show(self, kind: BlockKind, text: str) -> None:
        if text.strip():
            self._found.append(Block(kind, text, None, self._headings.path))
