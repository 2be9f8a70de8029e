"""Collections of chunks in Milvus."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np
from pymilvus import AsyncMilvusClient

from fleet_runtime.errors import Unavailable, Unimplemented, UpstreamFailed
from fleet_vector_io.milvus.expressions import selected
from fleet_vector_io.milvus.failures import FAILURES, meant
from fleet_vector_io.milvus.schema import (
    CONTENT,
    KEY,
    ORDER,
    TERMS,
    VECTOR,
    chunk,
    row,
    schema,
)
from fleet_vector_io.naming import engine_name
from fleet_vector_io.provider import ByMeaning, Chunk, Collection, Hit, Search, Selection
from fleet_vector_io.vectors import cosine, unit
from fleet_vector_io.words import words

T = TypeVar("T")

# How many rows travel at once, and how many without anything. Milvus gives out no more than 16,384.
_BATCH = 250
_WINDOW = 10_000
# The client tries again, for minutes, unless it is told not to; the service does that.
_ONCE = 0
# What makes pages of a query follow each other: rows come in the order of their keys.
_IN_ORDER = {"iterator": "True", "reduce_stop_for_best": True}


class MilvusStore:
    """Keeps chunks in Milvus: a collection is one of Milvus', a chunk is a row.

    Args:
        address: Where Milvus is.
        token: What it lets us in with.
        consistency: Which writes a search sees, in Milvus' words.
        index: How vectors are searched, in Milvus' words.
        seconds: How long to wait for an answer.
    """

    def __init__(
        self, address: str, token: str, consistency: str, index: str, seconds: float
    ) -> None:
        # The client writes down each failure at length, and what was asked.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)
        self._client = AsyncMilvusClient(address, token=token, timeout=seconds, dedicated=True)
        self._consistency = consistency
        self._index = index
        self._seconds = seconds

    async def aclose(self) -> None:
        """Close the connection."""
        await self._client.close()

    async def create(self, collection: Collection) -> None:
        """Make a collection with its indexes, or those that are missing."""
        name, client = collection_name(collection), self._client
        if not await self._told(client.has_collection(name, retry_times=_ONCE)):
            made = client.create_collection(
                name,
                schema=schema(collection.dimension),
                consistency_level=self._consistency,
                retry_times=_ONCE,
            )
            try:
                await self._told(made)
            except UpstreamFailed:  # perhaps somebody else was quicker
                if not await self._told(client.has_collection(name, retry_times=_ONCE)):
                    raise
        await self._indexed(name, VECTOR, self._index, "COSINE")
        await self._indexed(name, TERMS, "SPARSE_INVERTED_INDEX", "BM25")
        await self._told(client.load_collection(name, retry_times=_ONCE))

    async def drop(self, collection: Collection) -> None:
        """Forget a collection."""
        name = collection_name(collection)
        if await self._told(self._client.has_collection(name, retry_times=_ONCE)):
            await self._told(self._client.drop_collection(name, retry_times=_ONCE))

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        """Put chunks in; the last of one id holds."""
        name = collection_name(collection)
        rows = [row(each) for each in {each.id: each for each in chunks}.values()]
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            await self._told(self._client.upsert(name, batch, retry_times=_ONCE))

    async def delete(self, collection: Collection, selection: Selection) -> None:
        """Take chunks out."""
        await self._told(
            self._client.delete(
                collection_name(collection), filter=selected(selection), retry_times=_ONCE
            )
        )

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        """Return the best chunks."""
        if isinstance(query, ByMeaning):
            found = await self._best(collection, VECTOR, unit(query.vector), query)
            return [Hit(chunk(content), cosine(score)) for content, score in found]
        asked = " ".join(words(query.text))
        if not asked:
            return []
        found = await self._best(collection, TERMS, asked, query)
        # Milvus Lite has scores for distances, and turns them round.
        return [Hit(chunk(content), abs(score)) for content, score in found]

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int = 0, limit: int = 1000
    ) -> list[Chunk]:
        """Return chunks in their order, which Milvus has no word for: it is made here, of all that is selected."""
        order = await self._order(collection, selection)
        wanted = order[offset : offset + limit]
        found: dict[str, Chunk] = {}
        for start in range(0, len(wanted), _BATCH):
            keys = ", ".join(f'"{key}"' for key in wanted[start : start + _BATCH])
            for each in await self._rows(collection, f"{KEY} in [{keys}]", [CONTENT, VECTOR]):
                found[each[KEY]] = chunk(each[CONTENT], np.array(each[VECTOR], np.float32))
        return [found[key] for key in wanted if key in found]

    async def flush(self, collection: Collection) -> None:
        """Have Milvus make segments, with indexes, of what was put in."""
        await self._told(self._client.flush(collection_name(collection), retry_times=_ONCE))

    async def _indexed(self, name: str, field: str, kind: str, metric: str) -> None:
        """Make the index of a field, unless there is one."""
        if await self._told(self._client.list_indexes(name, field, retry_times=_ONCE)):
            return
        params = self._client.prepare_index_params()
        params.add_index(field, index_type=kind, metric_type=metric)
        # Milvus Lite makes an index at once, and has no timestamps to wait by.
        with suppress(Unimplemented):
            await self._told(self._client.create_index(name, params, retry_times=_ONCE))

    async def _best(
        self, collection: Collection, field: str, asked: Any, query: Search
    ) -> list[tuple[Sequence[str], float]]:
        """Return the contents of the best rows, and their scores."""
        [found] = await self._told(
            self._client.search(
                collection_name(collection),
                data=[asked],
                anns_field=field,
                filter=selected(query.within),
                limit=query.limit,
                output_fields=[CONTENT],
                search_params={"metric_type": "COSINE" if field == VECTOR else "BM25"},
                retry_times=_ONCE,
            )
        )
        return [(hit["entity"][CONTENT], hit["distance"]) for hit in found]

    async def _order(self, collection: Collection, selection: Selection) -> list[str]:
        """Return the keys of the rows that are selected, in the order of their chunks."""
        found: list[dict[str, Any]] = []
        while True:
            after = f'{KEY} > "{found[-1][KEY] if found else ""}" and ({selected(selection)})'
            page = await self._rows(collection, after, ORDER, limit=_WINDOW, **_IN_ORDER)
            found += page
            if len(page) < _WINDOW:
                found.sort(key=lambda each: [each[field] for field in ORDER])
                return [each[KEY] for each in found]

    async def _rows(
        self, collection: Collection, expression: str, fields: list[str], **options: Any
    ) -> list[dict[str, Any]]:
        return await self._told(
            self._client.query(
                collection_name(collection),
                filter=expression,
                output_fields=[KEY, *fields],
                retry_times=_ONCE,
                **options,
            )
        )

    async def _told(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Wait for what the client does, and tell what went wrong."""
        try:
            async with asyncio.timeout(self._seconds):
                return await coroutine
        except TimeoutError:
            raise Unavailable(f"Milvus did not answer within {self._seconds:g} seconds.") from None
        except FAILURES as error:
            raise meant(error) from error


def collection_name(collection: Collection) -> str:
    """Return what Milvus calls a collection."""
    return engine_name("fleet", collection.id)
