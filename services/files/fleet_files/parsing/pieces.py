"""Blocks as they may be sent and stored: none too long, and nothing in them that is no text."""

import re
from collections.abc import Iterator
from dataclasses import replace

from fleet_chunking.block import Block

LONGEST = 64 * 1024
"""The most characters of a block."""

# Controls but for tab and line ends, which no database and no model wants; and halves of characters.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LONGEST_HEADING = 500


def clean(text: str) -> str:
    """Return `text` without what is no text, all lines ended alike."""
    return _NO_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def pieces(block: Block) -> Iterator[Block]:
    """Yield `block`, in as many pieces as it takes, or not at all if it says nothing."""
    text = clean(block.text).strip("\n")
    headings = tuple(clean(heading)[:_LONGEST_HEADING] for heading in block.headings)
    header = _header(text) if block.kind == "table" and len(text) > LONGEST else ""
    for piece in _cut(text, LONGEST - len(header)):
        if piece.strip():
            headed = piece if piece is text or piece.startswith(header) else header + piece
            yield replace(block, text=headed, headings=headings)


def _cut(text: str, most: int) -> Iterator[str]:
    """Yield pieces of `text`, which end with lines or words if there are any."""
    begin = 0
    while len(text) - begin > most:
        end = begin + most
        for mark in ("\n", " "):
            found = text.rfind(mark, begin + most // 2, end)
            if found > 0:
                end = found + 1
                break
        yield text[begin:end]
        begin = end
    yield text[begin:] if begin else text


def _header(table: str) -> str:
    """Return the first two lines of a Markdown table."""
    lines = table.split("\n", 2)[:2]
    header = "".join(f"{line}\n" for line in lines)
    return header if len(header) < LONGEST // 2 else ""
