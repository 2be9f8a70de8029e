"""Runs as callers see them: created, listed, read and cancelled."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_eval.evaluation.tables import ROWS, RUN_COLUMNS, RUNS, Run, named, read_run, rows_of
from fleet_runtime.errors import Conflict, NotFound, ResourceExhausted
from fleet_runtime.jobs import JobQueue
from fleet_runtime.store import Database, Page, PageRequest
from fleet_runtime.store.paging import select_page
from fleet_runtime.store.rows import TENANT, now_ms

OF, EACH = RUNS.c, ROWS.c
_OPEN = ("scheduled", "in_progress")
# In seconds.
_RETRY_AFTER = 60.0


class RunStore:
    """Keeps runs for callers.

    Args:
        database: Where.
        queue: Hands them out to whoever works on them.
        most: How many may be there that have not ended.
    """

    def __init__(self, database: Database, queue: JobQueue, most: int) -> None:
        self._database = database
        self._queue = queue
        self._most = most

    async def create(self, run: Run, order: str) -> None:
        """Keep a new run, and have it worked on by `order`.

        Raises:
            ResourceExhausted: There are too many.
        """
        async with self._database.begin() as connection:
            if await self._queue.is_full(connection, self._most):
                raise ResourceExhausted(
                    f"{self._most} eval jobs are there already that have not ended; try again later.",
                    code="eval_queue_full",
                    retry_after=_RETRY_AFTER,
                )
            await connection.execute(insert(RUNS).values(tenant=TENANT, **asdict(run)))
            await self._queue.put(connection, [(run.id, order)])

    async def get(self, benchmark: str, run_id: str) -> Run:
        """Return a run of a benchmark, or raise `NotFound`."""
        async with self._database.begin() as connection:
            return await _run(connection, benchmark, run_id)

    async def list(self, benchmark: str, request: PageRequest) -> Page[Run]:
        """Return a page of the runs of a benchmark.

        Raises:
            InvalidArgument: There is no run of the cursor.
        """
        scope = select(*RUN_COLUMNS).where(OF.tenant == TENANT, OF.benchmark == benchmark)
        async with self._database.begin() as connection:
            page = await select_page(connection, scope, (OF.created, OF.id), request)
        return Page([read_run(row) for row in page.items], page.has_more)

    async def cancel(self, benchmark: str, run_id: str) -> Run | None:
        """Cancel a run, and return it; nothing if it is cancelled already.

        Raises:
            NotFound: There is none.
            Conflict: It has ended.
        """
        cancelled = update(RUNS).where(*named(run_id), OF.status.in_(_OPEN))
        async with self._database.begin() as connection:
            run = await _run(connection, benchmark, run_id)
            ended = cancelled.values(status="cancelled", ended_at=now_ms())
            if (await connection.execute(ended)).rowcount:
                await self._queue.remove(connection, [run_id])
                return run
            run = await _run(connection, benchmark, run_id)
        if run.status != "cancelled":
            raise Conflict(
                f"The job '{run_id}' is {run.status}: there is nothing left to cancel.",
                code="job_not_cancellable",
                param="job_id",
            )
        return None

    async def rows(
        self, run_id: str, after: int, limit: int, columns: Sequence[str], *, scored: bool = False
    ) -> Sequence[Row[Any]]:
        """Return the next rows of a run behind the one at `after`, in order, with these columns and their places.

        Args:
            run_id: The run.
            after: The place of the row before; -1 for the first ones.
            limit: The most rows.
            columns: The columns besides the place.
            scored: Whether only those that are scored are wanted.
        """
        query = select(EACH.place, *(EACH[name] for name in columns))
        query = query.where(*rows_of(run_id), EACH.place > after)
        if scored:
            query = query.where(EACH.scores.is_not(None))
        async with self._database.begin() as connection:
            found = await connection.execute(query.order_by(EACH.place).limit(limit))
            return found.all()


async def _run(connection: AsyncConnection, benchmark: str, run_id: str) -> Run:
    query = select(*RUN_COLUMNS).where(*named(run_id), OF.benchmark == benchmark)
    row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(
            f"The benchmark '{benchmark}' has no job '{run_id}'.",
            code="job_not_found",
            param="job_id",
        )
    return read_run(row)
