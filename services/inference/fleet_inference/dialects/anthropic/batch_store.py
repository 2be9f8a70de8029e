"""Message batches as callers see them: created, listed, cancelled, read and forgotten."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict
from itertools import islice

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_inference.dialects.anthropic.batch_counting import give_up
from fleet_inference.dialects.anthropic.batch_jobs import job_of
from fleet_inference.dialects.anthropic.batch_tables import (
    BATCH_COLUMNS,
    BATCHES,
    JOBS,
    REQUESTS,
    Batch,
    batches,
    read_batch,
)
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.jobs import JobQueue
from fleet_runtime.store import Database, Page, PageRequest
from fleet_runtime.store.paging import select_page
from fleet_runtime.store.rows import TENANT

OF, EACH = BATCHES.c, REQUESTS.c
# How many rows are written, or read, at once.
PIECE = 500


class BatchStore:
    """Keeps batches for callers.

    Args:
        database: Where.
        window: How many requests of one batch are in the queue at once.
    """

    def __init__(self, database: Database, window: int) -> None:
        self._database = database
        self._queue = JobQueue(database, JOBS)
        self._window = window

    async def create(self, batch: Batch, requests: Sequence[tuple[str, str]]) -> None:
        """Keep a new batch, and put its first requests in. A request is its `custom_id`, and its params as JSON."""
        queued = min(batch.total, self._window)
        rows = (
            {"batch": batch.id, "place": place, "custom_id": name, "params": params}
            for place, (name, params) in enumerate(requests)
        )
        values = asdict(batch) | {"tenant": TENANT, "queued": queued}
        async with self._database.begin() as connection:
            await connection.execute(insert(BATCHES).values(values))
            while piece := list(islice(rows, PIECE)):
                await connection.execute(insert(REQUESTS), piece)
            await self._queue.put(connection, (job_of(batch.id, place) for place in range(queued)))

    async def get(self, batch_id: str) -> Batch:
        """Return a batch, or raise `NotFound`."""
        async with self._database.begin() as connection:
            return await _batch(connection, batch_id)

    async def list(self, request: PageRequest) -> Page[Batch]:
        """Return a page of the batches.

        Raises:
            InvalidArgument: There is no batch of the cursor.
        """
        async with self._database.begin() as connection:
            page = await select_page(connection, batches(), (OF.created, OF.id), request)
        return Page([read_batch(row) for row in page.items], page.has_more)

    async def cancel(self, batch_id: str, now: int) -> Batch:
        """Cancel what nobody has begun, and return the batch, or raise `NotFound`.

        What was begun is finished. A batch that has ended stays as it is.
        """
        initiated = func.coalesce(OF.cancel_initiated, now)
        canceled = update(BATCHES).where(OF.id == batch_id, OF.ended.is_(None))
        canceled = canceled.values(cancel_initiated=initiated).returning(*BATCH_COLUMNS)
        async with self._database.begin() as connection:
            # Jobs before their batch, as those who work lock them: so nobody waits for each other.
            withdrawn = await self._withdraw(connection, batch_id)
            if row := (await connection.execute(canceled)).first():
                await give_up(connection, read_batch(row), "canceled", now, withdrawn)
            return await _batch(connection, batch_id)

    async def _withdraw(self, connection: AsyncConnection, batch_id: str) -> Sequence[int]:
        """Take out the jobs of a batch that nobody has begun, and return the places of their requests."""
        open_ = select(EACH.place).where(EACH.batch == batch_id, EACH.outcome.is_(None))
        in_queue = open_.where(EACH.place < (await _batch(connection, batch_id)).queued)
        places = (await connection.execute(in_queue)).scalars()
        keys = {job_of(batch_id, place)[0]: place for place in places}
        return [keys[key] for key in await self._queue.withdraw(connection, list(keys))]

    async def delete(self, batch_id: str) -> None:
        """Forget a batch that has ended, or raise `NotFound` or `InvalidArgument`."""
        async with self._database.begin() as connection:
            _check_ended(await _batch(connection, batch_id), "cannot be deleted; cancel it first")
            await connection.execute(delete(REQUESTS).where(EACH.batch == batch_id))
            await connection.execute(delete(BATCHES).where(OF.id == batch_id))

    async def results(self, batch_id: str) -> AsyncGenerator[tuple[str, str], None]:
        """Return what yields the `custom_id` and the outcome, as JSON, of each request of a batch that has ended.

        Raises:
            NotFound: There is no such batch.
            InvalidArgument: It has not ended.
        """
        _check_ended(await self.get(batch_id), "has no results yet")
        return self._results(batch_id)

    async def _results(self, batch_id: str) -> AsyncGenerator[tuple[str, str], None]:
        query = select(EACH.place, EACH.custom_id, EACH.result).where(EACH.batch == batch_id)
        query, place = query.order_by(EACH.place).limit(PIECE), -1
        while True:
            async with self._database.begin() as connection:
                rows = (await connection.execute(query.where(EACH.place > place))).all()
            for place, custom_id, result in rows:  # noqa: B007  # the next piece begins after it
                yield custom_id, result
            if not rows:
                return


async def _batch(connection: AsyncConnection, batch_id: str) -> Batch:
    row = (await connection.execute(batches().where(OF.id == batch_id))).first()
    if row is None:
        message = f"There is no message batch '{batch_id}'."
        raise NotFound(message, code="message_batch_not_found", param="message_batch_id")
    return read_batch(row)


def _check_ended(batch: Batch, consequence: str) -> None:
    if batch.ended is None:
        raise InvalidArgument(
            f"The message batch '{batch.id}' has not ended, so it {consequence}.",
            code="message_batch_not_ended",
            param="message_batch_id",
        )
