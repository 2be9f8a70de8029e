"""Collections of chunks in Qdrant."""

from collections.abc import Awaitable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from qdrant_client import models as q
from qdrant_client.async_client_base import AsyncQdrantBase

from fleet_runtime.errors import Conflict
from fleet_vector_io.naming import engine_name
from fleet_vector_io.provider import ByMeaning, Chunk, Collection, Hit, Search, Selection
from fleet_vector_io.qdrant.conditions import selected
from fleet_vector_io.qdrant.points import MEANING, ORDER, WORDS, any_word, chunk, point
from fleet_vector_io.vectors import cosine, unit

T = TypeVar("T")

# How many points travel at once, and how many without anything.
_BATCH = 250
_WINDOW = 5_000


class Runs(Protocol):
    """How the client's coroutines are run, and their errors told."""

    def __call__(self, coroutine: Coroutine[Any, Any, T]) -> Awaitable[T]:
        """Run one, and return what it returns.

        Raises:
            NotFound: There is no such collection.
            Conflict: There is one already.
        """
        ...


class QdrantStore:
    """Keeps chunks in Qdrant: a collection is one of Qdrant's, a chunk is a point.

    Args:
        client: Talks to Qdrant.
        run: Runs what the client does.
        params: How well searches by meaning are done; Qdrant's own choice if unset.
    """

    def __init__(
        self, client: AsyncQdrantBase, run: Runs, params: q.SearchParams | None = None
    ) -> None:
        self._client = client
        self._run = run
        self._params = params

    async def create(self, collection: Collection) -> None:
        """Make a collection, unless it is there."""
        name = collection_name(collection)
        if await self._run(self._client.collection_exists(name)):
            return
        meaning = q.VectorParams(size=collection.dimension, distance=q.Distance.COSINE)
        words = q.SparseVectorParams(modifier=q.Modifier.IDF)
        with suppress(Conflict):  # somebody else was quicker
            await self._run(
                self._client.create_collection(
                    name,
                    vectors_config={MEANING: meaning},
                    sparse_vectors_config={WORDS: words},
                )
            )

    async def drop(self, collection: Collection) -> None:
        """Forget a collection."""
        await self._run(self._client.delete_collection(collection_name(collection)))

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        """Put chunks in; the last of one id holds."""
        name = collection_name(collection)
        points = [point(each) for each in {each.id: each for each in chunks}.values()]
        for start in range(0, len(points), _BATCH):
            batch = points[start : start + _BATCH]
            await self._run(self._client.upsert(name, batch, wait=True))

    async def delete(self, collection: Collection, selection: Selection) -> None:
        """Take chunks out."""
        chosen = q.FilterSelector(filter=selected(selection) or q.Filter())
        await self._run(self._client.delete(collection_name(collection), chosen, wait=True))

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        """Return the best chunks."""
        within = selected(query.within)
        if isinstance(query, ByMeaning):
            asked: list[float] = unit(query.vector).tolist()
            found = await self._nearest(collection, MEANING, asked, within, query.limit)
            return [Hit(chunk(each), cosine(each.score)) for each in found]
        words = any_word(query.text)
        if not words.indices:
            return []
        found = await self._nearest(collection, WORDS, words, within, query.limit)
        return [Hit(chunk(each), each.score) for each in found]

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int = 0, limit: int = 1000
    ) -> list[Chunk]:
        """Return chunks in their order, which Qdrant has no word for: it is made here, of all that is selected."""
        name, order = collection_name(collection), await self._order(collection, selection)
        wanted = order[offset : offset + limit]
        found: dict[str, Chunk] = {}
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            records = await self._run(self._client.retrieve(name, batch, with_vectors=[MEANING]))
            found |= {str(record.id): chunk(record) for record in records}
        return [found[each] for each in wanted if each in found]

    async def _nearest(
        self,
        collection: Collection,
        using: str,
        asked: list[float] | q.SparseVector,
        within: q.Filter | None,
        limit: int,
    ) -> list[q.ScoredPoint]:
        response = await self._run(
            self._client.query_points(
                collection_name(collection),
                query=asked,
                using=using,
                query_filter=within,
                limit=limit,
                with_payload=True,
                search_params=self._params if using == MEANING else None,
            )
        )
        return response.points

    async def _order(self, collection: Collection, selection: Selection) -> list[str]:
        """Return the ids of the points that are selected, in the order of their chunks."""
        name, within = collection_name(collection), selected(selection)
        found: list[q.Record] = []
        place: Any = None
        while True:
            page, place = await self._run(
                self._client.scroll(name, within, limit=_WINDOW, offset=place, with_payload=ORDER)
            )
            found += page
            if place is None:
                found.sort(key=lambda each: [(each.payload or {})[field] for field in ORDER])
                return [str(each.id) for each in found]


def collection_name(collection: Collection) -> str:
    """Return what Qdrant calls a collection."""
    return engine_name("fleet", collection.id)
