"""Collections of chunks in Chroma."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fleet_runtime.errors import Unavailable
from fleet_vector_io.chroma.conditions import joined, selected
from fleet_vector_io.chroma.engine import NOT_READY, ChromaEngine
from fleet_vector_io.chroma.ranking import Ranking
from fleet_vector_io.chroma.records import chunk, document, place, records
from fleet_vector_io.naming import engine_name
from fleet_vector_io.provider import (
    ByMeaning,
    ByWords,
    Chunk,
    Collection,
    Hit,
    Search,
    Selection,
)
from fleet_vector_io.vectors import cosine, unit
from fleet_vector_io.words import words

# How many records travel at once, how many without vectors, and how many words are looked for at once.
_BATCH = 250
_WINDOW = 1000
_WORDS = 100
# In seconds, before a search is made again during which Chroma made an index.
_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)


class ChromaStore:
    """Keeps chunks in Chroma: a collection is one of Chroma's, a chunk is a record.

    Args:
        engine: Chroma.
    """

    def __init__(self, engine: ChromaEngine) -> None:
        self._engine = engine

    async def aclose(self) -> None:
        """Let go of Chroma."""
        await self._engine.aclose()

    async def create(self, collection: Collection) -> None:
        """Make a collection."""
        await self._engine.create(collection_name(collection))

    async def drop(self, collection: Collection) -> None:
        """Forget a collection."""
        await self._engine.drop(collection_name(collection))

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        """Put chunks in; the last of one id holds."""
        name = collection_name(collection)
        once = list({each.id: each for each in chunks}.values())
        for start in range(0, len(once), _BATCH):
            batch = once[start : start + _BATCH]
            ids = [each.id for each in batch]
            old = await self._engine.ask(name, "get", ids=ids, include=["metadatas"])
            present = dict(zip(old["ids"], old["metadatas"], strict=True))
            await self._engine.ask(name, "upsert", **records(batch, present))

    async def delete(self, collection: Collection, selection: Selection) -> None:
        """Take chunks out."""
        ids = await self._ids(collection, selection)
        for start in range(0, len(ids), _WINDOW):
            batch = ids[start : start + _WINDOW]
            await self._engine.ask(collection_name(collection), "delete", ids=batch)

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        """Return the best chunks."""
        if isinstance(query, ByMeaning):
            return await self._by_meaning(collection, query)
        return await self._by_words(collection, query)

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int = 0, limit: int = 1000
    ) -> list[Chunk]:
        """Return chunks in their order, which Chroma has no word for: it is made here, of all that is selected."""
        within = selected(selection)
        if within is None:
            return []
        name = collection_name(collection)
        answer = await self._engine.ask(name, "get", **within, include=["uris"])
        places = {each: place(uri) for each, uri in zip(answer["ids"], answer["uris"], strict=True)}
        order = sorted(places, key=lambda each: (*places[each], each))
        found = await self._read(collection, order[offset : offset + limit], "embeddings")
        return list(found.values())

    async def _by_meaning(self, collection: Collection, query: ByMeaning) -> list[Hit]:
        within = selected(query.within)
        if within is None:
            return []
        answer = await self._searched(
            collection_name(collection),
            query_embeddings=[unit(query.vector).tolist()],
            n_results=query.limit,
            include=["metadatas", "distances"],
            **within,
        )
        found = zip(answer["metadatas"][0], answer["distances"][0], strict=True)
        return [Hit(chunk(metadata), cosine(1 - distance)) for metadata, distance in found]

    async def _searched(self, name: str, **content: Any) -> dict[str, Any]:
        """Search, again if Chroma was not ready."""
        for wait in _WAITS:
            try:
                return await self._engine.ask(name, "query", **content)
            except Unavailable as error:
                if error.code != NOT_READY:
                    raise
            await asyncio.sleep(wait)
        return await self._engine.ask(name, "query", **content)

    async def _by_words(self, collection: Collection, query: ByWords) -> list[Hit]:
        asked = list(dict.fromkeys(words(query.text)))
        ids = await self._with_words(collection, query.within, asked)
        if not ids:
            return []
        ranking = Ranking(asked)
        for start in range(0, len(ids), _WINDOW):
            batch = ids[start : start + _WINDOW]
            answer = await self._engine.ask(
                collection_name(collection), "get", ids=batch, include=["documents"]
            )
            for each, text in zip(answer["ids"], answer["documents"], strict=True):
                ranking.add(each, text)
        best = ranking.best(query.limit, await self._count(collection, query.within))
        found = await self._read(collection, list(best))
        return [Hit(each, best[name]) for name, each in found.items()]

    async def _with_words(
        self, collection: Collection, within: Selection, asked: Sequence[str]
    ) -> list[str]:
        """Return the ids of the records that are selected and have any of the words."""
        found: dict[str, None] = {}
        for start in range(0, len(asked), _WORDS):
            parts = [{"$contains": document([word])} for word in asked[start : start + _WORDS]]
            some = {"where_document": joined("$or", parts)}
            found |= dict.fromkeys(await self._ids(collection, within, some))
        return list(found)

    async def _count(self, collection: Collection, within: Selection) -> int:
        if within == Selection():
            return await self._engine.count(collection_name(collection))
        return len(await self._ids(collection, within))

    async def _ids(
        self, collection: Collection, selection: Selection, besides: dict[str, Any] | None = None
    ) -> list[str]:
        within = selected(selection)
        if within is None:
            return []
        content = within | (besides or {})
        answer = await self._engine.ask(collection_name(collection), "get", **content, include=[])
        ids: list[str] = answer["ids"]
        return ids

    async def _read(
        self, collection: Collection, ids: Sequence[str], *besides: str
    ) -> dict[str, Chunk]:
        """Return the chunks of those ids that are still there, in the order of the ids."""
        found: dict[str, Chunk] = {}
        for start in range(0, len(ids), _BATCH):
            answer = await self._engine.ask(
                collection_name(collection),
                "get",
                ids=list(ids[start : start + _BATCH]),
                include=["metadatas", *besides],
            )
            vectors = answer["embeddings"]
            for at, metadata in enumerate(answer["metadatas"]):
                read = chunk(metadata, None if vectors is None else vectors[at])
                found[read.id] = read
        return {each: found[each] for each in ids if each in found}


def collection_name(collection: Collection) -> str:
    """Return what Chroma calls a collection."""
    return engine_name("fleet", collection.id)
