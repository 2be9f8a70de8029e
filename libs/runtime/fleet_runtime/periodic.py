"""Work that a service does now and then, as long as it runs."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from fleet_runtime.errors import FleetError

log = structlog.get_logger()


class PeriodicTask:
    """Does the same at once, then again and again. A round that fails is logged, and the next one comes all the same.

    Every replica has one, so the work must bear being done by several at a time.

    Args:
        work: What is done.
        seconds: The pause after each round.
        event: What the log calls a round that failed, such as `files.not_swept`.
    """

    def __init__(self, work: Callable[[], Awaitable[None]], seconds: float, event: str) -> None:
        self._work = work
        self._seconds = seconds
        self._event = event
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Let the next round begin at once, or after the one that goes on."""
        self._news.set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Work while the block runs; a round that goes on when it ends is broken off."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        while True:
            self._news.clear()
            try:
                await self._work()
            except FleetError as error:  # most often the database is away
                log.warning(self._event, cause=error.message)
            except Exception:  # a boundary: nobody waits, and the next round may do better
                log.exception(self._event)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._news.wait()
