"""Opening a session with a server: by streamable HTTP, or as servers had it before that."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import httpx2
from mcp import Client
from mcp.client.session import MessageHandlerFnT
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import Implementation

from fleet_runtime.errors import FleetError
from fleet_tools.mcp.exchange import Exchange
from fleet_tools.mcp.failures import CallFailed, failure
from fleet_tools.mcp.http import client as http_client
from fleet_tools.mcp.server import Server
from fleet_tools.mcp.settings import McpConfig
from fleet_upstream.dial import tls_context
from fleet_upstream.reach import Reach
from fleet_upstream.settings import Proxy

_ADVICE = "The config of the tools service may allow it, or name the server itself."
# What servers answer to a POST that only know the older way, and gateways before them.
_OLDER = (400, 404, 405, 406, 415)
_OURSELVES = Implementation(name="llama-fleet", version=version("llama-fleet"))


@dataclass(frozen=True, slots=True)
class OpenClient:
    """An open session, as the SDK has it.

    Attributes:
        client: The SDK's client.
        is_older: Whether requests that fail leave their callers waiting, as the SDK has it for the older transport.
    """

    client: Client
    is_older: bool = False


class Opener:
    """Opens sessions.

    Args:
        config: How servers are talked to.
    """

    def __init__(self, config: McpConfig) -> None:
        self._config = config
        self._reach = Reach(config.allowed, _ADVICE)
        self._tls = tls_context(config.tls, Proxy())

    async def open(
        self, server: Server, stack: AsyncExitStack, exchange: Exchange, hear: MessageHandlerFnT
    ) -> OpenClient:
        """Open a session, which `stack` closes.

        Args:
            server: The server.
            stack: Closes the session, in the task that opened it.
            exchange: Is told what becomes of the requests.
            hear: Is told of the server's notifications.

        Raises:
            FleetError: The server must not be asked.
            Exception: As the SDK fails: mostly `MCPError`, or a group of what happened in its tasks.
        """
        addresses = await self._addresses(server)

        def make_http(**_: Any) -> httpx2.AsyncClient:
            config = self._config
            return http_client(
                server, addresses, self._tls, config.connect_seconds, config.max_message_bytes
            )

        try:
            return OpenClient(await _streamable(server, make_http, stack, hear))
        except (
            Exception
        ):  # whatever it was: the status tells whether the server knows this way at all
            if exchange.status not in _OLDER:
                raise
        return OpenClient(await _older(server, make_http, stack, hear), is_older=True)

    async def _addresses(self, server: Server) -> Sequence[str] | None:
        """Return the addresses of a server that a caller named; nothing for others, which may be anywhere."""
        if server.trusted:
            return None
        try:
            found = await self._reach.resolve(server.host, server.port)
        except FleetError as error:
            error.param = "mcp_endpoint.uri"
            raise
        except OSError as error:
            exchange = Exchange(unreached=error.strerror or type(error).__name__)
            raise failure(CallFailed("", exchange), server) from error
        return [address for address, _ in found]


async def _streamable(
    server: Server,
    make_http: Callable[[], httpx2.AsyncClient],
    stack: AsyncExitStack,
    hear: MessageHandlerFnT,
) -> Client:
    async with AsyncExitStack() as own:
        http = await own.enter_async_context(make_http())
        # Its own limit on events leaves no trace; ours does.
        transport = streamable_http_client(server.uri, http_client=http, max_sse_event_size=None)
        client = Client(transport, message_handler=hear, client_info=_OURSELVES, cache=None)
        await own.enter_async_context(client)
        stack.push_async_exit(own.pop_all())
        return client


async def _older(
    server: Server,
    make_http: Callable[..., httpx2.AsyncClient],
    stack: AsyncExitStack,
    hear: MessageHandlerFnT,
) -> Client:
    """Open a session by HTTP with SSE, as the protocol's first revision (2024-11-05) has it."""
    transport = sse_client(server.uri, httpx_client_factory=make_http)
    client = Client(
        transport, mode="legacy", message_handler=hear, client_info=_OURSELVES, cache=None
    )
    return await stack.enter_async_context(client)
