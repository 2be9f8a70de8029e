"""The collections that a provider has in memory, within a bound."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import apsw

from fleet_runtime.errors import NotFound
from fleet_vector_io.in_memory.index import IndexSource
from fleet_vector_io.in_memory.mirror import Mirror
from fleet_vector_io.provider import ByMeaning, Collection, Hit
from fleet_vector_io.sqlite.connections import snapshot
from fleet_vector_io.sqlite.tables import Tables


@dataclass(slots=True)
class _Held:
    """A mirror, and how many bytes are set aside for it."""

    mirror: Mirror
    claimed: int = 0


class Mirrors:
    """Searches collections in memory, which is brought up to date with the file before each search.

    What does not fit beside the collections that were searched of late is not searched here.

    Args:
        source: Returns where a collection's index comes from.
        mib: How many MiB the vectors may take.
        idle_seconds: After how long without a search a collection makes room for others.
        quick_bytes: How many bytes of vectors are compared in less time than it takes to wake a thread, or hardly more.
    """

    def __init__(
        self,
        source: Callable[[Collection], IndexSource],
        mib: int,
        *,
        idle_seconds: float = 60,
        quick_bytes: int = 20 * 2**20,
    ) -> None:
        self._source = source
        self._idle_seconds = idle_seconds
        self._quick_bytes = quick_bytes
        self._most = mib * 2**20
        self._held: dict[str, _Held] = {}
        self._choosing = threading.Lock()

    def nearest(
        self, reader: apsw.Connection, collection: Collection, query: ByMeaning
    ) -> list[Hit] | None:
        """Return the chunks whose vectors are nearest, over a connection outside of any transaction.

        Returns nothing if the collection does not fit into memory.
        """
        held = self._of(collection)
        mirror = held.mirror
        try:
            with mirror.lock.shared(), snapshot(reader):
                tables = Tables(reader, collection)
                if mirror.shows(tables):
                    return mirror.nearest(tables, query)
            with mirror.lock.alone(), snapshot(reader):
                tables = Tables(reader, collection)
                if not self._claim(held, mirror.size_after(tables)):
                    self.forget(collection)
                    return None
                mirror.follow(tables)
                return mirror.nearest(tables, query)
        except NotFound:
            self.forget(collection)
            raise

    def at_once(
        self, reader: apsw.Connection, collection: Collection, query: ByMeaning
    ) -> list[Hit] | None:
        """Return the same, or nothing where that takes long, or waiting: then `nearest` has to be asked."""
        held = self._held.get(collection.id)
        if held is None:
            return None
        mirror = held.mirror
        with mirror.lock.shared_at_once() as shared:
            if not shared or not mirror.is_quick(query, self._quick_bytes):
                return None
            with suppress(NotFound), snapshot(reader):
                tables = Tables(reader, collection)
                return mirror.nearest(tables, query) if mirror.shows(tables) else None
        return None

    def forget(self, collection: Collection) -> None:
        """Let go of a collection that is no more, or does not fit."""
        with self._choosing:
            self._held.pop(collection.id, None)

    def close(self) -> None:
        """Keep of all indexes what is worth it, and let go of them."""
        for held in self._held.values():
            held.mirror.close()
        self._held.clear()

    def _of(self, collection: Collection) -> _Held:
        with self._choosing:
            if collection.id not in self._held:
                self._held[collection.id] = _Held(Mirror(self._source(collection)))
            return self._held[collection.id]

    def _claim(self, held: _Held, size: int) -> bool:
        """Set memory aside for a mirror, that of idle ones if need be; or say that it does not fit."""
        with self._choosing:
            others = [(name, other) for name, other in self._held.items() if other is not held]
            missing = size + sum(other.claimed for _, other in others) - self._most
            idle = self._idle(others) if missing > 0 else []
            if missing > sum(other.claimed for _, other in idle):
                return False
            for name, other in idle:
                if missing > 0:
                    missing -= other.claimed
                    del self._held[name]
            held.claimed = size
            return True

    def _idle(self, held: list[tuple[str, _Held]]) -> list[tuple[str, _Held]]:
        """Return what nobody has searched of late, that first which has been idle longest."""
        since = time.monotonic() - self._idle_seconds
        idle = [(name, each) for name, each in held if each.mirror.used <= since]
        return sorted(idle, key=lambda each: each[1].mirror.used)
