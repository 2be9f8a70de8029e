"""`remote::weaviate`: chunks in Weaviate, 1.25 and later.

A collection is a class. It is asked in GraphQL, which self-hosted Weaviates have; Weaviate Cloud no longer opens it to
new clusters. Vectors are found by a graph (HNSW), and words by BM25; conditions are looked up before either begins.

Format: https://docs.weaviate.io/weaviate/api
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_vector_io.naming import engine_name
from fleet_vector_io.provider import ByWords, Chunk, Collection, Hit, Search, Selection
from fleet_vector_io.rest_engine import RestConfig, RestEngine, refusal
from fleet_vector_io.weaviate import conditions, questions
from fleet_vector_io.weaviate.answers import Class, Deleted, Item
from fleet_vector_io.weaviate.conditions import Condition
from fleet_vector_io.weaviate.objects import looked_up, objects, properties_of, schema
from fleet_vector_io.weaviate.questions import Answer, Found, Place

_BATCH = "v1/batch/objects?consistency_level=QUORUM"
# How many chunks travel at once with their vectors; and without, which is all that Weaviate lists
# (`QUERY_MAXIMUM_RESULTS`).
_CHUNKS = 250
_MOST = 10_000
_MISSING = 404
_REFUSED = 422


class Weaviate:
    """Keeps chunks in Weaviate."""

    class Config(RestConfig):
        """Where Weaviate is, and how to be let in."""

        weaviate_cluster_url: str | Secret = "localhost:8080"
        """Where it is."""
        weaviate_api_key: Secret | str | None = None
        """The API key."""

    def __init__(self, config: Config) -> None:
        key = config.weaviate_api_key
        headers = {"authorization": f"Bearer {reveal(key)}"} if key else {}
        self._engine = RestEngine("Weaviate", config.weaviate_cluster_url, config.network, headers)

    async def aclose(self) -> None:
        await self._engine.aclose()

    async def create(self, collection: Collection) -> None:
        definition = schema(_name(collection))
        reply = await self._engine.ask("POST", "v1/schema", definition, accept=(200, _REFUSED))
        if reply.status == _REFUSED and await self._properties(collection) is None:
            raise refusal(reply)

    async def drop(self, collection: Collection) -> None:
        if await self._properties(collection) is not None:
            path = f"v1/schema/{_name(collection)}"
            await self._engine.ask("DELETE", path, accept=(200, _MISSING))

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        if not chunks:
            return
        # Weaviate writes the objects of a batch in no order.
        last = list({chunk.id: chunk for chunk in chunks}.values())
        await self._add_properties(collection, properties_of(last))
        for start in range(0, len(last), _CHUNKS):
            body = objects(_name(collection), last[start : start + _CHUNKS])
            reply = await self._engine.ask("POST", _BATCH, body)
            for item in reply.read(list[Item]):
                item.check()

    async def delete(self, collection: Collection, selection: Selection) -> None:
        where = conditions.as_json(await self._selected(collection, selection))
        content = {"match": {"class": _name(collection), "where": where}, "output": "minimal"}
        while True:
            reply = await self._engine.ask("DELETE", _BATCH, content)
            results = reply.read(Deleted).results
            if results.failed:
                raise refusal(reply)
            if results.matches < results.limit:
                return

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        if query.limit > _MOST:
            raise InvalidArgument(f"Weaviate finds at most {_MOST} chunks at once; ask for fewer.")
        if isinstance(query, ByWords) and not any(map(str.isalnum, query.text)):
            return []  # Weaviate takes it for a mistake
        within = await self._selected(collection, query.within)
        narrowed = None if within == conditions.EVERYTHING else within
        question = questions.search(_name(collection), query, narrowed)
        return [found.hit() for found in await self._asked(collection, question, Found)]

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int = 0, limit: int = 1000
    ) -> list[Chunk]:
        within = await self._selected(collection, selection)
        rest, name = within, _name(collection)
        while offset > 0:
            question = questions.places(name, rest, min(offset, _MOST))
            skipped = await self._asked(collection, question, Place)
            if not skipped:
                return []
            offset -= len(skipped)
            rest = _after(within, skipped[-1].place)
        chunks: list[Chunk] = []
        while len(chunks) < limit:
            question = questions.listing(name, rest, min(_CHUNKS, limit - len(chunks)))
            page = await self._asked(collection, question, Found)
            if not page:
                break
            chunks += [found.chunk() for found in page]
            rest = _after(within, page[-1].place)
        return chunks

    async def _asked(self, collection: Collection, question: str, kind: Any) -> Any:
        reply = await self._engine.ask("POST", "v1/graphql", {"query": question})
        found = reply.read(Answer).objects(_name(collection))
        return msgspec.convert(found, list[kind])

    async def _selected(self, collection: Collection, selection: Selection) -> Condition:
        """Return the condition for a selection; the properties are asked for afresh, as other replicas add some."""
        properties: set[str] = set()
        if conditions.ordered(selection.condition):
            properties = await self._known(collection)
        return conditions.selected(selection, properties)

    async def _add_properties(self, collection: Collection, names: set[str]) -> None:
        """Add the properties that a class lacks; Weaviate would add them too, but to be searched by words."""
        absent = sorted(names - await self._known(collection))
        for name in absent:
            path = f"v1/schema/{_name(collection)}/properties"
            reply = await self._engine.ask("POST", path, looked_up(name), accept=(200, _REFUSED))
            if reply.status == _REFUSED and name not in await self._known(collection):
                raise refusal(reply)

    async def _known(self, collection: Collection) -> set[str]:
        properties = await self._properties(collection)
        if properties is None:
            raise NotFound(f"Weaviate has no collection '{collection.id}'; create it first.")
        return properties

    async def _properties(self, collection: Collection) -> set[str] | None:
        """Return the names of the properties of a class; nothing if there is no class."""
        path = f"v1/schema/{_name(collection)}"
        reply = await self._engine.ask("GET", path, accept=(200, _MISSING))
        if reply.status == _MISSING:
            return None
        return {each.name for each in reply.read(Class).properties}


def _name(collection: Collection) -> str:
    return engine_name("Fleet", collection.id)


def _after(within: Condition, place: str) -> Condition:
    return conditions.joined("And", [within, conditions.after(place)])
