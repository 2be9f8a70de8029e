"""What a file is made of, once it is read."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

BlockKind: TypeAlias = Literal["text", "heading", "table", "list", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, a table, a list or a piece of code.

    Attributes:
        kind: Which of these it is.
        text: What it says; tables and lists as Markdown.
        page: The page it begins on, from 1, where there are pages.
        headings: The headings above it, the outermost first; its own last if it is one.
    """

    kind: BlockKind
    text: str
    page: int | None = None
    headings: tuple[str, ...] = ()
