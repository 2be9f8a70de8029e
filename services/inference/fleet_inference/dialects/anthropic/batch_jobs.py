"""The requests of message batches as those see them who answer them.

A batch has a window of jobs in the queue, and each that ends puts in the next. So batches take turns, however large
they are, and a model that is busy keeps no more than a window of them waiting for it.
"""

from dataclasses import dataclass

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_inference.dialects.anthropic.batch_counting import count, give_up
from fleet_inference.dialects.anthropic.batch_tables import (
    BATCH_COLUMNS,
    BATCHES,
    REQUESTS,
    Batch,
    Outcome,
)
from fleet_runtime.jobs import Job, JobQueue
from fleet_runtime.store import Database

OF, EACH = BATCHES.c, REQUESTS.c


class Place(msgspec.Struct):
    """What a job says: which request of which batch is meant."""

    batch: str
    place: int


def job_of(batch_id: str, place: int) -> tuple[str, str]:
    """Return the key and the payload of the job of a request."""
    return f"{batch_id}/{place}", msgspec.json.encode(Place(batch_id, place)).decode()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that this process is to answer.

    Attributes:
        batch: The batch that it is of.
        params: What is asked, as JSON.
    """

    batch: Batch
    params: str


class BatchJobs:
    """Tells what is asked, and keeps what came of it.

    Args:
        database: Where batches are kept.
        queue: Where the jobs come from.
    """

    def __init__(self, database: Database, queue: JobQueue) -> None:
        self._database = database
        self._queue = queue

    async def asked(self, job: Job) -> Asked:
        """Return the request of a job."""
        place = _place(job)
        query = select(EACH.params, *BATCH_COLUMNS).where(
            OF.id == EACH.batch, EACH.batch == place.batch, EACH.place == place.place
        )
        async with self._database.begin() as connection:
            params, *batch = (await connection.execute(query)).one()
        return Asked(Batch(*batch), params)

    async def settle(self, job: Job, outcome: Outcome, result: str, now: int) -> None:
        """Keep what came of a job, if it is still this process's to say, and put in the next of its batch."""
        place = _place(job)
        values = {"outcome": outcome, "result": result, "params": ""}
        settled = update(REQUESTS).where(EACH.batch == place.batch, EACH.place == place.place)
        async with self._database.begin() as connection:
            if not await self._queue.finish(connection, job):
                return
            await connection.execute(settled.values(values))
            batch = await count(connection, place.batch, outcome, 1, now)
            await self._go_on(connection, batch, now)

    async def _go_on(self, connection: AsyncConnection, batch: Batch, now: int) -> None:
        """Put in the next request of a batch. Once it has expired, all that would come are given up instead."""
        if batch.queued == batch.total:
            return
        if batch.expires <= now:
            await give_up(connection, batch, "expired", now)
            return
        more = update(BATCHES).where(OF.id == batch.id).values(queued=OF.queued + 1)
        await connection.execute(more)
        await self._queue.put(connection, [job_of(batch.id, batch.queued)])


def _place(job: Job) -> Place:
    return msgspec.json.decode(job.payload, type=Place)
