"""Jobs that cut files into chunks: what is to be done, how far it is, and what came of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_files.bytes_kept import Kept
from fleet_files.remains import Place, Remains
from fleet_files.tables import PROCESS_JOBS
from fleet_runtime.errors import NotFound
from fleet_runtime.jobs import Job, JobQueue
from fleet_runtime.store import Database, Page, PageRequest
from fleet_runtime.store.paging import select_page
from fleet_runtime.store.rows import TENANT, now_ms

_OF = PROCESS_JOBS.c
_PIECE = 500

Status: TypeAlias = Literal["scheduled", "in_progress", "completed", "failed", "cancelled"]
_OPEN = _OF.status.in_(("scheduled", "in_progress"))


@dataclass(frozen=True, slots=True)
class ProcessJob:
    """A job.

    Attributes:
        id: Names it.
        created: When it was created, in Unix milliseconds.
        status: How far it is.
        file_id: The kept file that it reads; the job has bytes of its own if unset.
        filename: The name of the file.
        content_type: What it is.
        size: Its size, in bytes.
        sha256: Its SHA-256, in hexadecimal.
        provider: Who keeps the job's own bytes.
        key: Under which key; unset once they are gone.
        options: Settings of the processor, as JSON.
        strategy: The chunking strategy, as JSON.
        result: The chunks, as JSON, once it is completed.
        error: Why it failed.
    """

    id: str
    created: int
    status: Status
    file_id: str | None
    filename: str
    content_type: str
    size: int
    sha256: str
    provider: str | None
    key: str | None
    options: str
    strategy: str
    result: str | None = None
    error: str | None = None

    @property
    def own(self) -> Kept | None:
        """Where the job's own bytes are, if it has any."""
        if self.provider is None or self.key is None:
            return None
        return Kept(self.provider, self.key, self.size, self.sha256)


class JobStore:
    """Keeps jobs, for callers and for all processes that work on them.

    Args:
        database: Where.
        remains: Where the bytes of jobs that have ended go.
        queue: Hands jobs out.
        keep_seconds: How long a job is kept.
    """

    def __init__(
        self, database: Database, remains: Remains, queue: JobQueue, keep_seconds: int
    ) -> None:
        self._database = database
        self._remains = remains
        self._queue = queue
        self._keep = keep_seconds * 1000

    async def add(self, job: ProcessJob) -> None:
        """Keep a new job, and tell those who work. If it has bytes of its own, they are the job's from now on."""
        async with self._database.begin() as connection:
            if job.own:
                await self._remains.owned(connection, Place(job.own.provider, job.own.key))
            await connection.execute(sa.insert(PROCESS_JOBS), {"tenant": TENANT, **asdict(job)})
            await self._queue.put(connection, [(job.id, "")])

    async def list(self, request: PageRequest) -> Page[ProcessJob]:
        """Return a page of the jobs, without their results.

        Raises:
            InvalidArgument: There is no job `request.after`.
        """
        short = [column for column in PROCESS_JOBS.columns if column is not _OF.result]
        scope = sa.select(*short).where(_OF.tenant == TENANT)
        async with self._database.begin() as connection:
            page = await select_page(connection, scope, (_OF.created, _OF.id), request)
        return Page([_read(row) for row in page.items], page.has_more)

    async def get(self, job_id: str) -> ProcessJob:
        """Return a job, or raise `NotFound`."""
        async with self._database.begin() as connection:
            row = (await connection.execute(sa.select(PROCESS_JOBS).where(*_named(job_id)))).first()
        if row is None:
            raise NotFound(
                f"There is no job '{job_id}'. Jobs are kept for some days only.",
                code="job_not_found",
                param="job_id",
            )
        return _read(row)

    async def begin(self, job_id: str) -> ProcessJob | None:
        """Note that a job is worked on, and return it; nothing if it has ended."""
        begun = sa.update(PROCESS_JOBS).where(*_named(job_id), _OPEN).values(status="in_progress")
        async with self._database.begin() as connection:
            row = (await connection.execute(begun.returning(PROCESS_JOBS))).first()
        return _read(row) if row else None

    async def complete(self, job: Job, result: str) -> None:
        """Keep what came of a job, unless somebody else has done so or ended it."""
        await self._finish(job, status="completed", result=result)

    async def fail(self, job: Job, error: str) -> None:
        """Keep why a job failed, unless somebody else has ended it."""
        await self._finish(job, status="failed", error=error)

    async def drop(self, job: Job) -> None:
        """Take out a job that has ended by other hands."""
        async with self._database.begin() as connection:
            await self._queue.finish(connection, job)

    async def cancel(self, job_id: str) -> ProcessJob:
        """End a job early, and return it. One that has ended stays as it is.

        Raises:
            NotFound: There is none.
        """
        async with self._database.begin() as connection:
            if await self._end(connection, job_id, status="cancelled"):
                await self._queue.remove(connection, [job_id])
        return await self.get(job_id)

    async def expire(self) -> int:
        """Forget some of the oldest jobs, whatever became of them, and return how many."""
        some = (
            sa.select(_OF.tenant, _OF.id)
            .where(_OF.created <= now_ms() - self._keep)
            .limit(_PIECE)
            .with_for_update(skip_locked=True)
            .cte("some")  # else Postgres may look for them more than once
        )
        which = sa.tuple_(_OF.tenant, _OF.id).in_(sa.select(some))
        gone = sa.delete(PROCESS_JOBS).where(which).returning(_OF.id, _OF.provider, _OF.key)
        async with self._database.begin() as connection:
            rows = (await connection.execute(gone)).all()
            await self._queue.remove(connection, [row.id for row in rows])
            await self._leave(connection, rows)
        return len(rows)

    async def _finish(self, job: Job, **values: Any) -> None:
        async with self._database.begin() as connection:
            if await self._queue.finish(connection, job):
                await self._end(connection, job.key, **values)

    async def _end(self, connection: AsyncConnection, job_id: str, **values: Any) -> bool:
        """End a job that is open, with the transaction of `connection`, and say whether it was."""
        ended = (
            sa.update(PROCESS_JOBS)
            .where(*_named(job_id), _OPEN)
            .values(**values)
            .returning(_OF.provider, _OF.key)
        )
        rows = (await connection.execute(ended)).all()
        await self._leave(connection, rows)
        if rows:
            gone = sa.update(PROCESS_JOBS).where(*_named(job_id)).values(provider=None, key=None)
            await connection.execute(gone)
        return bool(rows)

    async def _leave(self, connection: AsyncConnection, rows: Sequence[Any]) -> None:
        places = [Place(row.provider, row.key) for row in rows if row.key is not None]
        await self._remains.left(connection, places)


def _named(job_id: str) -> list[sa.ColumnElement[bool]]:
    return [_OF.tenant == TENANT, _OF.id == job_id]


def _read(row: sa.Row[Any]) -> ProcessJob:
    fields = row._asdict()
    del fields["tenant"]
    return ProcessJob(**fields)
