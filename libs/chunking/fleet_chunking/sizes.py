"""How large chunks are."""

from dataclasses import dataclass
from typing import Self

SMALLEST = 100
LARGEST = 4096
SIZE = 800
OVERLAP = 400


class SizeError(ValueError):
    """No chunks are of such sizes; the text says which are."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of chunks, in tokens.

    Attributes:
        size: The most of a chunk, from `SMALLEST` to `LARGEST`; below that only if a model's context is.
        overlap: How many of the chunk before each begins with: at most half of `size`.

    Raises:
        SizeError: They are of no use.
    """

    size: int = SIZE
    overlap: int = OVERLAP

    def __post_init__(self) -> None:
        if not 1 <= self.size <= LARGEST:
            raise SizeError(f"a chunk has {SMALLEST} to {LARGEST} tokens, not {self.size}")
        if not 0 <= self.overlap <= self.size // 2:
            raise SizeError(
                f"chunks of {self.size} tokens overlap by 0 to {self.size // 2}, not by {self.overlap}"
            )

    @classmethod
    def static(cls, size: int | None = None, overlap: int | None = None) -> Self:
        """Return what a caller asks for; an overlap that is not said is the usual one, or half of a smaller chunk."""
        size = SIZE if size is None else size
        if size < SMALLEST:
            raise SizeError(f"a chunk has {SMALLEST} to {LARGEST} tokens, not {size}")
        return cls(size, min(OVERLAP, size // 2) if overlap is None else overlap)

    @classmethod
    def auto(cls, context: int | None = None, special: int = 0) -> Self:
        """Return the usual sizes, or smaller ones for a model that would cut such chunks off.

        Args:
            context: The most tokens that the embedding model reads at once.
            special: How many of these it puts around a text itself.
        """
        return cls().within(context, special)

    def within(self, context: int | None, special: int = 0) -> Self:
        """Return these sizes, or smaller ones of the same proportion that fit into a model's `context`."""
        room = self.size if context is None else min(self.size, max(1, context - special))
        return type(self)(room, self.overlap * room // self.size)
