"""Asking one thing of a server, in an open session."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

from mcp import MCPError
from mcp.shared.dispatcher import ProgressFnT
from pydantic import ValidationError

from fleet_tools.mcp.exchange import Exchange, exchanging
from fleet_tools.mcp.failures import CallFailed

T = TypeVar("T")
Send: TypeAlias = Callable[[ProgressFnT], Awaitable[T]]
"""Sends a request, and has progress told to what it is given."""


async def ask(send: Send[T], exchange: Exchange, silence: float, *, gives_up: bool) -> T:
    """Return the answer to a request. To be cancelled is to tell the server to stop.

    Args:
        send: Sends it.
        exchange: Is told what becomes of its HTTP requests.
        silence: The longest that the server may say nothing, in seconds: neither an answer nor progress.
        gives_up: Whether to give up when an HTTP request fails. With the older transport nobody else tells of it.

    Raises:
        CallFailed: There is no answer, or the server says that there is none.
        TimeoutError: The server said nothing for too long.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(silence) as limit:

            async def progressed(progress: float, total: float | None, message: str | None) -> None:
                del progress, total, message
                limit.reschedule(loop.time() + silence)

            if gives_up:
                exchange.on_failure = lambda: limit.reschedule(loop.time())
            try:
                with exchanging(exchange):
                    return await send(progressed)
            finally:
                exchange.on_failure = None
    except TimeoutError:
        if not exchange.has_failed:
            raise
        raise CallFailed("", exchange) from None
    except MCPError as error:
        raise CallFailed(error.message, exchange, error.code) from error
    except ValidationError as error:
        raise CallFailed("it answered something that is no answer", exchange) from error
