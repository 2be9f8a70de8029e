"""Waking those in this process who wait for a change in the database: one listens for all."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress

from fleet_runtime.store import Database


class News:
    """Tells of the changes of a topic.

    Args:
        database: Where they are announced.
        topic: Which.
    """

    def __init__(self, database: Database, topic: str) -> None:
        self._database = database
        self._topic = topic
        self._next = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Listen while the block runs."""
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen())
            try:
                yield
            finally:
                listening.cancel()

    def next(self) -> asyncio.Event:
        """Return what is set at the next change. Take it before looking, so that nothing is missed."""
        return self._next

    async def _listen(self) -> None:
        async with aclosing(self._database.changes(self._topic)) as changes:
            async for _ in changes:
                self._next.set()
                self._next = asyncio.Event()


async def heard(news: asyncio.Event, seconds: float) -> None:
    """Wait for news, `seconds` at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await news.wait()
