"""The list of a server's tools, which is kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from mcp_types import ListToolsResult, PaginatedRequestParams, Tool

from fleet_tools.mcp.exchange import Exchange
from fleet_tools.mcp.settings import McpConfig

AskPage: TypeAlias = Callable[[PaginatedRequestParams, Exchange], Awaitable[ListToolsResult]]
"""Asks for a page, and writes down in an exchange what came."""


class ToolList:
    """Knows a server's tools, as they were a while ago if it has not said since that they changed.

    Args:
        config: How long a list is kept, and how much is taken.
    """

    def __init__(self, config: McpConfig) -> None:
        self._config = config
        self._lock = asyncio.Lock()
        self._kept: tuple[float, Sequence[Tool]] | None = None
        self._changes = 0

    def forget(self) -> None:
        """Ask anew next time."""
        self._changes += 1
        self._kept = None

    async def get(self, ask: AskPage) -> Sequence[Tool]:
        """Return the tools, for which one caller at a time asks. Raises as `ask` does."""
        async with self._lock:
            now = asyncio.get_running_loop().time()
            if self._kept and now < self._kept[0]:
                return self._kept[1]
            changes = self._changes
            tools, seconds = await self._asked(ask)
            if changes == self._changes:
                self._kept = (now + seconds, tools)
            return tools

    async def _asked(self, ask: AskPage) -> tuple[Sequence[Tool], float]:
        """Return the tools, page by page as long as there are not too many, and for how many seconds they hold."""
        tools: list[Tool] = []
        exchange, most = Exchange(), self._config.max_tools
        cursor, seconds = None, self._config.list_ttl_seconds
        while len(tools) < most and exchange.received < self._config.max_message_bytes:
            page = await ask(PaginatedRequestParams(cursor=cursor), exchange)
            tools += page.tools
            seconds = min(seconds, page.ttl_ms / 1000 or seconds)
            cursor = page.next_cursor
            if cursor is None or not page.tools:
                break
        return tools[:most], seconds
