"""Writing down what came of rows, together where several come at once."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from fleet_eval.benchmarks.provider import Outcome, TakenAwayError
from fleet_eval.evaluation.progress import Progress
from fleet_runtime.errors import FleetError
from fleet_runtime.jobs import Job
from fleet_runtime.store.outages import through_outages

# How many are written by one transaction.
_TOGETHER = 200
# In seconds: how long one waits for others, as a transaction costs as much as ten answers of a small model.
_GATHER = 0.01


class Journal:
    """Writes for one run.

    Args:
        progress: Where it is kept.
        job: The run's job.
    """

    def __init__(self, progress: Progress, job: Job) -> None:
        self._progress = progress
        self._job = job
        self._waiting: list[tuple[Outcome, asyncio.Future[None]]] = []
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

    async def keep(self, outcome: Outcome) -> None:
        """Return once an outcome is kept. So no more of them wait than there are callers.

        Raises:
            TakenAwayError: Somebody else works on the run.
            Unavailable: The database is away for long. Then nobody knows whether it is kept.
        """
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append((outcome, kept))
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

    async def _settle(self, some: Sequence[tuple[Outcome, "asyncio.Future[None]"]]) -> None:
        outcomes = [outcome for outcome, _ in some]
        error: Exception | None = None
        try:
            # To ask again, as others do whose database is away, would cost answers.
            await through_outages(lambda: self._progress.keep(self._job, outcomes))
        except (TakenAwayError, FleetError) as caught:
            error = caught
        for _, kept in some:
            if kept.done():
                continue  # who waited was stopped
            if error is None:
                kept.set_result(None)
            else:
                kept.set_exception(error)
