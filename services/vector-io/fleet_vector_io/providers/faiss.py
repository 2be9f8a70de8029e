"""`inline::faiss`: chunks in a file of SQLite, and their vectors in memory as well, where Faiss searches them.

Several processes of one machine may have the file open: each brings its vectors up to date with the file before it
searches. Indexes: https://github.com/facebookresearch/faiss/wiki/Faiss-indexes
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import apsw
from pydantic import Field

from fleet_vector_io.faiss_index.hnsw import Links
from fleet_vector_io.faiss_index.kept_graph import KeptGraph
from fleet_vector_io.in_memory.flat import FlatSource
from fleet_vector_io.in_memory.index import IndexSource
from fleet_vector_io.in_memory.mirrors import Mirrors
from fleet_vector_io.in_memory.scan import scanned
from fleet_vector_io.provider import ByMeaning, Chunk, Collection, Hit, Search, Selection
from fleet_vector_io.sqlite.chunk_store import ChunkStore
from fleet_vector_io.store_config import StoreConfig

_VECTORS = "CREATE TABLE vectors_# (n INTEGER PRIMARY KEY, embedding BLOB NOT NULL)"


class Faiss:
    """Keeps chunks in a file, and vectors in memory."""

    class Config(StoreConfig):
        """Where the file is, and how its vectors are searched."""

        db_path: Path
        """The file, created if absent."""
        index: Literal["flat", "hnsw"] = "flat"
        """`flat` compares all vectors, and is exact. `hnsw` is faster with very many, may miss a few, and takes minutes
        to link a hundred thousand; it is kept in files beside `db_path`, from which it goes on after a restart."""
        hnsw_m: int = Field(16, ge=2, le=256)
        """How many neighbours `hnsw` links each vector to."""
        ef_construction: int = Field(100, ge=1)
        """How many candidates `hnsw` looks at for each vector that is put in."""
        ef_search: int = Field(128, ge=1)
        """How many candidates `hnsw` looks at for each search, at least."""
        memory_mib: int = Field(default=1024, ge=0)
        """How many MiB of memory the vectors may take in each process: five bytes for each of their numbers with
        `flat`, or 190 MiB for a hundred thousand of 384. A store that does not fit beside those that were searched
        within the last minute is read from the file for each search, which is exact, and slow."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._mirrors = Mirrors(self._source, config.memory_mib)
        self._store = ChunkStore(
            config.db_path, lambda _: _VECTORS, self._nearest, self._mirrors.at_once
        )

    async def create(self, collection: Collection) -> None:
        await self._store.create(collection)

    async def drop(self, collection: Collection) -> None:
        await self._store.drop(collection)
        self._mirrors.forget(collection)
        await asyncio.to_thread(self._kept(collection).remove)

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
        await asyncio.to_thread(self._mirrors.close)
        await self._store.aclose()

    def _nearest(
        self, reader: apsw.Connection, collection: Collection, query: ByMeaning
    ) -> list[Hit]:
        hits = self._mirrors.nearest(reader, collection, query)
        return scanned(reader, collection, query) if hits is None else hits

    def _source(self, collection: Collection) -> IndexSource:
        if self._config.index == "flat":
            return FlatSource(collection.dimension)
        return self._kept(collection)

    def _kept(self, collection: Collection) -> KeptGraph:
        config = self._config
        path = config.db_path.expanduser()
        path = path.with_name(f"{path.name}.{collection.id}.hnsw")
        links = Links(config.hnsw_m, config.ef_construction)
        return KeptGraph(path, collection.dimension, links, config.ef_search)
