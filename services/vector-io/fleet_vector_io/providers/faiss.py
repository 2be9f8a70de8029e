"""`inline::faiss`: chunks in a file of SQLite, and their vectors in memory as well, where Faiss searches them.

Several processes of one machine may have the file open: each brings its vectors up to date with the file before it
searches. Indexes: https://github.com/facebookresearch/faiss/wiki/Faiss-indexes
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import apsw
from pydantic import Field

from fleet_vector_io.faiss_index.index import FlatIndex, HnswIndex, Index
from fleet_vector_io.faiss_index.mirror import Mirror
from fleet_vector_io.provider import ByMeaning, Chunk, Collection, Hit, Search, Selection
from fleet_vector_io.sqlite.chunk_store import ChunkStore
from fleet_vector_io.sqlite.connections import snapshot
from fleet_vector_io.sqlite.selections import condition
from fleet_vector_io.sqlite.tables import Tables
from fleet_vector_io.store_config import StoreConfig
from fleet_vector_io.vectors import cosine, unit

_VECTORS = "CREATE TABLE vectors_# (n INTEGER PRIMARY KEY, embedding BLOB NOT NULL)"


class Faiss:
    """Keeps chunks in a file, and vectors in memory."""

    class Config(StoreConfig):
        """Where the file is, and how its vectors are searched."""

        db_path: Path
        """The file, created if absent."""
        index: Literal["flat", "hnsw"] = "flat"
        """`flat` compares all vectors, and is exact. `hnsw` is faster with very many, may miss a few, and is built anew
        before the first search after a start, which takes minutes for a hundred thousand."""
        hnsw_m: int = Field(16, ge=2, le=256)
        """How many neighbours `hnsw` links each vector to."""
        ef_construction: int = Field(100, ge=1)
        """How many candidates `hnsw` looks at for each vector that is put in."""
        ef_search: int = Field(128, ge=1)
        """How many candidates `hnsw` looks at for each search, at least."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._mirrors: dict[str, Mirror] = {}
        self._opening = threading.Lock()
        self._store = ChunkStore(config.db_path, lambda _: _VECTORS, self._nearest)

    async def create(self, collection: Collection) -> None:
        await self._store.create(collection)

    async def drop(self, collection: Collection) -> None:
        await self._store.drop(collection)
        with self._opening:
            self._mirrors.pop(collection.id, None)

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
        await self._store.aclose()

    def _nearest(
        self, reader: apsw.Connection, collection: Collection, query: ByMeaning
    ) -> list[Hit]:
        mirror = self._mirror(collection)
        asked = unit(query.vector)

        def found(tables: Tables, index: Index) -> list[Hit]:
            within = condition(query.within)
            numbers = tables.numbers(within) if within else None
            scored = index.nearest(asked, query.limit, numbers)
            return tables.hits((n, cosine(score)) for n, score in scored)

        with mirror.lock.shared(), snapshot(reader):
            tables = Tables(reader, collection)
            if mirror.is_as(tables):
                return found(tables, mirror.index)
        with mirror.lock.alone(), snapshot(reader):
            tables = Tables(reader, collection)
            mirror.follow(tables)
            return found(tables, mirror.index)

    def _mirror(self, collection: Collection) -> Mirror:
        with self._opening:
            if collection.id not in self._mirrors:
                self._mirrors[collection.id] = Mirror(lambda: self._index(collection.dimension))
            return self._mirrors[collection.id]

    def _index(self, dimension: int) -> Index:
        config = self._config
        if config.index == "flat":
            return FlatIndex(dimension)
        return HnswIndex(dimension, config.hnsw_m, config.ef_construction, config.ef_search)
