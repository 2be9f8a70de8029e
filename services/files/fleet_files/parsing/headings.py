"""The headings above a place in a document."""


class Headings:
    """Follows the headings of a document as they come."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, level: int, text: str) -> None:
        """Take note of a heading; it ends the sections of its own level, from 1, and of deeper ones."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        self._open.append((level, " ".join(text.split())))

    @property
    def path(self) -> tuple[str, ...]:
        """The headings above what comes next, the outermost first."""
        return tuple(text for _, text in self._open)
