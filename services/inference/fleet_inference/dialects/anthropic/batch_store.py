"""Message batches, their requests, and what came of those, as they are kept.

A request is claimed by one process at a time, for as long as that gives signs of life. What comes of it is written
once, by whoever has it first, and counted in its batch by the same transaction; the last one ends the batch.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    case,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.store import Database, Page

Outcome: TypeAlias = Literal["succeeded", "errored", "canceled", "expired"]

METADATA = MetaData()
BATCHES = Table(
    "message_batches",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("created", BigInteger),
    Column("expires", BigInteger),
    Column("total", Integer),
    Column("cancel_initiated", BigInteger),
    Column("ended", BigInteger),
    Column("succeeded", Integer),
    Column("errored", Integer),
    Column("canceled", Integer),
    Column("expired", Integer),
)
REQUESTS = Table(
    "message_batch_requests",
    METADATA,
    Column("batch", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("custom_id", Text),
    Column("params", Text),
    Column("key", Text),
    Column("owner", Text),
    Column("due", BigInteger),
    Column("attempts", Integer),
    Column("outcome", Text),
    Column("result", Text),
)
OF, EACH = BATCHES.c, REQUESTS.c
DONE = OF.succeeded + OF.errored + OF.canceled + OF.expired
CANCELED = '{"type":"canceled"}'
# Until there is authentication there is one tenant.
TENANT = ""
# What those who work on batches are told about.
TOPIC = "message_batches"
# How many rows are written, or read, at once.
PIECE = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch, and how many of its requests came to what. All times are in Unix milliseconds."""

    id: str
    created: int
    expires: int
    total: int
    cancel_initiated: int | None = None
    ended: int | None = None
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A request that this process is to answer.

    Attributes:
        key: Names it.
        params: What is asked, as JSON.
        attempts: How often it was claimed, this time included.
        batch: The batch that it is of.
    """

    key: str
    params: str
    attempts: int
    batch: Batch


class BatchStore:
    """Keeps batches, for callers and for all processes that work on them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, batch: Batch, requests: Sequence[tuple[str, str]]) -> None:
        """Keep a new batch, and tell those who work. A request is its `custom_id`, and its params as JSON."""
        rows = (
            {"batch": batch.id, "place": place, "key": f"{batch.id}/{place}"}
            | {"custom_id": name, "params": params, "due": batch.created, "attempts": 0}
            for place, (name, params) in enumerate(requests)
        )
        async with self._database.begin() as connection:
            await connection.execute(insert(BATCHES).values(tenant=TENANT, **asdict(batch)))
            while piece := list(islice(rows, PIECE)):
                await connection.execute(insert(REQUESTS), piece)
            await self._database.announce(connection, TOPIC)

    async def get(self, batch_id: str) -> Batch:
        """Return a batch, or raise `NotFound`."""
        async with self._database.begin() as connection:
            return await _batch(connection, batch_id)

    async def list(self, limit: int, before: str | None, after: str | None) -> Page[Batch]:
        """Return the batches that are newer than `before`, or older than `after`: the nearest, newest first.

        Raises:
            InvalidArgument: There is no such batch.
        """
        query = _batches().order_by(OF.id if before else OF.id.desc()).limit(limit + 1)
        async with self._database.begin() as connection:
            if before:
                query = query.where(OF.id > await _cursor(connection, before, "before_id"))
            if after:
                query = query.where(OF.id < await _cursor(connection, after, "after_id"))
            rows = (await connection.execute(query)).all()
        page = [Batch(*row) for row in rows[:limit]]
        return Page(page[::-1] if before else page, len(rows) > limit)

    async def cancel(self, batch_id: str, now: int) -> Batch:
        """Cancel what nobody has begun, and return the batch, or raise `NotFound`."""
        untouched = (EACH.batch == batch_id, EACH.outcome.is_(None), EACH.owner.is_(None))
        values = {"outcome": "canceled", "result": CANCELED, "params": ""}
        async with self._database.begin() as connection:
            if (await _batch(connection, batch_id)).cancel_initiated is None:
                gone = await connection.execute(update(REQUESTS).where(*untouched).values(values))
                started = update(BATCHES).where(OF.id == batch_id, OF.ended.is_(None))
                await connection.execute(started.values(cancel_initiated=now))
                await _count(connection, batch_id, "canceled", gone.rowcount, now)
            return await _batch(connection, batch_id)

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

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield soon after each new batch, and now and then besides."""
        return self._database.changes(TOPIC)

    async def claim(self, owner: str, until: int, now: int) -> Claimed | None:
        """Claim a request that is due, of all batches in turn; nothing if none is."""
        waiting = select(EACH.key).where(EACH.outcome.is_(None), EACH.due <= now)
        first = waiting.order_by(EACH.place, EACH.batch).limit(1)
        claimed = (
            update(REQUESTS)
            .where(EACH.key == first.with_for_update(skip_locked=True).scalar_subquery())
            .values(owner=owner, due=until, attempts=EACH.attempts + 1)
            .returning(EACH.key, EACH.params, EACH.attempts, EACH.batch)
        )
        async with self._database.begin() as connection:
            row = (await connection.execute(claimed)).first()
            if row is None:
                return None
            return Claimed(row.key, row.params, row.attempts, await _batch(connection, row.batch))

    async def hold(self, owner: str, until: int) -> None:
        """Give a sign of life: what `owner` has claimed is not due before `until`."""
        await self._put_off(EACH.owner == owner, due=until)

    async def release(self, owner: str, now: int) -> None:
        """Let others have at once what `owner` has claimed."""
        # This was no attempt that failed.
        await self._put_off(EACH.owner == owner, due=now, owner=None, attempts=EACH.attempts - 1)

    async def postpone(self, claimed: Claimed, due: int) -> None:
        """Let whoever comes first have a request, from `due` on."""
        await self._put_off(EACH.key == claimed.key, due=due, owner=None)

    async def settle(self, claimed: Claimed, outcome: Outcome, result: str, now: int) -> None:
        """Keep what came of a request, unless that is known already."""
        open_ = (EACH.key == claimed.key, EACH.outcome.is_(None))
        values = {"outcome": outcome, "result": result, "owner": None, "params": ""}
        async with self._database.begin() as connection:
            if (await connection.execute(update(REQUESTS).where(*open_).values(values))).rowcount:
                await _count(connection, claimed.batch.id, outcome, 1, now)

    async def _put_off(self, which: Any, **values: Any) -> None:
        async with self._database.begin() as connection:
            changed = update(REQUESTS).where(which, EACH.outcome.is_(None))
            await connection.execute(changed.values(values))


def _batches() -> Select[Any]:
    """Return the query for all batches, with the columns in the order of `Batch`."""
    return select(*(OF[name] for name in Batch.__slots__)).where(OF.tenant == TENANT)


async def _batch(connection: AsyncConnection, batch_id: str) -> Batch:
    row = (await connection.execute(_batches().where(OF.id == batch_id))).first()
    if row is None:
        message = f"There is no message batch '{batch_id}'."
        raise NotFound(message, code="message_batch_not_found", param="message_batch_id")
    return Batch(*row)


async def _cursor(connection: AsyncConnection, batch_id: str, param: str) -> str:
    """Return the id of a batch that a page begins at."""
    try:
        return (await _batch(connection, batch_id)).id
    except NotFound as error:
        raise InvalidArgument(error.message, code="unknown_cursor", param=param) from None


async def _count(
    connection: AsyncConnection, batch_id: str, outcome: Outcome, number: int, now: int
) -> None:
    """Count `number` more requests of an outcome, and end the batch if they are the last."""
    counted = update(BATCHES).where(OF.id == batch_id, OF.ended.is_(None))
    ended = case((DONE + number >= OF.total, now), else_=None)
    await connection.execute(counted.values({outcome: OF[outcome] + number, "ended": ended}))


def _check_ended(batch: Batch, consequence: str) -> None:
    if batch.ended is None:
        raise InvalidArgument(
            f"The message batch '{batch.id}' has not ended, so it {consequence}.",
            code="message_batch_not_ended",
            param="message_batch_id",
        )
