"""A Qdrant server without the server: its REST API, as far as we use it, answered by Qdrant's own library.

    async with qdrant_server() as server:
        ...  # talk to server.url

Requests are checked against the models of Qdrant's API, and what they ask for is done by the library that computes what
the server does. Format: https://api.qdrant.tech
"""

import json
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from pydantic import ValidationError
from qdrant_client import models as q
from qdrant_client.local.async_qdrant_local import AsyncQdrantLocal

_MOST_BYTES = 32 * 1024 * 1024
"""As the server has it by default."""


class QdrantServer:
    """The server.

    Attributes:
        url: Where it is.
        key: The API key it asks for, if any.
        indexed: The fields that have an index, by collection.
        refuse: A status to refuse everything with, if any.
    """

    def __init__(self) -> None:
        self.url = ""
        self.key: str | None = None
        self.indexed: dict[str, set[str]] = {}
        self.refuse: int | None = None
        self._library = AsyncQdrantLocal(":memory:")

    def application(self) -> web.Application:
        """Return what serves all paths."""
        app = web.Application(client_max_size=_MOST_BYTES, middlewares=[self._guarded])
        at = "/collections/{name}"
        app.router.add_get(f"{at}/exists", self._exists)
        app.router.add_put(at, self._create)
        app.router.add_delete(at, self._drop)
        app.router.add_put(f"{at}/index", self._index)
        app.router.add_put(f"{at}/points", self._upsert)
        app.router.add_post(f"{at}/points/delete", self._delete)
        app.router.add_post(f"{at}/points/query", self._query)
        app.router.add_post(f"{at}/points/scroll", self._scroll)
        app.router.add_post(f"{at}/points", self._retrieve)
        return app

    @web.middleware
    async def _guarded(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Refuse who has no key, and what is not as documented."""
        if self.refuse:
            return _refused(self.refuse, "this is a bad moment")
        if self.key and request.headers.get("api-key") != self.key:
            return _refused(401, "Must provide an API key or an Authorization bearer token")
        name = request.match_info.get("name", "")
        creates = request.method == "PUT" and request.path == f"/collections/{name}"
        if creates and name in self._library.collections:
            return _refused(409, f"Wrong input: Collection `{name}` already exists!")
        known = creates or request.method in ("GET", "DELETE") or name in self._library.collections
        if not known:
            return _refused(404, f"Not found: Collection `{name}` doesn't exist!")
        try:
            return await handler(request)
        except (ValidationError, ValueError) as error:
            return _refused(400, f"Wrong input: {error}")

    async def _exists(self, request: web.Request) -> web.Response:
        return _said({"exists": request.match_info["name"] in self._library.collections})

    async def _create(self, request: web.Request) -> web.Response:
        asked = q.CreateCollection.model_validate(await request.json())
        await self._library.create_collection(
            request.match_info["name"],
            vectors_config=asked.vectors,
            sparse_vectors_config=asked.sparse_vectors,
        )
        return _said(result=True)

    async def _drop(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.indexed.pop(name, None)
        return _said(await self._library.delete_collection(name))

    async def _index(self, request: web.Request) -> web.Response:
        asked = q.CreateFieldIndex.model_validate(await request.json())
        self.indexed.setdefault(request.match_info["name"], set()).add(asked.field_name)
        return _done(request)

    async def _upsert(self, request: web.Request) -> web.Response:
        asked = q.PointsList.model_validate(await request.json())
        await self._library.upsert(request.match_info["name"], asked.points)
        return _done(request)

    async def _delete(self, request: web.Request) -> web.Response:
        asked = q.FilterSelector.model_validate(await request.json())
        await self._library.delete(request.match_info["name"], asked)
        return _done(request)

    async def _query(self, request: web.Request) -> web.Response:
        asked = q.QueryRequest.model_validate(await request.json())
        query: Any = asked.query  # the library takes bare vectors too, but does not say so
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", UserWarning
            )  # how an index is to be searched, which it has not
            found = await self._library.query_points(
                request.match_info["name"],
                query=query,
                using=asked.using,
                query_filter=asked.filter,
                search_params=asked.params,
                limit=asked.limit or 10,
                with_payload=True if asked.with_payload is None else asked.with_payload,
                with_vectors=asked.with_vector or False,
            )
        return _said(found.model_dump(mode="json"))

    async def _scroll(self, request: web.Request) -> web.Response:
        asked = q.ScrollRequest.model_validate(await request.json())
        points, following = await self._library.scroll(
            request.match_info["name"],
            asked.filter,
            limit=asked.limit or 10,
            offset=asked.offset,
            with_payload=True if asked.with_payload is None else asked.with_payload,
            with_vectors=asked.with_vector or False,
        )
        page = {"points": [each.model_dump(mode="json") for each in points]}
        return _said(page | {"next_page_offset": following})

    async def _retrieve(self, request: web.Request) -> web.Response:
        asked = q.PointRequest.model_validate(await request.json())
        found = await self._library.retrieve(
            request.match_info["name"],
            asked.ids,
            with_payload=True if asked.with_payload is None else asked.with_payload,
            with_vectors=asked.with_vector or False,
        )
        return _said([each.model_dump(mode="json") for each in found])


@asynccontextmanager
async def qdrant_server() -> AsyncGenerator[QdrantServer, None]:
    """Run the server on a free port of the loopback interface."""
    server = QdrantServer()
    runner = web.AppRunner(server.application(), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


def _said(result: Any) -> web.Response:
    return web.json_response({"result": result, "status": "ok", "time": 0.001})


def _done(request: web.Request) -> web.Response:
    """Say that an update was done, or, to who did not want to wait, that it will be."""
    waited = request.query.get("wait") == "true"
    return _said({"operation_id": 1, "status": "completed" if waited else "acknowledged"})


def _refused(status: int, words: str) -> web.Response:
    body = json.dumps({"status": {"error": words}, "time": 0.0})
    return web.Response(status=status, text=body, content_type="application/json")
