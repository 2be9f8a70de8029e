"""A collection's vectors in memory, as the tables in the file have them."""

from collections.abc import Callable

import numpy as np

from fleet_vector_io.faiss_index.index import Index, Numbers
from fleet_vector_io.faiss_index.lock import SharedLock
from fleet_vector_io.provider import EVERYTHING
from fleet_vector_io.sqlite.selections import condition
from fleet_vector_io.sqlite.tables import State, Tables

_BATCH = 10_000
"""The most vectors read before they are put in."""
_WORN = 0.25
"""The part of an index that may be taken out before it is made anew."""


class Mirror:
    """An index, and which state of the tables it shows.

    Args:
        new: Makes an empty index.

    Attributes:
        lock: To be shared while `index` is read, and held alone while it follows.
        index: The vectors.
    """

    def __init__(self, new: Callable[[], Index]) -> None:
        self.lock = SharedLock()
        self.index = new()
        self._new = new
        self._removed = 0
        self._shown: State | None = None

    def is_as(self, tables: Tables) -> bool:
        """Whether it shows the tables as they are."""
        return self._shown == tables.state

    def follow(self, tables: Tables) -> None:
        """Do what was done to the tables since."""
        shown, state = self._shown, tables.state
        if shown is None or shown.key != state.key:
            self._restart()
            shown = State(state.key, 0, state.deletions)
        elif shown.deletions != state.deletions:
            self._remove(tables)
        self._shown = None  # an addition that is cut off must not pass for a whole one
        self._add(tables, shown.next if len(self.index.numbers) else 0)
        self._shown = state

    def _restart(self) -> None:
        self.index = self._new()
        self._removed = 0

    def _remove(self, tables: Tables) -> None:
        numbers = self.index.numbers
        left = np.fromiter(tables.numbers(condition(EVERYTHING)), dtype=np.int64)
        gone: Numbers = np.setdiff1d(numbers, left, assume_unique=True)
        self._removed += len(gone)
        if self._removed > _WORN * len(numbers):
            self._restart()
        else:
            self.index.remove(gone)

    def _add(self, tables: Tables, first: int) -> None:
        for numbers, vectors in tables.vectors(first, _BATCH):
            self.index.add(numbers, vectors)
