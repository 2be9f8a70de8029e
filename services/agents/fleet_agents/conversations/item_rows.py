"""Items as rows, each at its position in its conversation."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.conversations.tables import CONVERSATIONS, ITEMS
from fleet_runtime.store.rows import TENANT, insert_into

ITEM_DECODER = msgspec.json.Decoder(m.Item)
"""Reads items as they are kept."""

_OF = CONVERSATIONS.c


async def reserve(connection: AsyncConnection, conversation_id: str, count: int) -> int | None:
    """Return the first of `count` positions at the end of a conversation; `None` if it is not there.

    The conversation's row is locked from now on until the transaction of `connection` ends.
    """
    counted = (
        sa.update(CONVERSATIONS)
        .where(_OF.tenant == TENANT, _OF.id == conversation_id)
        .values(next_position=_OF.next_position + count)
        .returning(_OF.next_position)
    )
    end: int | None = await connection.scalar(counted)
    return None if end is None else end - count


async def insert(
    connection: AsyncConnection, conversation_id: str, position: int, items: Sequence[m.Item]
) -> None:
    """Keep items, which have ids, from `position` on. Those that are there already stay as they are."""
    rows = [
        {
            "tenant": TENANT,
            "conversation": conversation_id,
            "id": item.id,
            "position": position + number,
            "item": msgspec.json.encode(item).decode(),
        }
        for number, item in enumerate(items)
    ]
    if rows:
        statement = insert_into(ITEMS, connection.dialect.name).on_conflict_do_nothing()
        await connection.execute(statement, rows)
