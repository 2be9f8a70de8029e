"""One session with one server, shared by all who are told to it as the same."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import structlog
from mcp import Client
from mcp.client.session import IncomingMessage
from mcp.shared.dispatcher import ProgressFnT
from mcp_types import (
    HEADER_MISMATCH,
    CallToolRequest,
    CallToolRequestParams,
    CallToolResult,
    InputRequiredResult,
    ListToolsResult,
    PaginatedRequestParams,
    Tool,
    ToolListChangedNotification,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import TypeAdapter

from fleet_runtime.errors import FleetError
from fleet_tools.mcp.asking import Send, ask
from fleet_tools.mcp.exchange import Exchange, exchanging
from fleet_tools.mcp.failures import CallFailed, failure, late
from fleet_tools.mcp.listing import ToolList
from fleet_tools.mcp.opening import OpenClient, Opener
from fleet_tools.mcp.server import Server
from fleet_tools.mcp.settings import McpConfig

T = TypeVar("T")

log = structlog.get_logger()

# In seconds: how long a server may take to say goodbye.
_GOODBYE = 5.0
_ANSWERS: TypeAdapter[CallToolResult | InputRequiredResult] = TypeAdapter(
    CallToolResult | InputRequiredResult
)


class Session:
    """A session, from its opening to its end, in a task of its own: the SDK wants both in one.

    Args:
        server: The server.
        opener: Opens it.
        config: How long to wait, and how much to take.
    """

    def __init__(self, server: Server, opener: Opener, config: McpConfig) -> None:
        self._server = server
        self._opener = opener
        self._config = config
        self._settled = asyncio.Event()
        self._ending = asyncio.Event()
        self._open: OpenClient | None = None
        self._failure: FleetError | None = None
        self._tools = ToolList(config)
        self._task = asyncio.create_task(self._live())

    @property
    def is_over(self) -> bool:
        """Whether nothing can be asked any more."""
        return self._task.done() or self._ending.is_set()

    async def opened(self) -> Client:
        """Return the SDK's client, once the session is open.

        Raises:
            FleetError: It could not be opened.
        """
        await self._settled.wait()
        if self._open is None:
            raise self._failure or late("open a session")
        return self._open.client

    async def aclose(self) -> None:
        """End the session."""
        self._ending.set()
        if self._open is None:  # it is not even open
            self._task.cancel()
        _, unfinished = await asyncio.wait([self._task], timeout=_GOODBYE)
        for task in unfinished:
            task.cancel()
            await asyncio.wait([task])

    async def tools(self) -> Sequence[Tool]:
        """Return the server's tools, as they were listed a while ago if they have not changed since.

        Raises:
            CallFailed: The server did not list them.
            TimeoutError: The server said nothing for too long.
        """
        client = await self.opened()

        async def page(params: PaginatedRequestParams, exchange: Exchange) -> ListToolsResult:
            async def send(_: ProgressFnT) -> ListToolsResult:
                return await client.session.list_tools(params=params)

            return await self._ask(send, exchange)

        return await self._tools.get(page)

    async def call(
        self, name: str, arguments: dict[str, Any]
    ) -> CallToolResult | InputRequiredResult:
        """Run a tool, and return what it gave. To be cancelled is to stop it.

        What the tool gives is not checked against its `outputSchema`, with patterns that a server chose.

        Raises:
            CallFailed: There is no answer, or the server says that there is none.
            TimeoutError: The server said nothing for too long.
        """
        client = await self.opened()
        request = CallToolRequest(params=CallToolRequestParams(name=name, arguments=arguments))

        async def send(progressed: ProgressFnT) -> CallToolResult | InputRequiredResult:
            return await client.session.send_request(
                request, _ANSWERS, progress_callback=progressed
            )

        try:
            return await self._ask(send)
        except CallFailed as failed:
            if failed.code != HEADER_MISMATCH:
                raise
        # Nothing was done yet: headers follow from the tool's schema, which has changed or was not asked for.
        self._tools.forget()
        await self.tools()
        return await self._ask(send)

    async def _live(self) -> None:
        """Open the session, and keep it until it is told to end, or the server ends it."""
        exchange = Exchange()
        try:
            with exchanging(exchange):
                async with AsyncExitStack() as stack:
                    async with asyncio.timeout(self._config.open_seconds):
                        opened = await self._opener.open(self._server, stack, exchange, self._hear)
                    self._open = opened
                    self._settled.set()
                    await self._follow(opened.client)
        except TimeoutError:
            self._failure = late("open a session")
        except Exception as error:  # noqa: BLE001 - a boundary: it is raised to all who wait for the session
            self._failure = _cause(error, exchange, self._server)
        finally:
            self._settled.set()

    async def _follow(self, client: Client) -> None:
        """Wait for the end, and hear meanwhile of changes, which newer servers tell who asks for them alone."""
        listening = asyncio.create_task(self._listen(client))
        try:
            await self._ending.wait()
        finally:
            listening.cancel()
            await asyncio.wait([listening])

    async def _listen(self, client: Client) -> None:
        tools = client.server_capabilities.tools
        if client.protocol_version not in MODERN_PROTOCOL_VERSIONS or not (
            tools and tools.list_changed
        ):
            return
        try:
            async with client.listen(tools_list_changed=True) as changes:
                async for _ in changes:
                    self._tools.forget()
        except Exception as error:  # noqa: BLE001 - lists are kept for a while only, so it goes on without
            log.info("mcp.not_listening", cause=type(error).__name__)

    async def _hear(self, message: IncomingMessage) -> None:
        if isinstance(message, ToolListChangedNotification):
            self._tools.forget()

    async def _ask(self, send: Send[T], exchange: Exchange | None = None) -> T:
        older = self._open is not None and self._open.is_older
        silence = self._config.silence_seconds
        return await ask(send, exchange or Exchange(), silence, gives_up=older)


def _cause(error: BaseException, exchange: Exchange, server: Server) -> FleetError:
    """Return why a session is over: what happened first in the SDK's tasks."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, FleetError):
        return error
    return failure(CallFailed(str(error) or type(error).__name__, exchange), server)
