"""`remote::elasticsearch`: chunks in Elasticsearch, 8.12 and later.

A collection is an index, reached by an alias, so that nothing that comes late makes a dropped index anew. Attributes
are tokens (`fleet_vector_io.tokens`) in one keyword field, as fields of their own would take the type of their first
value. Vectors are found by a graph (HNSW) of full floats: nearly all of the nearest, with exact cosines.

Format: https://www.elastic.co/docs/api/doc/elasticsearch
"""

from collections.abc import Sequence
from typing import Any

from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import NotFound, Unavailable
from fleet_vector_io.elasticsearch import queries
from fleet_vector_io.elasticsearch.answers import SOURCE, Bulk, Deleted, Document, Found, Refused
from fleet_vector_io.elasticsearch.documents import bulk, mappings
from fleet_vector_io.naming import engine_name
from fleet_vector_io.provider import ByMeaning, Chunk, Collection, Hit, Search, Selection
from fleet_vector_io.rest_engine import Reply, RestConfig, RestEngine, refusal
from fleet_vector_io.vectors import cosine

_NDJSON = {"content-type": "application/x-ndjson"}
# How many chunks travel at once with their vectors, and without anything.
_BATCH = 250
_WINDOW = 10_000
# How often chunks that change while they are deleted are looked for.
_ROUNDS = 5
_REFUSED = 400
_MISSING = 404

_ORDER = [{"file_id": "asc"}, {"position": "asc"}, {"chunk_id": "asc"}]


class Elasticsearch:
    """Keeps chunks in Elasticsearch."""

    class Config(RestConfig):
        """Where Elasticsearch is, and how to be let in."""

        elasticsearch_url: str | Secret = "localhost:9200"
        """Where it is."""
        elasticsearch_api_key: Secret | str | None = None
        """The encoded API key."""

    def __init__(self, config: Config) -> None:
        key = config.elasticsearch_api_key
        headers = {"authorization": f"ApiKey {reveal(key)}"} if key else {}
        self._engine = RestEngine(
            "Elasticsearch", config.elasticsearch_url, config.network, headers
        )

    async def aclose(self) -> None:
        await self._engine.aclose()

    async def create(self, collection: Collection) -> None:
        content = {"mappings": mappings(collection.dimension), "aliases": {_alias(collection): {}}}
        reply = await self._engine.ask("PUT", _index(collection), content, accept=(200, _REFUSED))
        if reply.status == _REFUSED and not reply.read(Refused).exists:
            raise refusal(reply)

    async def drop(self, collection: Collection) -> None:
        await self._engine.ask("DELETE", _index(collection), accept=(200, _MISSING))

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        for start in range(0, len(chunks), _BATCH):
            body = bulk(chunks[start : start + _BATCH])
            path = f"{_alias(collection)}/_bulk?require_alias=true"
            reply = await self._engine.ask("POST", path, body, headers=_NDJSON)
            reply.read(Bulk).check()
        # Once for all, as it writes a segment each time.
        await self._ask("POST", collection, "_refresh")

    async def delete(self, collection: Collection, selection: Selection) -> None:
        content = {"query": queries.selected(selection)}
        for _ in range(_ROUNDS):
            path = "_delete_by_query?refresh=true&conflicts=proceed"
            reply = await self._ask("POST", collection, path, content)
            deleted = reply.read(Deleted)
            if deleted.failures:
                raise refusal(reply)
            if not deleted.version_conflicts:
                return
        raise Unavailable("The chunks are being changed all the time; try again.")

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        content = queries.search(query) | {"_source": SOURCE}
        found = [
            (each.chunk(), each.score or 0.0) for each in await self._found(collection, content)
        ]
        if isinstance(
            query, ByMeaning
        ):  # Elasticsearch has no scores below 0, and moves cosines up
            found = [(chunk, cosine(2 * score - 1)) for chunk, score in found]
        return [Hit(chunk, score) for chunk, score in found]

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int = 0, limit: int = 1000
    ) -> list[Chunk]:
        content = {"query": queries.selected(selection), "sort": _ORDER}
        if offset:
            skipped = await self._pages(collection, content | {"_source": False}, offset, _WINDOW)
            if len(skipped) < offset:
                return []
            content["search_after"] = skipped[-1].sort
        content |= {"_source": SOURCE, "fields": ["embedding"]}
        return [each.chunk() for each in await self._pages(collection, content, limit, _BATCH)]

    async def _pages(
        self, collection: Collection, content: dict[str, Any], limit: int, size: int
    ) -> list[Document]:
        """Return at most `limit` documents, asked for `size` at a time."""
        found: list[Document] = []
        while len(found) < limit:
            page = await self._found(collection, content | {"size": min(size, limit - len(found))})
            if not page:
                break
            found += page
            content = content | {"search_after": page[-1].sort}
        return found

    async def _found(self, collection: Collection, content: dict[str, Any]) -> list[Document]:
        # What a part of the index answers is no answer.
        path = "_search?allow_partial_search_results=false"
        return (await self._ask("POST", collection, path, content)).read(Found).hits.hits

    async def _ask(
        self, verb: str, collection: Collection, path: str, content: Any = None
    ) -> Reply:
        place = f"{_alias(collection)}/{path}"
        reply = await self._engine.ask(verb, place, content, accept=(200, _MISSING))
        if reply.status == _MISSING:
            raise NotFound(f"Elasticsearch has no collection '{collection.id}'; create it first.")
        return reply


def _alias(collection: Collection) -> str:
    return engine_name("fleet", collection.id, joint="-")


def _index(collection: Collection) -> str:
    return f"{_alias(collection)}-1"
