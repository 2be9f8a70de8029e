"""Real MCP servers on loopback, built with the official SDK, that can be told to misbehave."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Literal, TypeAlias

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fleet_testing.mcp_tools import McpFake, server

Kind: TypeAlias = Literal["http", "handshake", "sse"]
"""`http`: streamable HTTP in all revisions; `handshake`: in those that open with `initialize`; `sse`: the older way."""

_SESSION = "mcp-session-id"


class _Door:
    """What stands before a server: writes requests down, and refuses some."""

    def __init__(self, app: ASGIApp, fake: McpFake, kind: Kind) -> None:
        self._app = app
        self._fake = fake
        self._kind = kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, receive = await _read(scope, receive)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        headers["verb"] = scope["method"]
        self._fake.requests.append(headers | _method(body))
        refusal = self._refusal(headers, self._fake.requests[-1])
        if refusal:
            await _answer(send, *refusal)
        else:
            await self._app(scope, receive, self._watched(send, body))

    def _refusal(
        self, headers: dict[str, str], request: dict[str, str]
    ) -> tuple[int, list[tuple[bytes, bytes]]] | None:
        token = self._fake.token
        if token is not None and headers.get("authorization") != f"Bearer {token}":
            return 401, [(b"www-authenticate", b'Bearer error="invalid_token"')]
        if headers.get(_SESSION) in self._fake.forgotten:
            return 404, []
        if self._kind == "handshake" and request.get("method") == "server/discover":
            return 400, []
        return None

    def _watched(self, send: Send, body: bytes) -> Send:
        """Return what sends an answer on, unless the server is to hang up."""

        async def watched(message: Message) -> None:
            if self._fake.hang_up and b'"tools/call"' in body:
                self._fake.hang_up = False
                raise ConnectionAbortedError
            await send(message)

        return watched


async def _read(scope: Scope, receive: Receive) -> tuple[bytes, Receive]:
    """Return the body of a request, and what gives it once more."""
    if scope["method"] != "POST":
        return b"", receive
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    given = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return given.pop() if given else await receive()

    return body, again


def _method(body: bytes) -> dict[str, str]:
    """Return the JSON-RPC method of a request, if it has one."""
    try:
        return {"method": json.loads(body)["method"]}
    except (ValueError, KeyError):
        return {}


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    headers = [*headers, (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def mcp_server(
    kind: Kind = "http", token: str | None = None, *, as_json: bool = False
) -> AsyncGenerator[McpFake, None]:
    """Run a server.

    Args:
        kind: What it speaks.
        token: What `Authorization` must carry.
        as_json: Whether it answers with JSON rather than streams.
    """
    fake = McpFake(token=token)
    made = server(fake)
    app = made.sse_app() if kind == "sse" else made.streamable_http_app(json_response=as_json)
    async with running(_Door(app, fake, kind)) as address:
        fake.url = f"{address}/sse" if kind == "sse" else f"{address}/mcp"
        yield fake


@asynccontextmanager
async def running(
    app: Callable[[Scope, Receive, Send], Awaitable[None]],
) -> AsyncGenerator[str, None]:
    """Serve an ASGI app on a free port of the loopback interface, and yield its address."""
    for name in ("mcp", "sse_starlette", "uvicorn", "httpx2"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        app, port=0, ws="none", log_config=None, timeout_graceful_shutdown=1, lifespan="on"
    )
    running = uvicorn.Server(config)
    task = asyncio.create_task(running.serve())
    while not running.started:
        if task.done():
            await task
        await asyncio.sleep(0.005)
    port = running.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        await task
