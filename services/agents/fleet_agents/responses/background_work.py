"""Making the responses that are made in the background: any process may, and go on where another one died."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.config import BackgroundConfig
from fleet_agents.responses import event_log
from fleet_agents.responses.background import Order, call_of
from fleet_agents.responses.background_log import BackgroundLog, TakenAwayError
from fleet_agents.responses.keeping import Keeping
from fleet_agents.responses.news import News, heard
from fleet_agents.responses.planning import Planner
from fleet_agents.responses.run import Run
from fleet_agents.responses.store import ENDED, ResponseStore, Stored
from fleet_runtime.errors import FleetError
from fleet_runtime.jobs import Job, JobQueue
from fleet_runtime.store import Database

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
            news = self._cancelled.next()
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
        if error is not None and not isinstance(error, TakenAwayError):
            raise error

    async def _make(self, job: Job) -> None:
        stored = await self._begin(job)
        if stored is None:
            return
        order = _orders(job.payload)
        call = call_of(order, self._config.seconds)
        plan = await self._planner.plan(order.request, stored.response, call)
        log = BackgroundLog(self._database, self._store, self._queue, job, stored)
        run = Run(plan, log, stored.steps, stored.sequence)
        async with log.running(), aclosing(run.events()) as events:
            async for told in events:
                if run.error is not None and run.error.status in _PASSING:
                    raise run.error
                log.add(told)
        await self._finish(job, run, log)

    async def _begin(self, job: Job) -> Stored | None:
        """Note that a response is being made, and return it; nothing if it has ended."""
        async with self._database.begin() as connection:
            if not await self._queue.is_ours(connection, job):
                return None
            stored = await self._store.locked(connection, job.key)
            if stored.response.status in ENDED:
                await self._queue.finish(connection, job)
                return None
            stored.response.status = "in_progress"
            await self._store.save(connection, stored)
            await event_log.cut(connection, job.key, stored.sequence)
        return stored

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
            response = stored.response
            response.status = "failed"
            response.error = m.ResponseError(
                code=error.code or "server_error", message=error.message
            )
            await self._store.save(connection, stored)
            if stored.streamed:
                await self._told_failed(connection, stored)

    async def _told_failed(self, connection: AsyncConnection, stored: Stored) -> None:
        """End the events of a response that failed before its time."""
        await event_log.cut(connection, stored.response.id, stored.sequence)
        last = m.ResponseEvent(
            type="response.failed",
            sequence_number=stored.sequence,
            response=stored.shown(),
        )
        await event_log.write(connection, stored.response.id, [last])
        await self._database.announce(connection, event_log.TOPIC)
