"""A fake Infinispan: its REST API, and caches in memory that are queried in Ickle.

    async with infinispan() as engine:
        ...  # talk to engine.url

Vectors are searched exactly.

Format: https://infinispan.org/docs/stable/titles/rest/rest.html
"""

import hashlib
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fleet_testing.ickle import Entity, Field, Query, QueryError
from fleet_testing.openai_upstream import Canned, Seen
from fleet_testing.rest_server import rest_server, said

_NONCE = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
_MESSAGE = re.compile(r"/\*\* @Indexed \*/\s*message (\w+) \{(.*?)\n\}", re.DOTALL)
_FIELD = re.compile(
    r"(?:/\*\* @(\w+)(?:\(([^)]*)\))? \*/\s*)?(?:optional|repeated) (\w+) (\w+) = \d+;"
)
_PROVED = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


class Type:
    """A type of entities, as its schema says."""

    def __init__(self, name: str, body: str) -> None:
        self.name = name
        found = _FIELD.findall(body)
        self.all = {field for *_, field in found}
        self.indexed = {
            field: Field(annotation, _options(options))
            for annotation, options, _, field in found
            if annotation
        }

    def check(self, entity: Entity) -> None:
        """Raise `QueryError` at what does not fit."""
        if entity["_type"] != self.name:
            raise QueryError(f"Unknown type {entity['_type']}")
        if unknown := entity.keys() - self.all - {"_type"}:
            raise QueryError(f"The field {unknown} was not found in {self.name}")
        for name, field in self.indexed.items():
            if field.annotation == "Vector" and len(entity[name]) != int(
                field.options["dimension"]
            ):
                raise QueryError("vector dimension differs from field dimension")


class InfinispanServer:
    """The engine.

    Attributes:
        url: Where it is.
        password: The password of the user `admin`. Anybody is let in if it is `None`.
        algorithm: The algorithm of the digests that it wants.
        requests: Every request, in order.
    """

    def __init__(self) -> None:
        self.url = ""
        self.password: str | None = None
        self.algorithm = "SHA-256"
        self.requests: list[Seen] = []
        self._schemas: dict[str, Type] = {}
        self._caches: dict[str, tuple[Type, dict[str, Entity]]] = {}

    def answer(self, seen: Seen) -> Canned:
        """Answer one request."""
        self.requests.append(seen)
        if self.password and not self._let_in(seen):
            wanted = f'Digest realm="default", nonce="{_NONCE}", opaque="o", qop="auth"'
            headers = {"www-authenticate": f"{wanted}, algorithm={self.algorithm}"}
            return Canned(b"", 401, headers)
        try:
            return self._done(seen)
        except QueryError as error:
            return said({"error": {"message": "Invalid request", "cause": str(error)}}, 400)

    def _let_in(self, seen: Seen) -> bool:
        """Check a digest (RFC 7616, section 3.4.1)."""
        found = _PROVED.findall(seen.headers.get("authorization", ""))
        told = {name: quoted or bare for name, quoted, bare in found}
        target = f"{seen.path}?{seen.query}" if seen.query else seen.path
        if told.get("nonce") != _NONCE or told.get("uri") != target:
            return False
        who = self._hashed("admin", "default", self.password or "")
        what = self._hashed(seen.method, target)
        wanted = self._hashed(who, _NONCE, told["nc"], told["cnonce"], "auth", what)
        return bool(told["response"] == wanted)

    def _hashed(self, *parts: str) -> str:
        name = self.algorithm.lower().replace("-", "", 1)
        return hashlib.new(name, ":".join(parts).encode()).hexdigest()

    def _done(self, seen: Seen) -> Canned:
        kind, name, *rest = seen.path.removeprefix("/rest/v2/").split("/")
        if kind == "schemas":
            return self._schema(seen, name)
        if seen.method == "POST" and not rest and not seen.query:
            return self._create(name, seen.json())
        if name not in self._caches:
            return said({"error": {"message": f"cache {name} not found"}}, 404)
        if rest:
            return self._entry(seen, name, rest[0])
        return self._cache(seen, name)

    def _schema(self, seen: Seen, name: str) -> Canned:
        if seen.method == "PUT":
            return self._register(name, seen.body.decode())
        return Canned(b"", 204 if self._schemas.pop(name, None) else 404)

    def _cache(self, seen: Seen, name: str) -> Canned:
        match seen.method, seen.query:
            case "DELETE", "":
                del self._caches[name]
                return Canned(b"", 200)
            case "GET", "action=config":
                return said({"distributed-cache": {"mode": "SYNC"}})
            case "POST", "action=search":
                return self._search(name, seen.json())
        raise QueryError(f"no such action: {seen.query}")

    def _entry(self, seen: Seen, name: str, key: str) -> Canned:
        kind, entities = self._caches[name]
        if seen.method == "DELETE":
            return Canned(b"", 204 if entities.pop(key, None) else 404)
        kind.check(seen.json())
        entities[key] = seen.json()
        return Canned(b"", 204)

    def _register(self, name: str, text: str) -> Canned:
        message = _MESSAGE.search(text)
        if message is None or not name.endswith(".proto"):
            return said({"name": name, "error": {"message": "syntax error"}})
        self._schemas[name] = Type(message[1], message[2])
        return said({"name": name, "error": None})

    def _create(self, name: str, content: dict[str, Any]) -> Canned:
        if name in self._caches:
            return said({"error": {"message": f"cache {name} already exists"}}, 400)
        definition = content["distributed-cache"]
        if definition["encoding"]["media-type"] != "application/x-protostream":
            raise QueryError("The cache cannot be queried")
        (entity,) = definition["indexing"]["indexed-entities"]
        types = {each.name: each for each in self._schemas.values()}
        if entity not in types:
            raise QueryError(f"ISPN014052: The type {entity} is unknown")
        self._caches[name] = (types[entity], {})
        return Canned(b"", 200)

    def _search(self, name: str, content: dict[str, Any]) -> Canned:
        kind, entities = self._caches[name]
        found = Query(content["query"], kind.name, kind.indexed, entities).run()
        start = content.get("offset", 0)
        hits = []
        for key in found.keys[start : start + content.get("max_results", 10)]:
            shown = entities[key]
            if found.scores is None:
                hits.append({"hit": shown})
            else:
                hits.append({"hit": {"*": shown, "score()": found.scores[key]}})
        return said({"hit_count": len(found.keys), "hit_count_exact": True, "hits": hits})


@asynccontextmanager
async def infinispan() -> AsyncGenerator[InfinispanServer, None]:
    """Run a fake Infinispan on a free port of the loopback interface."""
    server = InfinispanServer()
    async with rest_server(server.answer) as server.url:
        yield server


def _options(text: str) -> dict[str, str]:
    pairs = [each.partition("=") for each in text.split(",") if each]
    return {name.strip(): value.strip() for name, _, value in pairs}
