"""A collection's vectors in memory, as the tables in the file have them."""

import time
from dataclasses import replace

import numpy as np

from fleet_vector_io.in_memory.index import Index, IndexSource, Numbers
from fleet_vector_io.in_memory.lock import SharedLock
from fleet_vector_io.provider import EVERYTHING, ByMeaning, Hit
from fleet_vector_io.sqlite.selections import condition
from fleet_vector_io.sqlite.tables import State, Tables
from fleet_vector_io.vectors import cosine, unit

_BATCH = 1000
"""The most vectors read before they are put in: who leaves waits for no more."""
_FEW_HITS = 100
"""How many chunks are read within a quick search."""
_WORN = 0.25
"""The part of an index that may be taken out before it is made anew."""


class Mirror:
    """An index, and which state of the tables it shows.

    Args:
        source: Where the index comes from.

    Attributes:
        lock: To be shared while it is searched, and held alone while it follows.
        used: When it was last searched, by the monotonic clock.
    """

    def __init__(self, source: IndexSource) -> None:
        self.lock = SharedLock()
        self.used = time.monotonic()
        self._source = source
        self._index: Index | None = None
        self._shown: State | None = None

    def size_after(self, tables: Tables) -> int:
        """Return about how much memory it takes once it shows the tables, in bytes."""
        state, shown, index = tables.state, self._shown, self._index
        if index is None or shown is None or shown.key != state.key:
            return self._source.vector_bytes * tables.count()
        return self._source.vector_bytes * (len(index) + state.next - shown.next)

    def shows(self, tables: Tables) -> bool:
        """Whether it shows the tables as they are."""
        return self._shown == tables.state

    def is_quick(self, query: ByMeaning, most: int) -> bool:
        """Whether a search compares no more than so many bytes, and reads little besides."""
        index = self._index
        return (
            index is not None
            and self._source.vector_bytes * len(index) <= most
            and query.limit <= _FEW_HITS
            and query.within == EVERYTHING
        )

    def nearest(self, tables: Tables, query: ByMeaning) -> list[Hit]:
        """Search it. It shows the tables."""
        self.used = time.monotonic()
        if self._index is None:
            return []
        within = condition(query.within)
        numbers = tables.numbers(within) if within else None
        found = self._index.nearest(unit(query.vector), query.limit, numbers)
        return tables.hits((n, cosine(score)) for n, score in found)

    def follow(self, tables: Tables) -> None:
        """Do what was done to the tables since. Where that is cut off, the next time goes on."""
        state, shown, index = tables.state, self._shown, self._index
        if index is None or shown is None or shown.key != state.key:
            index, shown = self._start(tables)
        elif shown.deletions != state.deletions:
            index, shown = self._without_deleted(index, shown, tables)
        for numbers, vectors in tables.vectors(shown.next, _BATCH):
            self._shown = None  # an addition that fails must not pass for a whole one
            index.add(numbers, vectors)
            shown = self._shown = replace(shown, next=int(numbers[-1]) + 1)
            self._source.keep(index)
        self._shown = state

    def close(self) -> None:
        """Keep what is worth it, and let go of the memory."""
        with self.lock.alone():
            if self._index is not None and self._shown is not None:
                self._source.close(self._index)
            self._index = self._shown = None

    def _start(self, tables: Tables) -> tuple[Index, State]:
        self._index = self._shown = None
        index = self._source.start(tables)
        return self._now(
            index, State(tables.state.key, _after(index.numbers), tables.state.deletions)
        )

    def _without_deleted(self, index: Index, shown: State, tables: Tables) -> tuple[Index, State]:
        left = np.fromiter(tables.numbers(condition(EVERYTHING)), dtype=np.int64)
        gone: Numbers = np.setdiff1d(index.numbers, left, assume_unique=True)
        worn = len(index) - len(index.numbers) + len(gone)
        if worn > _WORN * len(index):
            return self._start(tables)
        self._shown = None
        index.remove(gone)
        return self._now(index, replace(shown, deletions=tables.state.deletions))

    def _now(self, index: Index, shown: State) -> tuple[Index, State]:
        self._index, self._shown = index, shown
        return index, shown


def _after(numbers: Numbers) -> int:
    return int(numbers[-1]) + 1 if len(numbers) else 0
