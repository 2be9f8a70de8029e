"""Waking those in this process who wait for a change in the database: one connection listens for all."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress

from fleet_runtime.store import Database

ANY = ""
"""Any change of a topic."""


class News:
    """Tells of the changes of a topic.

    Args:
        database: Where they are announced.
        topic: Which.
    """

    def __init__(self, database: Database, topic: str) -> None:
        self._database = database
        self._topic = topic
        self._next: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Listen while the block runs."""
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen())
            try:
                yield
            finally:
                listening.cancel()

    def next(self, about: str) -> asyncio.Event:
        """Return what is set at the next change of what `about` names, or that may be one.

        Take it before looking, so that nothing is missed.
        """
        return self._next.setdefault(about, asyncio.Event())

    async def _listen(self) -> None:
        async with aclosing(self._database.news(self._topic)) as news:
            async for about in news:
                # None in particular is any: that happens now and then, so that nothing is kept here for long.
                for changed in [about] if about else list(self._next):
                    if (event := self._next.pop(changed, None)) is not None:
                        event.set()


async def heard(news: asyncio.Event, seconds: float) -> None:
    """Wait for news, `seconds` at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await news.wait()
