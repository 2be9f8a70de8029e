"""What the providers over SQLite have in common: all but how vectors are kept and searched."""

from collections.abc import Callable, Sequence
from pathlib import Path

import apsw

from fleet_vector_io.provider import ByMeaning, ByWords, Chunk, Collection, Hit, Search, Selection
from fleet_vector_io.sqlite.connections import Connections, snapshot
from fleet_vector_io.sqlite.tables import COLLECTIONS, Tables

NearestSearch = Callable[[apsw.Connection, Collection, ByMeaning], list[Hit]]
"""Finds the chunks of a collection whose vectors are nearest, over a connection outside of any transaction."""
QuickSearch = Callable[[apsw.Connection, Collection, ByMeaning], list[Hit] | None]
"""Does the same within a millisecond, or nothing."""


class ChunkStore:
    """Keeps chunks in a file of SQLite, and finds them by words.

    Args:
        path: The file, created if absent.
        vectors: Returns the statement that makes a collection's table `vectors_#`.
        nearest: Searches by meaning.
        at_once: Does so where that costs less than to hand it to a thread.
        extension: A library that SQLite shall load for that.
    """

    def __init__(
        self,
        path: Path,
        vectors: Callable[[Collection], str],
        nearest: NearestSearch,
        at_once: QuickSearch,
        *,
        extension: str | None = None,
    ) -> None:
        self._connections = Connections(path, COLLECTIONS, extension=extension)
        self._vectors = vectors
        self._nearest = nearest
        self._at_once = at_once

    async def create(self, collection: Collection) -> None:
        """Make room for a collection."""
        vectors = self._vectors(collection)
        await self._connections.write(lambda to: Tables.create(to, collection, vectors))

    async def drop(self, collection: Collection) -> None:
        """Forget a collection."""
        await self._connections.write(lambda to: Tables.drop(to, collection))

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        """Put chunks in."""
        await self._connections.write(lambda to: Tables(to, collection).put(chunks))

    async def delete(self, collection: Collection, selection: Selection) -> None:
        """Take chunks out."""
        await self._connections.write(lambda to: Tables(to, collection).delete(selection))

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        """Return the best chunks."""
        if isinstance(query, ByWords):
            return await self._connections.read(lambda reader: _by_words(reader, collection, query))
        hits = self._connections.at_once(lambda reader: self._at_once(reader, collection, query))
        if hits is not None:
            return hits
        return await self._connections.read(lambda reader: self._nearest(reader, collection, query))

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int, limit: int
    ) -> list[Chunk]:
        """Return chunks with their vectors."""

        def found(reader: apsw.Connection) -> list[Chunk]:
            with snapshot(reader):
                return Tables(reader, collection).chunks(selection, offset, limit)

        return await self._connections.read(found)

    async def aclose(self) -> None:
        """Close the file."""
        await self._connections.aclose()


def _by_words(reader: apsw.Connection, collection: Collection, query: ByWords) -> list[Hit]:
    with snapshot(reader):
        return Tables(reader, collection).by_words(query)
