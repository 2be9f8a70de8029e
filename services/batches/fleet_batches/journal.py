"""Writing down what came of lines, together where several come at once."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from fleet_batches.progress import Progress, TakenAwayError
from fleet_batches.records import Record
from fleet_runtime.errors import FleetError
from fleet_runtime.jobs import Job
from fleet_runtime.store.outages import through_outages

# How many are written by one transaction.
_TOGETHER = 500
# In seconds: how long one waits for others, as a transaction costs as much as ten answers of a small model.
_GATHER = 0.01


class Journal:
    """Writes for one batch.

    Args:
        progress: Where it is kept.
        job: The batch's job.
        cancelled: Is set when the batch turns out to be cancelled.
    """

    def __init__(self, progress: Progress, job: Job, cancelled: asyncio.Event) -> None:
        self._progress = progress
        self._job = job
        self._cancelled = cancelled
        self._waiting: list[tuple[Record, asyncio.Future[None]]] = []
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

    async def keep(self, record: Record) -> None:
        """Return once a record is kept. So no more of them wait than there are callers.

        Raises:
            TakenAwayError: Somebody else works on the batch.
            Unavailable: The database is away for long. Then nobody knows whether it is kept.
        """
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append((record, kept))
        self._news.set()
        await kept

    async def _write_on(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await asyncio.sleep(_GATHER)
            while self._waiting:
                some, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
                await self._settle(some)

    async def _settle(self, some: Sequence[tuple[Record, "asyncio.Future[None]"]]) -> None:
        records = [record for record, _ in some]
        error: Exception | None = None
        try:
            # To ask again, as others do whose database is away, would cost answers.
            status = await through_outages(lambda: self._progress.keep(self._job, records))
            if status == "cancelling":
                self._cancelled.set()
        except (TakenAwayError, FleetError) as caught:
            error = caught
        for _, kept in some:
            if kept.done():
                continue  # who waited was stopped
            if error is None:
                kept.set_result(None)
            else:
                kept.set_exception(error)
