"""New items of a conversation that are named by the ids of items elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.conversations.item_rows import ITEM_DECODER
from fleet_agents.conversations.tables import ITEMS
from fleet_agents.items.checks import kind_of
from fleet_agents.items.ids import item_id
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.store.rows import TENANT

_OF = ITEMS.c


async def resolved(
    connection: AsyncConnection, conversation_id: str, items: Sequence[m.Item]
) -> list[m.Item]:
    """Return items as they are to be kept in a conversation, each under its id.

    As with OpenAI, an item whose id is that of one in another conversation is a copy of that one, whatever else was
    sent of it. Ids that nobody knows are replaced.

    Raises:
        InvalidArgument: An item is in the conversation already, or a reference is to none that is kept.
    """
    ids = {item.id for item in items if item.id is not None}
    if not ids:
        return [_named(item) for item in items]
    taken = set(await connection.scalars(_here(conversation_id, ids)))
    elsewhere = {
        row.id: ITEM_DECODER.decode(row.item)
        for row in await connection.execute(_elsewhere(conversation_id, ids))
    }
    chosen = []
    for number, item in enumerate(items):
        chosen.append(_resolve(item, taken, elsewhere, f"items[{number}].id"))
        taken.add(chosen[-1].id)
    return chosen


def _resolve(
    item: m.Item, taken: set[str | None], elsewhere: Mapping[str, m.Item], param: str
) -> m.Item:
    if item.id is None:
        return _named(item)
    if item.id in taken:
        raise InvalidArgument(
            f"Item '{item.id}' is in the conversation already; leave it out, or leave its id out.",
            code="item_already_in_conversation",
            param=param,
        )
    if item.id in elsewhere:
        return elsewhere[item.id]
    if kind_of(item) == "item_reference":
        raise InvalidArgument(
            f"There is no item '{item.id}' to refer to in any conversation.",
            code="item_not_found",
            param=param,
        )
    return _named(item)


def _named(item: m.Item) -> m.Item:
    return replace(item, id=item_id(kind_of(item)))


def _here(conversation_id: str, ids: set[str]) -> sa.Select[Any]:
    return sa.select(_OF.id).where(
        _OF.tenant == TENANT, _OF.conversation == conversation_id, _OF.id.in_(ids)
    )


def _elsewhere(conversation_id: str, ids: set[str]) -> sa.Select[Any]:
    """Select each of some items once, however many conversations have a copy of it."""
    one = (
        sa.select(sa.func.min(_OF.conversation).label("conversation"), _OF.id)
        .where(_OF.tenant == TENANT, _OF.id.in_(ids), _OF.conversation != conversation_id)
        .group_by(_OF.id)
        .subquery()
    )
    here = sa.and_(_OF.conversation == one.c.conversation, _OF.id == one.c.id)
    return sa.select(_OF.id, _OF.item).join(one, here).where(_OF.tenant == TENANT)
