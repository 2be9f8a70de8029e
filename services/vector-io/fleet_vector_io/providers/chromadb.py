"""`remote::chromadb`: chunks in a Chroma server, 1.5 and later.

Format: https://docs.trychroma.com/reference/server/http-api
"""

from typing import Any

from pydantic import Field

from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import FleetError, NotFound, Unavailable
from fleet_vector_io.chroma.engine import AT_WORK, CONFIGURATION, NOT_READY, Verb
from fleet_vector_io.chroma.store import ChromaStore
from fleet_vector_io.rest_engine import Reply, RestConfig, RestEngine, refusal

_OK = (200, 201)
_MISSING = 404
_FAILED = 500


class Chroma(ChromaStore):
    """Keeps chunks in a Chroma server."""

    class Config(RestConfig):
        """Where Chroma is, and how to be let in."""

        url: str | Secret = Field(examples=["http://localhost:8000"])
        """Where it is."""
        token: Secret | str | None = Field(default=None, repr=False)
        """What to be let in with, sent as `x-chroma-token`."""
        tenant: str = "default_tenant"
        """Whose database it is."""
        database: str = "default_database"
        """The database that the collections are in."""

    def __init__(self, config: Config) -> None:
        headers = {"x-chroma-token": reveal(config.token)} if config.token else {}
        engine = RestEngine("Chroma", config.url, config.network, headers)
        place = f"api/v2/tenants/{config.tenant}/databases/{config.database}/collections"
        super().__init__(_Server(engine, place))


class _Server:
    """Chroma over HTTP.

    Args:
        engine: The server.
        place: Where its collections are.
    """

    def __init__(self, engine: RestEngine, place: str) -> None:
        self._engine = engine
        self._place = place
        self._ids: dict[str, str] = {}

    async def aclose(self) -> None:
        await self._engine.aclose()

    async def create(self, name: str) -> None:
        content = {"name": name, "configuration": CONFIGURATION, "get_or_create": True}
        await self._engine.ask("POST", self._place, content, accept=_OK)

    async def drop(self, name: str) -> None:
        self._ids.pop(name, None)
        await self._engine.ask("DELETE", f"{self._place}/{name}", accept=(*_OK, _MISSING))

    async def count(self, name: str) -> int:
        return (await self._of(name, "GET", "count")).read(int)

    async def ask(self, name: str, verb: Verb, **content: Any) -> dict[str, Any]:
        return (await self._of(name, "POST", verb, content)).read(dict[str, Any])

    async def _of(self, name: str, method: str, verb: str, content: Any = None) -> Reply:
        """Return what a collection answers. A collection that was made anew has another id, which is looked up then."""
        known = name in self._ids
        path = f"{self._place}/{await self._id(name)}/{verb}"
        reply = await self._engine.ask(method, path, content, accept=(*_OK, _MISSING, _FAILED))
        if reply.status == _FAILED:
            raise _failure(reply)
        if reply.status != _MISSING:
            return reply
        self._ids.pop(name, None)
        if known:
            return await self._of(name, method, verb, content)
        raise _missing()

    async def _id(self, name: str) -> str:
        if name not in self._ids:
            path = f"{self._place}/{name}"
            reply = await self._engine.ask("GET", path, accept=(*_OK, _MISSING))
            if reply.status == _MISSING:
                raise _missing()
            self._ids[name] = reply.read(dict[str, Any])["id"]
        return self._ids[name]


def _missing() -> NotFound:
    return NotFound("Chroma has no such collection; create it first.")


def _failure(reply: Reply) -> FleetError:
    if AT_WORK.encode() in reply.body:
        return Unavailable("Chroma is making an index; try again.", code=NOT_READY)
    return refusal(reply)
