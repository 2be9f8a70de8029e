"""How far batches are, as those write it who work on them.

Each transaction first makes sure that the batch's job is still this process's, and locks it. A process that was paused
for longer than its lease writes nothing more. Whoever cancels waits for no job, so nobody waits in a circle.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import case, delete, select, update

from fleet.batches.v1 import messages as m
from fleet_batches.checking import Checked
from fleet_batches.lines import problem
from fleet_batches.records import Record
from fleet_batches.tables import (
    BATCH_COLUMNS,
    BATCHES,
    RESULTS,
    Batch,
    Status,
    named,
    read_batch,
    results_of,
)
from fleet_runtime.errors import FleetError
from fleet_runtime.jobs import Job, JobQueue
from fleet_runtime.store import Database
from fleet_runtime.store.rows import TENANT, insert_into, now_ms

OF, EACH = BATCHES.c, RESULTS.c
# How many errors are shown in lists of batches.
_FIRST = 100
# How many rows are read at once.
_PIECE = 5000

_encode = msgspec.json.Encoder().encode


class Progress:
    """Keeps how far batches are.

    Args:
        database: Where.
        queue: Hands them out.
    """

    def __init__(self, database: Database, queue: JobQueue) -> None:
        self._database = database
        self._queue = queue

    async def begin(self, job: Job) -> Batch | None:
        """Return the batch of a job; nothing, and take the job out, if it has ended."""
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            query = select(*BATCH_COLUMNS).where(*named(job.key))
            batch = read_batch((await connection.execute(query)).one())
            if batch.ended_at is None:
                return batch
            await self._queue.finish(connection, job)
            return None

    async def validated(self, job: Job, checked: Checked) -> Batch:
        """Note that an input is good, and return its batch. One that was cancelled meanwhile stays so."""
        model = next(iter(checked.models)) if len(checked.models) == 1 else None
        status = case((OF.status == "cancelling", "cancelling"), else_="in_progress")
        values = {"total": checked.total, "model": model, "status": status}
        return await self._write(job, in_progress_at=now_ms(), **values)

    async def rejected(self, job: Job, problems: Sequence[m.BatchError]) -> None:
        """End a batch whose input is not good."""
        errors = {
            "errors": _encode(problems).decode(),
            "first_errors": _encode(problems[:_FIRST]).decode(),
        }
        ending = case((OF.status == "cancelling", "cancelled"), else_="failed")
        await self._end(job, status=ending, ending=ending, **errors)

    async def lost(self, job: Job, error: FleetError) -> Batch:
        """Note that a batch ends as a failure with what is answered, and return it."""
        errors = _encode([problem(error)]).decode()
        return await self._write(
            job,
            ending="failed",
            status="finalizing",
            finalizing_at=now_ms(),
            errors=errors,
            first_errors=errors,
        )

    async def done(self, batch_id: str) -> set[int]:
        """Return the numbers of the lines that came to something."""
        numbers: set[int] = set()
        last = 0
        query = select(EACH.line).where(*results_of(batch_id)).order_by(EACH.line).limit(_PIECE)
        while True:
            async with self._database.begin() as connection:
                piece = (await connection.execute(query.where(EACH.line > last))).scalars().all()
            if not piece:
                return numbers
            numbers.update(piece)
            last = piece[-1]

    async def keep(self, job: Job, records: Sequence[Record]) -> Status:
        """Keep what came of some lines, each once, count them, and return how far the batch is.

        It may be called again for records of which nobody knows whether they were kept.
        """
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            new = insert_into(RESULTS, connection.dialect.name).on_conflict_do_nothing()
            rows = [_row(job.key, record) for record in records]
            found = await connection.execute(new.returning(EACH.line), rows)
            kept = set(found.scalars())
            counted = update(BATCHES).where(*named(job.key)).values(_sums(records, kept))
            row = (await connection.execute(counted.returning(OF.status))).one()
        status: Status = row.status
        return status

    async def finalizing(self, job: Job) -> Batch:
        """Note that no line is left to be answered, and return the batch."""
        cancelled = OF.status == "cancelling"
        is_asked = OF.completed + OF.failed == OF.total
        return await self._write(
            job,
            ending=case((cancelled, "cancelled"), (is_asked, "completed"), else_="expired"),
            status=case((cancelled, "cancelling"), else_="finalizing"),
            finalizing_at=case((cancelled, None), else_=now_ms()),
        )

    async def wrote(self, job: Job, **files: str) -> Batch:
        """Note that a file is written, the `output_file` or the `error_file`, by its id, and return the batch."""
        return await self._write(job, **files)

    async def ended(self, job: Job) -> None:
        """End a batch whose files are written. What they hold is forgotten here."""
        await self._end(job, status=OF.ending)

    async def failed(self, job: Job, error: FleetError) -> None:
        """End a batch that cannot be gone on with, and keep why."""
        await self.rejected(job, [problem(error)])

    async def _end(self, job: Job, **values: Any) -> None:
        """End a batch, unless that is for somebody else to say."""
        async with self._database.begin() as connection:
            if await self._queue.finish(connection, job):
                ended = update(BATCHES).where(*named(job.key)).values(ended_at=now_ms(), **values)
                await connection.execute(ended)
                await connection.execute(delete(RESULTS).where(*results_of(job.key)))

    async def _write(self, job: Job, **values: Any) -> Batch:
        written = update(BATCHES).where(*named(job.key)).values(**values)
        async with self._database.begin() as connection:
            await self._queue.fence(connection, job)
            row = (await connection.execute(written.returning(*BATCH_COLUMNS))).one()
        return read_batch(row)


def _row(batch_id: str, record: Record) -> dict[str, Any]:
    return {
        "tenant": TENANT,
        "batch": batch_id,
        "line": record.line,
        "failed": record.failed,
        "record": record.text,
    }


def _sums(records: Sequence[Record], kept: set[int]) -> dict[str, Any]:
    """Return what those records change that were kept just now."""
    new = [record for record in records if record.line in kept]
    counted = [record for record in new if record.counts]
    failed = sum(record.failed for record in counted)
    return {
        "completed": OF.completed + len(counted) - failed,
        "failed": OF.failed + failed,
        "input_tokens": OF.input_tokens + sum(record.tokens.input for record in new),
        "cached_tokens": OF.cached_tokens + sum(record.tokens.cached for record in new),
        "output_tokens": OF.output_tokens + sum(record.tokens.output for record in new),
        "reasoning_tokens": OF.reasoning_tokens + sum(record.tokens.reasoning for record in new),
    }
