"""How far jobs are, as those write it who work on them.

Each transaction first makes sure that the job is still this process's. A process that was paused for longer than its
lease writes nothing more, and neither does one whose job is cancelled.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, update

from fleet.post_training.v1 import messages as m
from fleet_post_training.tables import (
    CHECKPOINTS,
    JOB_COLUMNS,
    JOBS,
    POINTS,
    TrainingJob,
    keyed,
    of_job,
    read_job,
)
from fleet_runtime.errors import FleetError
from fleet_runtime.jobs import Job, JobQueue
from fleet_runtime.store import Database
from fleet_runtime.store.rows import TENANT, insert_into, now_ms

_encode = msgspec.json.Encoder().encode


class Progress:
    """Keeps how far jobs are.

    Args:
        database: Where.
        queue: Hands them out.
    """

    def __init__(self, database: Database, queue: JobQueue) -> None:
        self._database = database
        self._queue = queue

    async def begin(self, job: Job) -> TrainingJob:
        """Note that a job is taken up, and return it."""
        begun = {
            "status": "in_progress",
            "started_at": func.coalesce(JOBS.c.started_at, now_ms()),
            "attempts": JOBS.c.attempts + 1,
        }
        changed = update(JOBS).where(*keyed(job.key)).values(**begun).returning(*JOB_COLUMNS)
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            return read_job((await connection.execute(changed)).one())

    async def write(self, job: Job, **values: Any) -> None:
        """Change what is known of a job."""
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            await connection.execute(update(JOBS).where(*keyed(job.key)).values(**values))

    async def step(self, job: Job, progress: m.TrainingProgress, point: m.LossPoint | None) -> None:
        """Keep how far the steps are, and a point of the loss curve. A step that is done again replaces its point."""
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            told = _encode(progress).decode()
            await connection.execute(update(JOBS).where(*keyed(job.key)).values(progress=told))
            if point is not None:
                # Those of a process that died, and came further than its last checkpoint.
                later = delete(POINTS).where(*of_job(POINTS, job.key), POINTS.c.step >= point.step)
                await connection.execute(later)
                row = {"tenant": TENANT, "job": job.key, **msgspec.structs.asdict(point)}
                await connection.execute(insert(POINTS).values(**row))

    async def checkpoints(self, job: Job, checkpoints: Sequence[m.Checkpoint]) -> None:
        """Keep which checkpoints there are."""
        rows = [
            {"tenant": TENANT, "job": job.key, "place": place, "content": _encode(each).decode()}
            for place, each in enumerate(checkpoints)
        ]
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            await connection.execute(delete(CHECKPOINTS).where(*of_job(CHECKPOINTS, job.key)))
            if rows:
                await connection.execute(insert_into(CHECKPOINTS, connection.dialect.name), rows)

    async def completed(self, job: Job) -> None:
        """End a job that is done."""
        await self._end(job, status="completed")

    async def failed(self, job: Job, error: FleetError) -> None:
        """End a job that failed, and keep why."""
        told = m.TrainingError(code=error.code, message=error.message, param=error.param)
        await self._end(job, status="failed", error=_encode(told).decode())

    async def _end(self, job: Job, **values: Any) -> None:
        """End a job, unless that is for somebody else to say."""
        async with self._database.begin() as connection:
            if await self._queue.finish(connection, job):
                ended = update(JOBS).where(*keyed(job.key)).values(ended_at=now_ms(), **values)
                await connection.execute(ended)


class JobReport:
    """Keeps what a provider tells of one job.

    Args:
        progress: Where.
        job: The job.
        begun: What is known of it.
    """

    def __init__(self, progress: Progress, job: Job, begun: TrainingJob) -> None:
        self._progress = progress
        self._job = job
        self._attempts = begun.attempts
        self._note = begun.note
        self._loss: float | None = None

    @property
    def note(self) -> str | None:
        """What was noted of the job last, maybe by another process."""
        return self._note

    async def noted(self, note: str) -> None:
        """Keep what another process must know to go on."""
        self._note = note
        await self._progress.write(self._job, note=note)

    async def resources(self, resources: dict[str, Any]) -> None:
        """Keep on what it is trained."""
        await self._progress.write(self._job, resources=_encode(resources).decode())

    async def progress(self, progress: m.TrainingProgress, point: m.LossPoint | None) -> None:
        """Keep how far it is, and the loss, if it was looked at."""
        self._loss = self._loss if progress.loss is None else progress.loss
        progress = msgspec.structs.replace(progress, attempts=self._attempts, loss=self._loss)
        await self._progress.step(self._job, progress, point)

    async def checkpoints(self, checkpoints: Sequence[m.Checkpoint]) -> None:
        """Keep which checkpoints there are now, oldest first."""
        await self._progress.checkpoints(self._job, checkpoints)
