"""The journal and the events of a response that is made in the background, as they are kept."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.responses import event_log
from fleet_agents.responses.journal import Happened
from fleet_agents.responses.store import ResponseStore, Stored
from fleet_runtime.jobs import Job, JobQueue
from fleet_runtime.store import Database

# In seconds: how long events wait for others before they are written.
_TOGETHER = 0.1


class TakenAwayError(Exception):
    """Somebody else has the response now, or nobody wants it any more."""


class BackgroundLog:
    """The journal of one response, and its events, some of which are written at once.

    Args:
        database: Where they are kept.
        store: How.
        queue: Says whether the response is still this process's to make.
        job: The claim to it.
        stored: What is kept of it.

    Attributes:
        wanted: Whether events are kept.
    """

    def __init__(
        self, database: Database, store: ResponseStore, queue: JobQueue, job: Job, stored: Stored
    ) -> None:
        self.wanted = stored.streamed
        self._database = database
        self._store = store
        self._queue = queue
        self._job = job
        self._stored = stored
        self._new: list[m.ResponseEvent] = []
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Write events now and then while the block runs."""
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(self._write_now_and_then())
            try:
                yield
            finally:
                writing.cancel()

    def add(self, told: m.ResponseEvent) -> None:
        """Have an event written soon, if events are kept."""
        if self.wanted:
            self._new.append(told)

    async def write(self, connection: AsyncConnection) -> None:
        """Write what there is, with the transaction of `connection`."""
        new, self._new = self._new, []
        await event_log.write(connection, self._job.key, new)
        if new:
            await self._database.announce(connection, event_log.TOPIC)

    async def before_tools(self, happened: Happened) -> None:
        """Keep that tools are about to run."""
        await self._keep(happened)

    async def after_tool(self, happened: Happened) -> None:
        """Keep what a tool gave."""
        await self._keep(happened)

    async def _keep(self, happened: Happened) -> None:
        now = Stored(
            happened.response,
            self._stored.input,
            list(happened.steps),
            streamed=self.wanted,
            sequence=happened.sequence if self.wanted else 0,
        )
        async with self._turn:
            await self._note(now)

    async def _write_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(_TOGETHER)
            if self._new:
                async with self._turn:
                    await self._note(None)

    async def _note(self, happened: Stored | None) -> None:
        """Write new events, and what has happened if that is given."""
        async with self._database.begin() as connection:
            if not await self._queue.is_ours(connection, self._job):
                raise TakenAwayError
            await self.write(connection)
            if happened is not None:
                await self._store.save(connection, happened)
