"""`inline::sqlite-vec`: chunks in a file of SQLite, whose extension sqlite-vec compares their vectors.

Several processes of one machine may have the file open. Searches are exact: they compare all vectors that are selected,
in memory where those of the store fit, and otherwise in the file.
Functions: https://alexgarcia.xyz/sqlite-vec/features/knn.html
"""

from collections.abc import Sequence
from pathlib import Path

import apsw
import sqlite_vec
from pydantic import Field

from fleet_vector_io.in_memory.flat import FlatSource
from fleet_vector_io.in_memory.mirrors import Mirrors
from fleet_vector_io.provider import ByMeaning, Chunk, Collection, Hit, Search, Selection
from fleet_vector_io.sqlite.chunk_store import ChunkStore
from fleet_vector_io.sqlite.connections import snapshot
from fleet_vector_io.sqlite.selections import condition
from fleet_vector_io.sqlite.tables import Tables
from fleet_vector_io.store_config import StoreConfig
from fleet_vector_io.vectors import cosine, unit

_MOST_NEIGHBOURS = 4096
"""The most that a search of sqlite-vec's index can be asked for."""
_BLOCK_BYTES = 2**19
"""About how many bytes of vectors the index keeps together. It has at least one such block."""


class SqliteVec:
    """Keeps chunks in a file."""

    class Config(StoreConfig):
        """Where the file is, and how much of it may be in memory."""

        db_path: Path
        """The file, created if absent."""
        memory_mib: int = Field(default=1024, ge=0)
        """How many MiB of memory copies of vectors may take in each process: five bytes for each of their numbers, or
        190 MiB for a hundred thousand of 384. A store that does not fit beside those that were searched within the last
        minute is searched in the file, which is as exact, and takes many times as long; with 0, all are."""

    def __init__(self, config: Config) -> None:
        self._mirrors = Mirrors(
            lambda collection: FlatSource(collection.dimension), config.memory_mib
        )
        self._store = ChunkStore(
            config.db_path,
            _table,
            self._nearest,
            self._mirrors.at_once,
            extension=sqlite_vec.loadable_path(),
        )

    async def create(self, collection: Collection) -> None:
        await self._store.create(collection)

    async def drop(self, collection: Collection) -> None:
        await self._store.drop(collection)
        self._mirrors.forget(collection)

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        await self._store.put(collection, chunks)

    async def delete(self, collection: Collection, selection: Selection) -> None:
        await self._store.delete(collection, selection)

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        return await self._store.search(collection, query)

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int = 0, limit: int = 1000
    ) -> list[Chunk]:
        return await self._store.chunks(collection, selection, offset=offset, limit=limit)

    async def aclose(self) -> None:
        self._mirrors.close()
        await self._store.aclose()

    def _nearest(
        self, reader: apsw.Connection, collection: Collection, query: ByMeaning
    ) -> list[Hit]:
        hits = self._mirrors.nearest(reader, collection, query)
        return _in_file(reader, collection, query) if hits is None else hits


def _table(collection: Collection) -> str:
    """Return the statement that makes the table of vectors, which have length one: Euclid's is the fastest measure."""
    block = min(1024, max(8, _BLOCK_BYTES // (4 * collection.dimension) // 8 * 8))
    return (
        f"CREATE VIRTUAL TABLE vectors_# USING vec0"
        f" (embedding float[{collection.dimension}] distance_metric=L2, chunk_size={block})"
    )


def _in_file(reader: apsw.Connection, collection: Collection, query: ByMeaning) -> list[Hit]:
    """Have sqlite-vec find the nearest."""
    within = condition(query.within)
    selected = f"rowid IN (SELECT n FROM chunks_# WHERE {within.sql})" if within else "TRUE"  # noqa: S608 - our own words
    asked = unit(query.vector).tobytes()
    if query.limit <= _MOST_NEIGHBOURS:
        sql = (
            f"SELECT rowid, distance FROM vectors_# WHERE embedding MATCH ? AND k = ?"  # noqa: S608 - our own words
            f" AND {selected} ORDER BY distance"
        )
        values = (asked, query.limit, *within.values)
    else:
        sql = (
            f"SELECT rowid, vec_distance_L2(embedding, ?) AS distance FROM vectors_#"  # noqa: S608 - our own words
            f" WHERE {selected} ORDER BY distance LIMIT ?"
        )
        values = (asked, *within.values, query.limit)
    with snapshot(reader):
        tables = Tables(reader, collection)
        found = list(tables.execute(sql, values))
        return tables.hits((n, cosine(1 - distance**2 / 2)) for n, distance in found)
