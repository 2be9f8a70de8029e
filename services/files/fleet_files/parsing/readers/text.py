"""Plain texts: a block a paragraph."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from fleet_chunking.block import Block
from fleet_files.parsing.encodings import read_lines
from fleet_files.parsing.wire import Job

# In characters. A text without empty lines still comes in blocks.
_LONGEST = 32 * 1024
_NEW_PAGE = "\f"


def read(job: Job) -> Iterator[Block]:
    """Yield the paragraphs of a text; form feeds begin pages."""
    page: int | None = None
    for paragraph in paragraphs(read_lines(Path(job.path))):
        first, *others = paragraph.split(_NEW_PAGE)
        yield Block("text", first, page)
        for part in others:
            page = (page or 1) + 1
            yield Block("text", part, page)


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Yield what stands between empty lines."""
    held: list[str] = []
    size = 0
    for line in lines:
        if line.strip() or _NEW_PAGE in line:
            held.append(line)
            size += len(line)
        if held and (not line.strip() or size > _LONGEST):
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)
