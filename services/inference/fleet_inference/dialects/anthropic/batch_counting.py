"""Counting what came of the requests of a batch, and giving up those that nobody began.

All of it happens in the transaction that writes the outcomes, so counts are true at every moment.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import case, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.anthropic.batch_tables import (
    BATCH_COLUMNS,
    BATCHES,
    REQUESTS,
    Batch,
    Outcome,
    read_batch,
)

OF, EACH = BATCHES.c, REQUESTS.c
DONE = OF.succeeded + OF.errored + OF.canceled + OF.expired


async def count(
    connection: AsyncConnection, batch_id: str, outcome: Outcome, number: int, now: int
) -> Batch:
    """Count `number` more requests of an outcome, end the batch if they are the last, and return it.

    Whoever else counts in it waits until the transaction of `connection` ends.
    """
    ended = case((DONE + number >= OF.total, now), else_=None)
    counted = (
        update(BATCHES)
        .where(OF.id == batch_id)
        .values({outcome: OF[outcome] + number, "ended": ended})
        .returning(*BATCH_COLUMNS)
    )
    return read_batch((await connection.execute(counted)).one())


async def give_up(
    connection: AsyncConnection,
    batch: Batch,
    outcome: Outcome,
    now: int,
    besides: Sequence[int] = (),
) -> None:
    """Give up what has not become a job yet, and `besides` some places whose jobs were taken out."""
    left = (
        update(REQUESTS)
        .where(
            EACH.batch == batch.id,
            EACH.outcome.is_(None),
            or_(EACH.place >= batch.queued, EACH.place.in_(besides)),
        )
        .values(outcome=outcome, result=_result(outcome), params="")
    )
    number = (await connection.execute(left)).rowcount
    await connection.execute(update(BATCHES).where(OF.id == batch.id).values(queued=OF.total))
    await count(connection, batch.id, outcome, number, now)


def _result(outcome: Outcome) -> str:
    return msgspec.json.encode(m.MessageBatchOutcome(type=outcome)).decode()
