"""Jobs as callers see them: created, listed, read and cancelled."""

from dataclasses import asdict
from typing import Any

import msgspec
from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.post_training.v1 import messages as m
from fleet_post_training.tables import (
    CHECKPOINTS,
    JOB_COLUMNS,
    JOBS,
    OPEN,
    POINTS,
    TrainingJob,
    named,
    of_job,
    read_job,
)
from fleet_runtime.errors import Conflict, NotFound, ResourceExhausted
from fleet_runtime.jobs import JobQueue
from fleet_runtime.store import Database
from fleet_runtime.store.rows import TENANT, now_ms

# In seconds.
_RETRY_AFTER = 60.0
# The most points of a loss curve that are told; of more, evenly spread ones.
MOST_POINTS = 2000

_checkpoint = msgspec.json.Decoder(m.Checkpoint).decode


class TrainingStore:
    """Keeps jobs for callers.

    Args:
        database: Where.
        queue: Hands them out to whoever works on them.
        most: How many may be there that have not ended.
    """

    def __init__(self, database: Database, queue: JobQueue, most: int) -> None:
        self._database = database
        self._queue = queue
        self._most = most

    async def create(self, job: TrainingJob, order: str) -> None:
        """Keep a new job, and have it worked on by `order`.

        Raises:
            Conflict: The name is another job's.
            ResourceExhausted: There are too many.
        """
        try:
            async with self._database.begin() as connection:
                if await self._queue.is_full(connection, self._most):
                    raise ResourceExhausted(
                        f"{self._most} jobs are there already that have not ended; try again later.",
                        code="training_queue_full",
                        retry_after=_RETRY_AFTER,
                    )
                await connection.execute(insert(JOBS).values(tenant=TENANT, **asdict(job)))
                await self._queue.put(connection, [(job.key, order)])
        except IntegrityError:
            raise Conflict(
                f"There is a job '{job.id}' already; choose another name.",
                code="job_exists",
                param="job_uuid",
            ) from None

    async def names(self) -> list[str]:
        """Return the names of all jobs, oldest first."""
        query = select(JOBS.c.id).where(JOBS.c.tenant == TENANT)
        async with self._database.begin() as connection:
            found = await connection.execute(query.order_by(JOBS.c.created, JOBS.c.id))
            return list(found.scalars())

    async def get(self, name: str) -> tuple[TrainingJob, list[m.Checkpoint]]:
        """Return a job, and its checkpoints, oldest first; or raise `NotFound`."""
        async with self._database.begin() as connection:
            job = await _job(connection, name)
            return job, await _checkpoints(connection, job)

    async def artifacts(self, name: str) -> tuple[list[m.Checkpoint], list[m.LossPoint]]:
        """Return a job's checkpoints, and how its loss went; or raise `NotFound`."""
        async with self._database.begin() as connection:
            job = await _job(connection, name)
            points = (await connection.execute(_points(job.key))).all()
            checkpoints = await _checkpoints(connection, job)
        return checkpoints, [m.LossPoint(**point._asdict()) for point in points]

    async def cancel(self, name: str) -> TrainingJob:
        """Cancel a job, unless it is cancelled already, and return it. Whoever works on it soon learns of it.

        Raises:
            NotFound: There is none.
            Conflict: It has ended otherwise.
        """
        cancelled = update(JOBS).where(*named(name), JOBS.c.status.in_(OPEN))
        cancelled = cancelled.values(status="cancelled", ended_at=now_ms())
        async with self._database.begin() as connection:
            is_ours = (await connection.execute(cancelled)).rowcount > 0
            job = await _job(connection, name)
            if is_ours:
                await self._queue.remove(connection, [job.key])
        if job.status != "cancelled":
            raise Conflict(
                f"The job '{name}' has {job.status}: there is nothing left to cancel.",
                code="job_not_cancellable",
                param="job_uuid",
            )
        return job


async def _job(connection: AsyncConnection, name: str) -> TrainingJob:
    row = (await connection.execute(select(*JOB_COLUMNS).where(*named(name)))).first()
    if row is None:
        raise NotFound(f"There is no job '{name}'.", code="job_not_found", param="job_uuid")
    return read_job(row)


async def _checkpoints(connection: AsyncConnection, job: TrainingJob) -> list[m.Checkpoint]:
    query = select(CHECKPOINTS.c.content).where(*of_job(CHECKPOINTS, job.key))
    found = await connection.execute(query.order_by(CHECKPOINTS.c.place))
    return [_checkpoint(text) for text in found.scalars()]


def _points(key: str) -> Select[Any]:
    """Return the query for the loss curve of a job, or for evenly spread points of a long one."""
    each = POINTS.c
    numbered = (
        select(
            each.step,
            each.epoch,
            each.loss,
            each.learning_rate,
            func.row_number().over(order_by=each.step).label("place"),
            func.count().over().label("count"),
        )
        .where(*of_job(POINTS, key))
        .subquery()
    ).c
    apart = (numbered["count"] + MOST_POINTS - 1) // MOST_POINTS
    shown = (numbered.step, numbered.epoch, numbered.loss, numbered.learning_rate)
    return select(*shown).where((numbered.place - 1) % apart == 0).order_by(numbered.step)
