"""The events of a response that is made in the background: kept as they happen, and read by whoever follows it."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.responses.tables import EVENTS
from fleet_runtime.store import Database

TOPIC = "response_events"
"""What is announced when there are new ones."""

_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(m.ResponseEvent).decode


async def write(
    connection: AsyncConnection, response_id: str, events: Sequence[m.ResponseEvent]
) -> None:
    """Keep events that follow one another, with the transaction of `connection`."""
    if not events:
        return
    row = {
        "response": response_id,
        "first": events[0].sequence_number,
        "last": events[-1].sequence_number,
        "events": b"\n".join(map(_encode, events)).decode(),
    }
    await connection.execute(sa.insert(EVENTS), row)


async def cut(connection: AsyncConnection, response_id: str, sequence: int) -> None:
    """Forget the events from number `sequence` on: what they tell of is done again."""
    gone = sa.delete(EVENTS).where(EVENTS.c.response == response_id, EVENTS.c.first >= sequence)
    await connection.execute(gone)


async def read(database: Database, response_id: str, after: int) -> list[m.ResponseEvent]:
    """Return the events after number `after`."""
    query = (
        sa.select(EVENTS.c.events)
        .where(EVENTS.c.response == response_id, EVENTS.c.last > after)
        .order_by(EVENTS.c.first)
    )
    async with database.begin() as connection:
        rows = (await connection.execute(query)).scalars().all()
    events = (_decode(line) for lines in rows for line in lines.split("\n"))
    return [event for event in events if event.sequence_number > after]
