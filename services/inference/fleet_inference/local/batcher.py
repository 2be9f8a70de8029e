"""Joining the work of several requests into one pass of a model, outside the event loop."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from fleet_runtime.errors import ResourceExhausted

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True, eq=False)
class Job(Generic[ItemT, ResultT]):
    """What one request waits for."""

    items: Sequence[ItemT]
    done: "asyncio.Future[Sequence[ResultT]]"


class Batcher(Generic[ItemT, ResultT]):
    """Runs `work` in a thread of its own, on all that is waiting when the last run ends.

    A request that comes alone never waits; those that come meanwhile go together.

    Args:
        work: Returns a result for each item. An error it raises reaches only requests of the same run.
        most: The most items of one run.
        most_waiting: The most items that wait.
    """

    def __init__(
        self, work: Callable[[Sequence[ItemT]], Sequence[ResultT]], *, most: int, most_waiting: int
    ) -> None:
        self._work = work
        self._most, self._most_waiting = most, most_waiting
        self._jobs: asyncio.Queue[Job[ItemT, ResultT]] = asyncio.Queue()
        self._waiting = 0
        self._thread = ThreadPoolExecutor(1, "batcher")
        self._runner = asyncio.create_task(self._run())

    async def aclose(self) -> None:
        """Stop; what waits is cancelled."""
        self._runner.cancel()
        await asyncio.wait([self._runner])
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def run(self, items: Sequence[ItemT]) -> Sequence[ResultT]:
        """Return a result for each of `items`.

        Raises:
            ResourceExhausted: Too much waits already.
        """
        if self._waiting and self._waiting + len(items) > self._most_waiting:
            raise ResourceExhausted(
                f"{self._waiting} texts are waiting already; try again in a moment.",
                code="queue_full",
                retry_after=1,
            )
        self._waiting += len(items)
        done: asyncio.Future[Sequence[ResultT]] = asyncio.get_running_loop().create_future()
        self._jobs.put_nowait(Job(items, done))
        return await done

    async def _run(self) -> None:
        while True:
            jobs = [await self._jobs.get()]
            size = len(jobs[0].items)
            while size < self._most and not self._jobs.empty():
                jobs.append(self._jobs.get_nowait())
                size += len(jobs[-1].items)
            self._waiting -= size
            await self._settle([job for job in jobs if not job.done.done()])

    async def _settle(self, jobs: Sequence[Job[ItemT, ResultT]]) -> None:
        """Do `jobs` in one run, and share out the results."""
        items = [item for job in jobs for item in job.items]
        try:
            results = await asyncio.get_running_loop().run_in_executor(
                self._thread, self._work, items
            )
        except Exception as error:  # noqa: BLE001 - each of those who wait raises it
            for job in jobs:
                if not job.done.done():
                    job.done.set_exception(error)
            return
        start = 0
        for job in jobs:
            if not job.done.done():
                job.done.set_result(results[start : start + len(job.items)])
            start += len(job.items)
