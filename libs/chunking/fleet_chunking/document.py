"""Blocks, joined to one text that still knows what was where."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from fleet_chunking.block import Block

SEPARATOR = "\n\n"
"""What stands between two blocks."""


class Document:
    """A text, and the blocks that it is made of.

    Attributes:
        text: The blocks' texts, with `SEPARATOR` between them.
        blocks: Those that say anything, in order.
        begins: Where in `text` each of them begins, in characters.
    """

    __slots__ = ("begins", "blocks", "text")

    def __init__(self, blocks: Iterable[Block]) -> None:
        self.blocks = [block for block in blocks if block.text.strip()]
        self.text = SEPARATOR.join(block.text for block in self.blocks)
        sizes = (len(block.text) + len(SEPARATOR) for block in self.blocks)
        self.begins = list(accumulate(sizes, initial=0))[:-1]

    def at(self, place: int) -> Block:
        """Return the block that the character at `place` is of; what stands between two is of the first."""
        return self.blocks[bisect_right(self.begins, place) - 1]

    def pages(self, begin: int, end: int) -> tuple[int, ...]:
        """Return the pages that the characters from `begin` up to `end` are on, each once."""
        first = bisect_right(self.begins, begin) - 1
        last = bisect_left(self.begins, end)
        pages = (block.page for block in self.blocks[first:last])
        return tuple(dict.fromkeys(page for page in pages if page is not None))
