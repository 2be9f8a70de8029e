"""The tools of a real MCP server, which write down that they ran, and can be told to misbehave."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

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
