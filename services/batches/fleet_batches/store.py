"""Batches as callers see them: created, listed, read and cancelled."""

from dataclasses import asdict

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_batches.cancellations import Cancellations
from fleet_batches.tables import BATCH_COLUMNS, BATCHES, Batch, listed_batches, named, read_batch
from fleet_runtime.errors import Conflict, NotFound, ResourceExhausted
from fleet_runtime.jobs import JobQueue
from fleet_runtime.store import Database, Page, PageRequest
from fleet_runtime.store.paging import select_page
from fleet_runtime.store.rows import TENANT, insert_into

OF = BATCHES.c
_CANCELLABLE = ("validating", "in_progress")
_IS_CANCELLED = ("cancelling", "cancelled")
# In seconds.
_RETRY_AFTER = 60.0
# What a request says that has an idempotency key.
_SAID = ("input_file", "endpoint", "completion_window", "metadata", "output_seconds")


class BatchStore:
    """Keeps batches for callers.

    Args:
        database: Where.
        queue: Hands them out to whoever works on them.
        cancellations: Tells those of cancelled ones.
        most: How many may be there that have not ended.
    """

    def __init__(
        self, database: Database, queue: JobQueue, cancellations: Cancellations, most: int
    ) -> None:
        self._database = database
        self._queue = queue
        self._cancellations = cancellations
        self._most = most

    async def create(self, batch: Batch, order: str) -> Batch:
        """Keep a new batch, have it worked on by `order`, and return it; or that which has its idempotency key.

        Raises:
            Conflict: The key is that of another request.
            ResourceExhausted: There are too many.
        """
        async with self._database.begin() as connection:
            if (there := await self._same(connection, batch)) is not None:
                return there
            if await self._queue.is_full(connection, self._most):
                raise ResourceExhausted(
                    f"{self._most} batches are there already that have not ended; try again later.",
                    code="batch_queue_full",
                    retry_after=_RETRY_AFTER,
                )
            insert = insert_into(BATCHES, connection.dialect.name).values(
                tenant=TENANT, **asdict(batch)
            )
            # The same key may come twice at once.
            added = insert.on_conflict_do_nothing(index_elements=["tenant", "idempotency_key"])
            if (await connection.execute(added.returning(OF.id))).first() is not None:
                await self._queue.put(connection, [(batch.id, order)])
                return batch
        async with self._database.begin() as connection:
            there = await self._same(connection, batch)
        if there is None:
            raise RuntimeError("a batch is gone whose key was there")
        return there

    async def _same(self, connection: AsyncConnection, batch: Batch) -> Batch | None:
        """Return the batch that has the idempotency key of `batch`, if there is one, and it asks the same."""
        if batch.idempotency_key is None:
            return None
        query = select(*BATCH_COLUMNS).where(
            OF.tenant == TENANT, OF.idempotency_key == batch.idempotency_key
        )
        row = (await connection.execute(query)).first()
        if row is None:
            return None
        there = read_batch(row)
        if any(getattr(there, name) != getattr(batch, name) for name in _SAID):
            raise Conflict(
                "Another request has used this 'idempotency_key'. Send the same again, or choose another key.",
                code="idempotency_key_reused",
                param="idempotency_key",
            )
        return there

    async def get(self, batch_id: str) -> Batch:
        """Return a batch, or raise `NotFound`."""
        async with self._database.begin() as connection:
            return await _batch(connection, batch_id)

    async def list(self, request: PageRequest) -> Page[Batch]:
        """Return a page of the batches, each with the first of its errors.

        Raises:
            InvalidArgument: There is no batch of the cursor.
        """
        async with self._database.begin() as connection:
            page = await select_page(connection, listed_batches(), (OF.created, OF.id), request)
        return Page([read_batch(row) for row in page.items], page.has_more)

    async def cancel(self, batch_id: str, now: int) -> Batch:
        """Cancel a batch, and return it. One that is cancelled already stays as it is.

        Raises:
            NotFound: There is none.
            Conflict: None of its lines is left to be answered.
        """
        cancelled = update(BATCHES).where(*named(batch_id), OF.status.in_(_CANCELLABLE))
        cancelled = cancelled.values(status="cancelling", cancelling_at=now)
        async with self._database.begin() as connection:
            if (await connection.execute(cancelled)).rowcount:
                await self._cancellations.announce(connection)
                await self._end_unseen(connection, batch_id, now)
            batch = await _batch(connection, batch_id)
        if batch.status not in _IS_CANCELLED:
            raise Conflict(
                f"The batch '{batch_id}' is {batch.status}: there is nothing left to cancel.",
                code="batch_not_cancellable",
                param="batch_id",
            )
        return batch

    async def _end_unseen(self, connection: AsyncConnection, batch_id: str, now: int) -> None:
        """End a cancelled batch whose input nobody has looked at, and nobody looks at now."""
        unseen = select(OF.id).where(*named(batch_id), OF.total.is_(None))
        if (await connection.execute(unseen)).first() is None:
            return
        if await self._queue.withdraw(connection, [batch_id]):
            ended = update(BATCHES).where(*named(batch_id))
            await connection.execute(
                ended.values(status="cancelled", ending="cancelled", ended_at=now)
            )


async def _batch(connection: AsyncConnection, batch_id: str) -> Batch:
    row = (await connection.execute(select(*BATCH_COLUMNS).where(*named(batch_id)))).first()
    if row is None:
        raise NotFound(f"There is no batch '{batch_id}'.", code="batch_not_found", param="batch_id")
    return read_batch(row)
