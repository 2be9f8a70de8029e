"""How far runs are, as those write it who work on them.

Each transaction first makes sure that the run's job is still this process's, and locks it. A process that was paused
for longer than its lease, or whose run was cancelled, writes nothing more.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.eval.v1 import messages as m
from fleet_eval.benchmarks.provider import AskedRow, Outcome
from fleet_eval.evaluation.tables import (
    ANSWERS,
    ROWS,
    RUN_COLUMNS,
    RUNS,
    Run,
    named,
    read_run,
    rows_of,
)
from fleet_eval.scoring.provider import Score
from fleet_runtime.errors import FleetError
from fleet_runtime.jobs import Job, JobQueue
from fleet_runtime.store import Database
from fleet_runtime.store.rows import TENANT, insert_into, now_ms

OF, EACH = RUNS.c, ROWS.c


class Progress:
    """Keeps how far runs are.

    Args:
        database: Where.
        queue: Hands them out.
    """

    def __init__(self, database: Database, queue: JobQueue) -> None:
        self._database = database
        self._queue = queue
        known = select(ANSWERS.c.generation).where(
            ANSWERS.c.tenant == TENANT,
            ANSWERS.c.key == bindparam("wanted"),
            ANSWERS.c.created >= bindparam("since"),
        )
        self._known = database.lookup(known)

    async def begin(self, job: Job) -> Run | None:
        """Return the run of a job; nothing, and take the job out, if it has ended."""
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            query = select(*RUN_COLUMNS).where(*named(job.key))
            run = read_run((await connection.execute(query)).one())
            if run.ended_at is None:
                begun = update(RUNS).where(*named(job.key)).values(status="in_progress")
                await connection.execute(begun)
                return run
            await self._queue.finish(connection, job)
            return None

    async def write(self, job: Job, **values: Any) -> None:
        """Note something of a run."""
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            await connection.execute(update(RUNS).where(*named(job.key)).values(**values))

    async def discard(self, job: Job) -> None:
        """Forget the rows of a run that are not all there."""
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            await connection.execute(delete(ROWS).where(*rows_of(job.key)))

    async def take(self, job: Job, rows: Sequence[AskedRow]) -> None:
        """Keep rows that are to be answered."""
        values = [_new(job.key, row) for row in rows]
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            await connection.execute(insert(ROWS), values)

    async def pending(self, run_id: str, after: int, limit: int) -> list[AskedRow]:
        """Return the next rows behind the one at `after` that have come to nothing yet."""
        query = (
            select(EACH.place, EACH.content)
            .where(*rows_of(run_id), EACH.place > after, EACH.generation.is_(None))
            .order_by(EACH.place)
            .limit(limit)
        )
        async with self._database.begin() as connection:
            return [AskedRow(*row) for row in await connection.execute(query)]

    async def unscored(self, run_id: str, limit: int) -> Sequence[Any]:
        """Return the next rows that have no scores, with `place`, `content`, `generation` and `error`."""
        query = (
            select(EACH.place, EACH.content, EACH.generation, EACH.error)
            .where(*rows_of(run_id), EACH.scores.is_(None))
            .order_by(EACH.place)
            .limit(limit)
        )
        async with self._database.begin() as connection:
            return (await connection.execute(query)).all()

    async def keep(self, job: Job, outcomes: Sequence[Outcome]) -> None:
        """Keep what came of some rows, each once, and count it.

        It may be called again for outcomes of which nobody knows whether they were kept.
        """
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            new = insert_into(ROWS, connection.dialect.name)
            values = {
                name: new.excluded[name] for name in ("generation", "error", "cached", "scores")
            }
            upsert = new.on_conflict_do_update(
                index_elements=["tenant", "run", "place"],
                set_=values,
                where=EACH.generation.is_(None),
            )
            found = await connection.execute(
                upsert.returning(EACH.place), [_kept(job.key, each) for each in outcomes]
            )
            kept = set(found.scalars())
            counted = [each for each in outcomes if each.row.place in kept]
            await connection.execute(update(RUNS).where(*named(job.key)).values(_sums(counted)))
            await _remember(connection, counted)

    async def known(self, key: str, since: int) -> Mapping[str, Any] | None:
        """Return what was said under a key, not before `since`."""
        row = await self._known(wanted=key, since=since)
        if row is None:
            return None
        found: dict[str, Any] = msgspec.json.decode(row[0])
        return found

    async def score(self, job: Job, scores: Mapping[int, Mapping[str, Score]]) -> None:
        """Keep the scores of rows, by their places."""
        scored = update(ROWS).where(
            EACH.tenant == TENANT, EACH.run == job.key, EACH.place == bindparam("at")
        )
        values = [{"at": at, "scores": _text(each)} for at, each in scores.items()]
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            await connection.execute(scored, values)
            counted = update(RUNS).where(*named(job.key)).values(scored=OF.scored + len(values))
            await connection.execute(counted)

    async def completed(self, job: Job, results: Mapping[str, Any]) -> None:
        """End a run that is done."""
        await self._end(job, status="completed", results=_text(results))

    async def failed(self, job: Job, error: FleetError) -> Run | None:
        """End a run that cannot be gone on with, keep why, and return it; nothing if that is for others to say."""
        why = m.EvalError(code=error.code, message=error.message)
        return await self._end(job, status="failed", error=_text(why))

    async def forget(self, before: int) -> None:
        """Forget answers that are older than `before`."""
        async with self._database.begin() as connection:
            await connection.execute(delete(ANSWERS).where(ANSWERS.c.created < before))

    async def _end(self, job: Job, **values: Any) -> Run | None:
        async with self._database.begin() as connection:
            if not await self._queue.finish(connection, job):
                return None
            ended = update(RUNS).where(*named(job.key)).values(ended_at=now_ms(), **values)
            row = (await connection.execute(ended.returning(*RUN_COLUMNS))).one()
        return read_run(row)


async def _remember(connection: AsyncConnection, outcomes: Sequence[Outcome]) -> None:
    """Keep answers for later runs; newer ones in place of those that are too old."""
    now = now_ms()
    rows = {
        each.key: {
            "tenant": TENANT,
            "key": each.key,
            "created": now,
            "generation": _text(each.generation),
        }
        for each in outcomes
        if each.key is not None and not each.cached and each.error is None
    }
    if not rows:
        return
    new = insert_into(ANSWERS, connection.dialect.name)
    newer = {name: new.excluded[name] for name in ("created", "generation")}
    upsert = new.on_conflict_do_update(index_elements=["tenant", "key"], set_=newer)
    # By key: transactions that lock rows in one order cannot wait for each other.
    await connection.execute(upsert, [rows[key] for key in sorted(rows, key=str)])


def _new(run_id: str, row: AskedRow) -> dict[str, Any]:
    return {
        "tenant": TENANT,
        "run": run_id,
        "place": row.place,
        "content": row.content,
        "cached": False,
    }


def _kept(run_id: str, outcome: Outcome) -> dict[str, Any]:
    return _new(run_id, outcome.row) | {
        "generation": _text(outcome.generation),
        "error": None if outcome.error is None else _text(outcome.error),
        "cached": outcome.cached,
        "scores": None if outcome.scores is None else _text(outcome.scores),
    }


def _sums(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "answered": OF.answered + len(outcomes),
        "cached": OF.cached + sum(each.cached for each in outcomes),
        "failed": OF.failed + sum(each.error is not None for each in outcomes),
        "scored": OF.scored + sum(each.scores is not None for each in outcomes),
    }


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
