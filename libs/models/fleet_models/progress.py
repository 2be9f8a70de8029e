"""How long work tells where it stands."""

from typing import Protocol


class Progress(Protocol):
    """Called often, from the thread that does the work; must be quick."""

    def __call__(self, what: str, done: int, total: int | None, /) -> None:
        """Take note that `done` of `total` bytes of `what` are there; `None` is unknown."""
        ...


def silent(_what: str, _done: int, _total: int | None, /) -> None:
    """Tell nobody."""
