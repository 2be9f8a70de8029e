"""Real MCP servers on loopback, built with the official SDK, that can be told to misbehave."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import uvicorn
from mcp.server.mcpserver import Context, Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import (
    AudioContent,
    CallToolResult,
    EmbeddedResource,
    ResourceLink,
    TextContent,
    TextResourceContents,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Kind: TypeAlias = Literal["http", "handshake", "sse"]
"""`http`: streamable HTTP in all revisions; `handshake`: in those that open with `initialize`; `sse`: the older way."""

PIXEL = b"\x89PNG\r\n\x1a\n not much of a picture"
_SESSION = "mcp-session-id"


@dataclass
class McpFake:
    """A running server.

    Attributes:
        url: Where it is.
        calls: The tools that were run, in order.
        started: Tools that wait, and did not end yet or were stopped.
        stopped: Those of them that were stopped.
        requests: The headers of each HTTP request, with its `verb`, and the `method` of the message that it carries.
        token: What `Authorization` must carry, if anything.
        forgotten: The sessions that it does not know any more.
        tools: The SDK's server.
        hang_up: Breaks off the next call of a tool, when it is done and before the answer.
    """

    url: str = ""
    calls: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    token: str | None = None
    forgotten: set[str] = field(default_factory=set)
    hang_up: bool = False
    tools: MCPServer[Any] | None = None

    def add_tool(self, name: str) -> None:
        """Have one more tool."""
        if self.tools is None:
            raise RuntimeError("the server is not built yet")
        self.tools.add_tool(lambda: name, name=name, description="New.", structured_output=False)

    @property
    def sessions(self) -> set[str]:
        """The sessions that requests named."""
        return {seen[_SESSION] for seen in self.requests if _SESSION in seen}

    def forget_sessions(self) -> None:
        """Know none of the sessions any more, as after a restart."""
        self.forgotten |= self.sessions

    def methods(self) -> list[str]:
        """Return the JSON-RPC methods of the requests."""
        return [seen["method"] for seen in self.requests if "method" in seen]

    @contextmanager
    def waiting(self, name: str) -> Iterator[None]:
        """Write down that a tool waits, and whether it was stopped."""
        self.started.append(name)
        try:
            yield
        except asyncio.CancelledError:
            self.stopped.append(name)
            raise


def server(fake: McpFake) -> MCPServer[Any]:
    """Return a server whose tools write down in `fake` that they ran."""
    made: MCPServer[Any] = MCPServer(
        "fake",
        title="A fake",
        version="1.2.3",
        description="For tests.",
        instructions="Be kind.",
        log_level="CRITICAL",
    )
    fake.tools = made
    _add_plain_tools(made, fake)
    _add_content_tools(made, fake)
    _add_slow_tools(made, fake)
    return made


def _add_plain_tools(made: MCPServer[Any], fake: McpFake) -> None:
    @made.tool()
    async def add(a: int, b: int) -> int:
        """Add two numbers."""
        fake.calls.append("add")
        return a + b

    @made.tool(structured_output=False)
    async def whoami(ctx: Context[Any, Any]) -> str:
        """Tell who calls."""
        fake.calls.append("whoami")
        return json.dumps(dict(ctx.headers or {}))

    @made.tool(structured_output=False)
    async def fail(reason: str) -> str:
        """Fail."""
        fake.calls.append("fail")
        raise ToolError(reason)

    @made.tool(structured_output=False)
    async def grow(name: str, ctx: Context[Any, Any]) -> str:
        """Get one more tool."""
        fake.add_tool(name)
        await ctx.notify_tools_changed()
        await ctx.session.send_tool_list_changed()
        return name


def _add_content_tools(made: MCPServer[Any], fake: McpFake) -> None:
    @made.tool(structured_output=False)
    async def huge(size: int) -> str:
        """Give a long text."""
        fake.calls.append("huge")
        return "x" * size

    @made.tool(structured_output=False)
    async def picture() -> Image:
        """Give a picture."""
        return Image(data=PIXEL, format="png")

    @made.tool(structured_output=False)
    async def mixed() -> CallToolResult:
        """Give one of each."""
        page = TextResourceContents(uri="file:///a.txt", mime_type="text/plain", text="a page")
        return CallToolResult(
            content=[
                TextContent(type="text", text="a text"),
                AudioContent(type="audio", data="AAAA", mime_type="audio/wav"),
                ResourceLink(type="resource_link", name="b", uri="https://b.example/", title="B"),
                EmbeddedResource(type="resource", resource=page),
            ],
            structured_content={"of": "each"},
        )


def _add_slow_tools(made: MCPServer[Any], fake: McpFake) -> None:
    @made.tool(structured_output=False)
    async def wait() -> str:
        """Wait until stopped."""
        fake.calls.append("wait")
        with fake.waiting("wait"):
            await asyncio.Event().wait()
        return "never"

    @made.tool(structured_output=False)
    async def work(steps: int, pause: float, ctx: Context[Any, Any]) -> str:
        """Work, and tell of each step."""
        fake.calls.append("work")
        for step in range(steps):
            await ctx.report_progress(step, steps)
            await asyncio.sleep(pause)
        return "done"


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
