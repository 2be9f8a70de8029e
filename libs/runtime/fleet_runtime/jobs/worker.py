"""Working on jobs: some at once, with signs of life, and again where it may help."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from functools import partial
from typing import Protocol, TypeVar

import structlog
from pydantic import Field

from fleet_runtime.access.caller import acting_for
from fleet_runtime.config import Config
from fleet_runtime.errors import FleetError, Internal, Unavailable
from fleet_runtime.jobs import metrics
from fleet_runtime.jobs.queue import Job, JobQueue

T = TypeVar("T")

log = structlog.get_logger()

# The longest pause between two attempts, in seconds.
_LONGEST_PAUSE = 60.0
# What may go better later: too much at once, not there, not in time.
_PASSING = (429, 502, 503, 504)
# In seconds: how long what came of a job is held while the database is away, and the pause between two looks.
_OUTAGE, _LOOK_AGAIN = 60.0, 0.5
# In seconds: how often jobs are counted, which is at least once between two scrapes as they are by default.
_COUNT_AGAIN = 15.0


class WorkerConfig(Config):
    """How a process works on jobs."""

    in_flight: int = Field(default=4, ge=1)
    """How many it does at once."""
    lease_seconds: float = Field(default=30.0, gt=0)
    """How long after its last sign of life others take over what it has begun."""
    attempts: int = Field(default=8, ge=1)
    """How often a job is tried that fails for what may pass, such as a model server that is away."""


class Work(Protocol):
    """What is done for each job."""

    async def run(self, job: Job) -> None:
        """Do it, and finish it by the transaction that keeps what came of it.

        It may be cancelled at any await, and be called again for a job that was half done by a process that died.

        Raises:
            FleetError: It failed.
        """
        ...

    async def failed(self, job: Job, error: FleetError) -> None:
        """Finish a job that failed for good, and keep why."""
        ...


class Worker:
    """Does what is due until it is stopped.

    Args:
        queue: Where jobs come from.
        work: What is done for each.
        config: How many at once.

    Attributes:
        name: Under which it claims.
    """

    def __init__(self, queue: JobQueue, work: Work, config: WorkerConfig) -> None:
        self.name = uuid.uuid4().hex
        self._queue = queue
        self._work = work
        self._config = config
        self._free = asyncio.Semaphore(config.in_flight)
        self._news = asyncio.Event()
        self._doing: dict[str, tuple[Job, asyncio.Task[None]]] = {}

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Work while the block runs; what is not done when it ends, others may take at once."""
        ways = (self._claim, self._watch, self._live, self._count)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(way()) for way in ways]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
                await _tried(self._queue.release(self.name), "jobs.not_released")

    async def _claim(self) -> None:
        """Begin one job after the other, some at once."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._free.acquire()
                job = await self._next()
                task = group.create_task(self._do(job))
                self._doing[job.key] = job, task
                task.add_done_callback(partial(self._done, job.key))

    def _done(self, key: str, _: object) -> None:
        del self._doing[key]
        self._free.release()

    async def _watch(self) -> None:
        """Look again whenever there may be something."""
        async with aclosing(self._queue.changes()) as changes:
            async for _ in changes:
                self._news.set()

    async def _live(self) -> None:
        """Give signs of life for what is being done, and stop what was taken away."""
        while True:
            await asyncio.sleep(self._config.lease_seconds / 3)
            if not (doing := list(self._doing.values())):
                continue
            holding = self._queue.hold([job for job, _ in doing], self._config.lease_seconds)
            held = await _tried(holding, "jobs.not_held")
            if held is None:
                continue
            for job, task in doing:
                if job.claim not in held:
                    task.cancel()

    async def _count(self) -> None:
        """Show how many jobs there are."""
        while True:
            depth = await _tried(self._queue.depth(), "jobs.not_counted")
            if depth is not None:
                metrics.show(self._queue.name, depth)
            await asyncio.sleep(_COUNT_AGAIN)

    async def _next(self) -> Job:
        """Return a job when one is due. One that this process is at already is left to others until that ends."""
        while True:
            self._news.clear()
            claiming = self._queue.claim(self.name, self._config.lease_seconds, self._doing)
            if job := await _tried(claiming, "jobs.not_read"):
                return job
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN * 2):
                    await self._news.wait()

    async def _do(self, job: Job) -> None:
        """See to one job, on behalf of who put it in: done, put off, or failed for good."""
        with acting_for(job.caller):
            await self._settle(job)

    async def _settle(self, job: Job) -> None:
        outcome, begun = "stopped", time.perf_counter()
        try:
            outcome = await self._outcome(job)
        finally:
            metrics.count(self._queue.name, outcome, time.perf_counter() - begun)

    async def _outcome(self, job: Job) -> str:
        """Do a job, keep how it went, and return that as metrics name it."""
        try:
            await self._run(job)
        except FleetError as error:
            return await self._failed(job, error)
        except Exception:  # a boundary: nobody waits for the outcome
            log.exception("jobs.bug", job=job.key)
            bug = Internal(
                "Internal error; the log of the service says more.", code="internal_error"
            )
            return await self._failed(job, bug)
        return "done"

    async def _run(self, job: Job) -> None:
        if job.attempts > self._config.attempts:
            raise Internal("The service ended each time that it tried this.", code="internal_error")
        await self._work.run(job)

    async def _failed(self, job: Job, error: FleetError) -> str:
        if error.status in _PASSING and job.attempts < self._config.attempts:
            pause = error.retry_after or min(2.0**job.attempts / 2, _LONGEST_PAUSE)
            log.info("jobs.postponed", job=job.key, code=error.code, seconds=pause)
            await kept(job, lambda: self._queue.postpone(job, pause))
            return "postponed"
        log.info("jobs.failed", job=job.key, code=error.code)
        await kept(job, lambda: self._work.failed(job, error))
        return "failed"


async def _tried(doing: Awaitable[T], event: str) -> T | None:
    """Return what `doing` returns; nothing, and say so, where the database is away."""
    try:
        return await doing
    except Unavailable as error:
        log.warning(event, cause=str(error))
        return None


async def kept(job: Job, write: Callable[[], Awaitable[None]]) -> None:
    """Write what came of a job, and try again while the database is away.

    What cannot be written is lost, and the job done again once its lease is over.
    """
    end = asyncio.get_running_loop().time() + _OUTAGE
    while True:
        try:
            return await write()
        except Unavailable as error:
            if asyncio.get_running_loop().time() > end:
                log.warning("jobs.not_written", job=job.key, cause=str(error))
                return None
        except Exception:  # a boundary: one bad job must not cost the others
            log.exception("jobs.bug", job=job.key)
            return None
        await asyncio.sleep(_LOOK_AGAIN)
