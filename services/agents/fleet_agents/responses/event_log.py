"""The events of a response that is made in the background: kept as they happen, and read by whoever follows it.

A number means the same event for ever, as followers have seen it and ask for what comes after it. So nothing that was
told is taken back when another process goes on with a response. That one tells how the response stands, with a
`response.in_progress`, and goes on from there; whoever builds the response from its events takes it from that one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.responses.store import ENDED
from fleet_agents.responses.tables import EVENTS, RESPONSES
from fleet_runtime.store import Database
from fleet_runtime.store.rows import TENANT, insert_into

TOPIC = "response_events"
"""What is announced, with the id of the response, when there are new ones or there will be no more."""

# How many rows are read at once: each holds the events of a tenth of a second.
_ROWS = 200


encode = msgspec.json.encode
_decode = msgspec.json.Decoder(m.ResponseEvent).decode


@dataclass(frozen=True)
class Told:
    """What a follower finds.

    Attributes:
        streamed: Whether the events of the response are kept.
        over: Whether there will be no more of them.
        events: The next ones.
        more: Whether there are more already.
    """

    streamed: bool
    over: bool
    events: list[m.ResponseEvent]
    more: bool


async def write(
    connection: AsyncConnection, response_id: str, first: int, events: Sequence[bytes]
) -> None:
    """Keep events, each as JSON, that follow one another from number `first` on.

    Those that were kept already, by a transaction of which nobody heard whether it held, are kept once.
    """
    if not events:
        return
    row = {
        "response": response_id,
        "first": first,
        "last": first + len(events) - 1,
        "events": b"\n".join(events).decode(),
    }
    insert = insert_into(EVENTS, connection.dialect.name)
    again = {"last": insert.excluded.last, "events": insert.excluded.events}
    upsert = insert.on_conflict_do_update(index_elements=["response", "first"], set_=again)
    await connection.execute(upsert, row)


async def count(connection: AsyncConnection, response_id: str) -> int:
    """Return how many events are kept, which is the number of the next one."""
    last = sa.select(sa.func.max(EVENTS.c.last)).where(EVENTS.c.response == response_id)
    newest = (await connection.execute(last)).scalar()
    return 0 if newest is None else newest + 1


async def read(database: Database, response_id: str, after: int) -> Told | None:
    """Return the next events after number `after`; nothing if there is no such response."""
    state = sa.select(RESPONSES.c.streamed, RESPONSES.c.status).where(
        RESPONSES.c.tenant == TENANT, RESPONSES.c.id == response_id
    )
    lines = (
        sa.select(EVENTS.c.events)
        .where(EVENTS.c.response == response_id, EVENTS.c.last > after)
        .order_by(EVENTS.c.first)
        .limit(_ROWS)
    )
    async with database.begin() as connection:
        # The state first: when a response has ended, all of its events are there.
        response = (await connection.execute(state)).first()
        if response is None:
            return None
        rows = (await connection.execute(lines)).scalars().all()
    events = (_decode(line) for row in rows for line in row.split("\n"))
    return Told(
        streamed=response.streamed,
        over=response.status in ENDED,
        events=[event for event in events if event.sequence_number > after],
        more=len(rows) == _ROWS,
    )
