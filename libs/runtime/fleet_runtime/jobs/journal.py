"""Writing down what comes of parts of a job, together where several come at once."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from fleet_runtime.errors import FleetError
from fleet_runtime.jobs.queue import TakenAwayError
from fleet_runtime.store.outages import through_outages

T = TypeVar("T")

# In seconds: how long one waits for others, as a transaction costs as much as ten answers of a small model.
_GATHER = 0.01


class Journal(Generic[T]):
    """Writes for one job.

    Args:
        write: Writes some in one transaction; called again with those of which nobody knows whether they are kept.
        together: How many it gets at most.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]], together: int) -> None:
        self._write = write
        self._together = together
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._news = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Write while the block runs."""
        task = asyncio.create_task(self._write_on())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def keep(self, part: T) -> None:
        """Return once a part is kept. So no more of them wait than there are callers.

        Raises:
            TakenAwayError: Somebody else works on the job.
            Unavailable: The database is away for long. Then nobody knows whether it is kept.
        """
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append((part, kept))
        self._news.set()
        await kept

    async def _write_on(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await asyncio.sleep(_GATHER)
            while self._waiting:
                some = self._waiting[: self._together]
                self._waiting = self._waiting[self._together :]
                await self._settle(some)

    async def _settle(self, some: Sequence[tuple[T, "asyncio.Future[None]"]]) -> None:
        parts = [part for part, _ in some]
        error: Exception | None = None
        try:
            # To have them made again, as others do whose database is away, would cost answers.
            await through_outages(lambda: self._write(parts))
        except (TakenAwayError, FleetError) as caught:
            error = caught
        for _, kept in some:
            if kept.done():
                continue  # who waited was stopped
            if error is None:
                kept.set_result(None)
            else:
                kept.set_exception(error)
