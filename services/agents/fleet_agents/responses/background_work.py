"""Making the responses that are made in the background: any process may, and go on where another one died.

What is known of a response are its steps, which are kept before tools run and when they have ended. A process that
goes on with one asks the model again for the answer that was under way, and runs again only those tools that do no
harm by that; of others the model is told that nobody knows. See `docs/decisions/0007-durable-responses.md`.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.config import BackgroundConfig
from fleet_agents.responses import event_log
from fleet_agents.responses.background import Order, call_of
from fleet_agents.responses.background_log import BackgroundLog
from fleet_agents.responses.failures import failure
from fleet_agents.responses.keeping import Keeping
from fleet_agents.responses.news import ANY, News, heard
from fleet_agents.responses.planning import Planner
from fleet_agents.responses.run import Run
from fleet_agents.responses.steps import give_up
from fleet_agents.responses.store import ENDED, ResponseStore, Stored
from fleet_runtime.errors import DeadlineExceeded, FleetError
from fleet_runtime.jobs import Job, JobQueue, TakenAwayError
from fleet_runtime.store import Database
from fleet_runtime.store.outages import through_outages

# In seconds: how often those that are made are looked for among those that are to stop, where no news come.
_LOOK_AGAIN = 2.0
# What may go better later, and is tried again.
_PASSING = (429, 502, 503, 504)

_orders = msgspec.json.Decoder(Order).decode


class BackgroundWork:
    """Makes responses.

    Args:
        database: Where they are kept.
        store: How.
        queue: Hands them out.
        planner: Says what they are made of.
        keeping: Keeps what came of them.
        cancelled: Tells that some are to stop.
        config: How long they may take.
    """

    def __init__(
        self,
        *,
        database: Database,
        store: ResponseStore,
        queue: JobQueue,
        planner: Planner,
        keeping: Keeping,
        cancelled: News,
        config: BackgroundConfig,
    ) -> None:
        self._database = database
        self._store = store
        self._queue = queue
        self._planner = planner
        self._keeping = keeping
        self._cancelled = cancelled
        self._config = config
        self._making: dict[str, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def watching(self) -> AsyncGenerator[None, None]:
        """Stop what nobody wants any more, while the block runs."""
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(self._watch())
            try:
                yield
            finally:
                watch.cancel()

    async def _watch(self) -> None:
        while True:
            news = self._cancelled.next(ANY)
            making = list(self._making)
            wanted = await self._wanted(making)
            for response_id in making:
                task = self._making.get(response_id)
                if response_id not in wanted and task is not None:
                    task.cancel()
            await heard(news, _LOOK_AGAIN)

    async def _wanted(self, making: list[str]) -> set[str]:
        """Return those of some responses that are still wanted; all of them while nobody can tell."""
        try:
            return await self._store.unfinished(making) if making else set()
        except FleetError:
            return set(making)

    async def run(self, job: Job) -> None:
        """Make a response, or go on with it."""
        making = asyncio.create_task(self._make(job))
        self._making[job.key] = making
        try:
            await asyncio.wait([making])
        finally:
            making.cancel()
            await asyncio.wait([making])
            del self._making[job.key]
            error = None if making.cancelled() else making.exception()
        if error is not None:
            raise error

    async def _make(self, job: Job) -> None:
        begun = await self._begin(job)
        if begun is None:
            return
        stored, sequence = begun
        left = stored.response.created_at + self._config.seconds - time.time()
        if left <= 0:
            await self.failed(job, _late(self._config.seconds))
            return
        order = _orders(job.payload)
        plan = await self._planner.plan(order.request, stored.response, call_of(order, left))
        log = BackgroundLog(
            database=self._database,
            store=self._store,
            queue=self._queue,
            job=job,
            stored=stored,
            sequence=sequence,
        )
        run = Run(plan, log, stored.steps, sequence)
        with suppress(TakenAwayError):
            await self._log(run, log)
            await through_outages(lambda: self._finish(job, run, log))

    async def _log(self, run: Run, log: BackgroundLog) -> None:
        """Go through all that happens.

        Raises:
            FleetError: The response failed, for what may pass.
        """
        async with log.running(), aclosing(run.events()) as events:
            async for told in events:
                if run.error is not None and run.error.status in _PASSING:
                    raise run.error
                log.add(told)

    async def _begin(self, job: Job) -> tuple[Stored, int] | None:
        """Note that a response is being made, and return it and how many events tell of it; nothing if it has ended."""
        async with self._database.begin() as connection:
            if not await self._queue.is_ours(connection, job):
                return None
            stored = await self._store.locked(connection, job.key)
            if stored.response.status in ENDED:
                await self._queue.finish(connection, job)
                return None
            stored.response.status = "in_progress"
            await self._store.save(connection, stored)
            return stored, await event_log.count(connection, job.key)

    async def _finish(self, job: Job, run: Run, log: BackgroundLog) -> None:
        async with self._database.begin() as connection:
            if await self._queue.finish(connection, job):
                await log.write(connection)
                await self._keeping.write(connection, run, streamed=log.wanted)

    async def failed(self, job: Job, error: FleetError) -> None:
        """Keep why a response failed for good."""
        async with self._database.begin() as connection:
            if not await self._queue.finish(connection, job):
                return
            stored = await self._store.locked(connection, job.key)
            stored.response.status = "failed"
            stored.response.error = failure(error)
            give_up(stored.steps, "The service gave up while it was at this call.")
            await self._store.save(connection, stored)
            if stored.streamed:
                await self._told_failed(connection, stored)

    async def _told_failed(self, connection: AsyncConnection, stored: Stored) -> None:
        """End the events of a response that failed before its time."""
        response = stored.shown()
        number = await event_log.count(connection, response.id)
        last = m.ResponseEvent(type="response.failed", sequence_number=number, response=response)
        await event_log.write(connection, response.id, number, [event_log.encode(last)])
        await self._database.announce(connection, event_log.TOPIC, response.id)


def _late(seconds: float) -> DeadlineExceeded:
    return DeadlineExceeded(
        f"The response was not done within {seconds:g} seconds.", code="response_timeout"
    )
