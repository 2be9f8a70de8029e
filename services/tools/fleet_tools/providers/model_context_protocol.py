"""`remote::model-context-protocol`: the tools of servers that speak the Model Context Protocol.

Source: https://modelcontextprotocol.io/specification
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from mcp_types import (
    CONNECTION_CLOSED,
    INVALID_PARAMS,
    PARSE_ERROR,
    REQUEST_TIMEOUT,
    CallToolResult,
    InputRequiredResult,
)

from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_tools.mcp.contents import result_of, tool_of
from fleet_tools.mcp.failures import CallFailed, failure, late
from fleet_tools.mcp.opening import Opener
from fleet_tools.mcp.pool import SessionPool
from fleet_tools.mcp.server import Server, server_of
from fleet_tools.mcp.session import Session
from fleet_tools.mcp.settings import McpConfig
from fleet_tools.provider import About, Invocation, Result, Source, Tool

T = TypeVar("T")

# What the SDK says in a server's place, where there was no answer, or none that it can read.
_OF_THE_SDK = (CONNECTION_CLOSED, PARSE_ERROR, REQUEST_TIMEOUT)


class ModelContextProtocol:
    """Talks to MCP servers: those of the config's groups and connectors, and those that callers name."""

    class Config(McpConfig):
        """The settings of this provider."""

    def __init__(self, config: Config) -> None:
        # The SDK would log what servers and callers said.
        for name in ("mcp", "client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        opener = Opener(config)
        self._pool = SessionPool(
            lambda server: Session(server, opener, config),
            config.max_sessions,
            config.idle_seconds,
        )

    async def tools(self, source: Source, call: Call) -> Sequence[Tool]:
        server = server_of(source, call)
        found = await self._ask(server, Session.tools)
        return [tool_of(tool) for tool in found]

    async def invoke(self, invocation: Invocation, call: Call) -> Result:
        server = server_of(invocation.source, call)

        async def ask(session: Session) -> Result:
            try:
                told = await session.call(invocation.tool, dict(invocation.arguments))
            except CallFailed as failed:
                return _said(failed, server)
            return _given(told)

        return await self._ask(server, ask)

    async def about(self, source: Source, call: Call) -> About:
        async def ask(session: Session) -> About:
            client = await session.opened()
            info = client.server_info
            if info is None:
                return About(None, client.instructions, None)
            return About(
                info.title or info.name, info.description or client.instructions, info.version
            )

        return await self._ask(server_of(source, call), ask)

    async def aclose(self) -> None:
        await self._pool.aclose()

    async def _ask(self, server: Server, ask: Callable[[Session], Awaitable[T]]) -> T:
        """Ask a server in a session; once more in a new one if that ended before the server began.

        Raises:
            FleetError: There is no answer.
        """
        try:
            try:
                return await self._once(server, ask)
            except CallFailed as failed:
                if failed.exchange.has_begun:
                    raise
                return await self._once(server, ask)
        except CallFailed as failed:
            raise failure(failed, server) from failed
        except TimeoutError:
            raise late("answer") from None

    async def _once(self, server: Server, ask: Callable[[Session], Awaitable[T]]) -> T:
        async with self._pool.session(server) as session:
            await session.opened()
            try:
                return await ask(session)
            except CallFailed as failed:
                if not failed.exchange.has_begun:
                    self._pool.drop(server, session)
                raise


def _given(told: CallToolResult | InputRequiredResult) -> Result:
    """Return what a tool gave."""
    if isinstance(told, CallToolResult):
        return result_of(told)
    return Result([], "The tool asks a person for something, and there is nobody here to answer.")


def _said(failed: CallFailed, server: Server) -> Result:
    """Return what a tool gave whose server answered with an error of its own.

    Raises:
        InvalidArgument: It was called wrongly.
        CallFailed: There was no answer.
    """
    message = server.hidden_in(failed.message)
    if failed.code == INVALID_PARAMS:
        raise InvalidArgument(message, code="invalid_tool_arguments", param="kwargs")
    if failed.exchange.is_too_large:
        return Result([], "The tool gave more than can be taken; ask it for less.")
    if failed.code is None or failed.code in _OF_THE_SDK or failed.exchange.has_failed:
        raise failed
    return Result([], message, failed.code)
