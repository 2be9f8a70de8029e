"""The journal and the events of a response that is made in the background, as they are kept.

All that is written is fenced: a transaction writes nothing once the claim to the response has passed to another
process. What could not be written while the database was away is held, and written when it is back.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.responses import event_log
from fleet_agents.responses.journal import Happened
from fleet_agents.responses.store import ResponseStore, Stored
from fleet_runtime.errors import Unavailable
from fleet_runtime.jobs import Job, JobQueue
from fleet_runtime.store import Database
from fleet_runtime.store.outages import through_outages

# In seconds: how long events wait for others before they are written.
_TOGETHER = 0.1


class BackgroundLog:
    """The journal of one response, and its events, some of which are written at once.

    Args:
        database: Where they are kept.
        store: How.
        queue: Says whether the response is still this process's to make.
        job: The claim to it.
        stored: What is kept of it.
        sequence: How many events are kept.

    Attributes:
        wanted: Whether events are kept.
    """

    def __init__(
        self,
        *,
        database: Database,
        store: ResponseStore,
        queue: JobQueue,
        job: Job,
        stored: Stored,
        sequence: int,
    ) -> None:
        self.wanted = stored.streamed
        self._database = database
        self._store = store
        self._queue = queue
        self._job = job
        self._stored = stored
        self._first = sequence
        self._new: list[bytes] = []
        self._turn = asyncio.Lock()
        self._writing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Write events now and then while the block runs."""
        self._writing = asyncio.create_task(self._write_now_and_then())
        try:
            yield
        finally:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)

    def add(self, told: m.ResponseEvent) -> None:
        """Have an event written soon, if events are kept.

        Raises:
            TakenAwayError: The response is not this process's any more.
        """
        if self._writing is not None and self._writing.done():
            self._writing.result()
        if self.wanted:
            # At once, as what the event tells of may change.
            self._new.append(event_log.encode(told))

    async def write(self, connection: AsyncConnection) -> int:
        """Write what there is, with the transaction of `connection`, and return how much that is."""
        new = list(self._new)
        await event_log.write(connection, self._job.key, self._first, new)
        if new:
            await self._database.announce(connection, event_log.TOPIC, self._job.key)
        return len(new)

    async def before_tools(self, happened: Happened) -> None:
        """Keep that tools are about to run."""
        await self._keep(happened)

    async def after_tool(self, happened: Happened) -> None:
        """Keep what tools gave."""
        await self._keep(happened)

    async def _keep(self, happened: Happened) -> None:
        now = Stored(
            happened.response, self._stored.input, list(happened.steps), streamed=self.wanted
        )
        async with self._turn:
            await through_outages(lambda: self._note(now))

    async def _write_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(_TOGETHER)
            if self._new:
                async with self._turn:
                    await self._write_some()

    async def _write_some(self) -> None:
        try:
            await self._note(None)
        except Unavailable:
            return  # they are written with those that follow

    async def _note(self, happened: Stored | None) -> None:
        """Write new events, and what has happened if that is given."""
        async with self._database.begin() as connection:
            await self._queue.fence(connection, self._job)
            written = await self.write(connection)
            if happened is not None:
                await self._store.save(connection, happened)
        self._first += written
        del self._new[:written]
