"""What texts are cut into."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a text.

    Attributes:
        text: What it says.
        start: The place of its first token among those of the whole text.
        end: The place after its last one.
        token_count: How many tokens `text` has: those, and a table's header if that is repeated.
        pages: The pages it is on, in order. Empty where there are none.
        headings: The headings above its first character, the outermost first.
    """

    text: str
    start: int
    end: int
    token_count: int
    pages: tuple[int, ...] = ()
    headings: tuple[str, ...] = ()

    @property
    def page(self) -> int | None:
        """The page it begins on, from 1."""
        return self.pages[0] if self.pages else None
