"""`remote::infinispan`: chunks in Infinispan, 15.0 and later.

A collection is a cache on disk, with a schema of its own, over which Lucene keeps an index: vectors are found by a
graph (HNSW), words by BM25. The index is read afresh by each query. Conditions narrow a search for vectors beforehand;
in a search for words they are part of the query, and what Lucene scores them adds to what it scores the words.
Infinispan puts entries in one by one: a put that fails may be in partly until it is repeated.

Format: https://infinispan.org/docs/stable/titles/rest/rest.html
"""

from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Literal, TypeVar

import msgspec
from pydantic import Field

from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import NotFound
from fleet_upstream.native.at_once import at_once
from fleet_vector_io.infinispan import queries
from fleet_vector_io.infinispan.answers import Found, Scored
from fleet_vector_io.infinispan.digest import Basic, Digest, Nobody, Proof
from fleet_vector_io.infinispan.entities import Entity, cache, entity, key, schema
from fleet_vector_io.infinispan.server import DONE, MISSING, Server
from fleet_vector_io.naming import engine_name
from fleet_vector_io.provider import (
    ByMeaning,
    Chunk,
    Collection,
    Hit,
    Search,
    Selection,
)
from fleet_vector_io.rest_engine import RestConfig, RestEngine, refusal
from fleet_vector_io.vectors import cosine

T = TypeVar("T")

_TEXT = {"content-type": "text/plain"}
# How many entries are put or deleted at once.
_AT_ONCE = 16
# How many entities travel in one answer.
_PAGE = 250
# How many entities each part of a long question finds, at least.
_LONG = 1000
_EXISTS = (400, 409)


class Infinispan:
    """Keeps chunks in Infinispan."""

    class Config(RestConfig):
        """Where Infinispan is, and how to be let in."""

        url: str | Secret = "http://localhost:11222/"
        """Where it is."""
        username: str | None = None
        """The user. Nobody is asked for one if unset."""
        password: Secret | str | None = Field(default=None, repr=False)
        """The user's password."""
        use_https: bool = False
        """Whether to speak TLS, whatever `url` says."""
        auth_mechanism: Literal["digest", "basic"] = "digest"
        """How to prove who we are."""
        verify_tls: bool = True
        """Whether to check the server's certificate, unless `network.tls` says how."""

    def __init__(self, config: Config) -> None:
        url, network = reveal(config.url), config.network
        if config.use_https:
            url = f"https://{url.partition('://')[2] or url}"
        if not config.verify_tls:
            tls = network.tls.model_copy(update={"verify": False})
            network = network.model_copy(update={"tls": tls})
        self._server = Server(RestEngine("Infinispan", url, network), _proof(config))

    async def aclose(self) -> None:
        await self._server.aclose()

    async def create(self, collection: Collection) -> None:
        name = _name(collection)
        if await self._there(name):
            return
        definition = schema(name, collection.dimension)
        await self._server.ask("PUT", f"schemas/{name}.proto", definition, headers=_TEXT)
        reply = await self._server.ask(
            "POST", f"caches/{name}", cache(name), accept=(*DONE, *_EXISTS)
        )
        if reply.status in _EXISTS and not await self._there(name):
            raise refusal(reply)

    async def drop(self, collection: Collection) -> None:
        name = _name(collection)
        for path in (f"caches/{name}", f"schemas/{name}.proto"):
            await self._server.ask("DELETE", path, accept=(*DONE, MISSING))

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        name = _name(collection)

        async def put(chunk: Chunk) -> None:
            reply = await self._server.ask(
                "PUT",
                f"caches/{name}/{key(chunk.id)}",
                entity(name, chunk),
                accept=(*DONE, MISSING),
            )
            if reply.status == MISSING:
                raise _missing(collection)

        await _each(put, list({chunk.id: chunk for chunk in chunks}.values()))

    async def delete(self, collection: Collection, selection: Selection) -> None:
        name = _name(collection)

        async def remove(chunk: Chunk) -> None:
            path = f"caches/{name}/{key(chunk.id)}"
            await self._server.ask("DELETE", path, accept=(*DONE, MISSING))

        while found := await self.chunks(collection, selection, limit=_LONG):
            await _each(remove, found)

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        name = _name(collection)
        if isinstance(query, ByMeaning):
            question = queries.nearest(name, query.vector, query.limit, query.within)
            found = await self._found(collection, question, Scored, limit=query.limit)
            # Lucene has no scores below 0, and moves cosines up.
            return [each.hit(cosine(2 * each.score - 1)) for each in found]
        return await self._worded(collection, query.text, query.limit, query.within)

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int = 0, limit: int = 1000
    ) -> list[Chunk]:
        question = queries.listed(_name(collection), selection)
        chunks: list[Chunk] = []
        while len(chunks) < limit:
            size = min(_PAGE, limit - len(chunks))
            page = await self._found(
                collection, question, Entity, offset=offset + len(chunks), limit=size
            )
            chunks += [found.chunk(with_vector=True) for found in page]
            if len(page) < size:
                break
        return chunks

    async def _worded(
        self, collection: Collection, text: str, limit: int, within: Selection
    ) -> list[Hit]:
        """Search for words, hundreds at a time, and add up what each chunk scores."""
        questions = list(queries.worded(_name(collection), text, within))
        most = limit if len(questions) == 1 else max(limit, _LONG)
        scores: dict[str, float] = defaultdict(float)
        chunks: dict[str, Chunk] = {}
        for question in questions:
            for each in await self._found(collection, question, Scored, limit=most):
                scores[each.entity.chunk_id] += each.score
                chunks[each.entity.chunk_id] = each.entity.chunk(with_vector=False)
        best = sorted(scores, key=lambda chunk: -scores[chunk])[:limit]
        return [Hit(chunks[chunk], scores[chunk]) for chunk in best]

    async def _found(
        self, collection: Collection, question: str, kind: type[T], *, limit: int, offset: int = 0
    ) -> list[T]:
        content = {"query": question, "max_results": limit, "offset": offset}
        path = f"caches/{_name(collection)}?action=search"
        reply = await self._server.ask("POST", path, content, accept=(200, MISSING))
        if reply.status == MISSING:
            raise _missing(collection)
        hits = [each.hit for each in reply.read(Found).hits]
        # Whole numbers of 64 bits are texts in the JSON of Protocol Buffers.
        return [msgspec.convert(hit, kind, strict=False) for hit in hits]

    async def _there(self, name: str) -> bool:
        path = f"caches/{name}?action=config"
        return (await self._server.ask("GET", path, accept=(200, MISSING))).status != MISSING


async def _each(act: Callable[[Chunk], Coroutine[Any, Any, None]], chunks: Sequence[Chunk]) -> None:
    """Do something with each chunk, with some at once."""
    for start in range(0, len(chunks), _AT_ONCE):
        await at_once([act(chunk) for chunk in chunks[start : start + _AT_ONCE]])


def _proof(config: Infinispan.Config) -> Proof:
    if config.username is None or config.password is None:
        return Nobody()
    kind = Digest if config.auth_mechanism == "digest" else Basic
    return kind(config.username, reveal(config.password))


def _name(collection: Collection) -> str:
    return engine_name("Fleet", collection.id)


def _missing(collection: Collection) -> NotFound:
    return NotFound(f"Infinispan has no collection '{collection.id}'; create it first.")
