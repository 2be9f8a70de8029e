"""Conversations and their items. Each tenant sees its own.

Items keep the order in which they were added, however many add some at once: whoever does has counted up the next
position in the conversation's row first, and so holds that row until the items are there.
"""

from collections.abc import Mapping, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.conversations.copying import resolved
from fleet_agents.conversations.item_rows import ITEM_DECODER, insert, reserve
from fleet_agents.conversations.missing import no_conversation, no_item
from fleet_agents.conversations.tables import CONVERSATIONS, ITEMS
from fleet_agents.items.ids import new_id
from fleet_runtime.store import Database, Page, PageRequest
from fleet_runtime.store.paging import select_page
from fleet_runtime.store.rows import TENANT, now_ms

_OF, _EACH = CONVERSATIONS.c, ITEMS.c
_METADATA = msgspec.json.Decoder(dict[str, str])


class ConversationStore:
    """Keeps conversations and their items."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self, metadata: Mapping[str, str], items: Sequence[m.Item] = ()
    ) -> m.Conversation:
        """Keep a new conversation with its first items.

        Raises:
            InvalidArgument: As `add`.
        """
        conversation_id, created = new_id("conv"), now_ms()
        new = sa.insert(CONVERSATIONS).values(
            tenant=TENANT,
            id=conversation_id,
            created=created,
            metadata=_json(metadata),
            next_position=len(items),
        )
        async with self._database.begin() as connection:
            await connection.execute(new)
            chosen = await resolved(connection, conversation_id, items)
            await insert(connection, conversation_id, 0, chosen)
        return _conversation(conversation_id, created, metadata)

    async def get(self, conversation_id: str) -> m.Conversation:
        """Return a conversation, or raise `NotFound`."""
        async with self._database.begin() as connection:
            return await _get(connection, conversation_id)

    async def update(self, conversation_id: str, metadata: Mapping[str, str]) -> m.Conversation:
        """Replace the metadata of a conversation and return it, or raise `NotFound`."""
        changed = (
            sa.update(CONVERSATIONS)
            .where(*_named(conversation_id))
            .values(metadata=_json(metadata))
            .returning(_OF.created)
        )
        async with self._database.begin() as connection:
            created = await connection.scalar(changed)
        if created is None:
            raise no_conversation(conversation_id)
        return _conversation(conversation_id, created, metadata)

    async def delete(self, conversation_id: str) -> None:
        """Forget a conversation with its items, or raise `NotFound`."""
        # The row first: whoever adds items at the same time has added them all before, or finds none to add to.
        async with self._database.begin() as connection:
            gone = sa.delete(CONVERSATIONS).where(*_named(conversation_id))
            if not (await connection.execute(gone)).rowcount:
                raise no_conversation(conversation_id)
            await connection.execute(sa.delete(ITEMS).where(*_inside(conversation_id)))

    async def add(self, conversation_id: str, items: Sequence[m.Item]) -> list[m.Item]:
        """Add items that a caller sent, all or none, and return them with their ids.

        Raises:
            NotFound: There is no such conversation.
            InvalidArgument: An item is there already, or a reference is to none that is kept.
        """
        async with self._database.begin() as connection:
            position = await reserve(connection, conversation_id, len(items))
            if position is None:
                raise no_conversation(conversation_id)
            chosen = await resolved(connection, conversation_id, items)
            await insert(connection, conversation_id, position, chosen)
        return chosen

    async def append(
        self, connection: AsyncConnection, conversation_id: str, items: Sequence[m.Item]
    ) -> None:
        """Add items of a response, which have ids, with the transaction of `connection`.

        What is there already stays as it is, so the same may be appended again where nobody knows whether it was.

        Raises:
            NotFound: The conversation is gone.
        """
        position = await reserve(connection, conversation_id, len(items))
        if position is None:
            raise no_conversation(conversation_id, "conversation")
        await insert(connection, conversation_id, position, items)

    async def items(self, conversation_id: str) -> list[m.Item]:
        """Return all items, oldest first.

        Raises:
            NotFound: There is no such conversation.
        """
        query = (
            sa.select(_EACH.item)
            .where(*_inside(conversation_id))
            .order_by(_EACH.position, _EACH.id)
        )
        async with self._database.begin() as connection:
            await _get(connection, conversation_id, "conversation")
            return [ITEM_DECODER.decode(item) for item in await connection.scalars(query)]

    async def page(self, conversation_id: str, request: PageRequest) -> Page[m.Item]:
        """Return a page of the items.

        Raises:
            NotFound: There is no such conversation.
            InvalidArgument: There is no item `request.after`.
        """
        scope = sa.select(ITEMS).where(*_inside(conversation_id))
        async with self._database.begin() as connection:
            await _get(connection, conversation_id)
            page = await select_page(connection, scope, (_EACH.position, _EACH.id), request)
        return Page([ITEM_DECODER.decode(row.item) for row in page.items], page.has_more)

    async def item(self, conversation_id: str, item_id: str) -> m.Item:
        """Return an item, or raise `NotFound`."""
        query = sa.select(_EACH.item).where(*_inside(conversation_id), _EACH.id == item_id)
        async with self._database.begin() as connection:
            await _get(connection, conversation_id)
            found = await connection.scalar(query)
        if found is None:
            raise no_item(conversation_id, item_id)
        return ITEM_DECODER.decode(found)

    async def remove(self, conversation_id: str, item_id: str) -> m.Conversation:
        """Forget an item and return its conversation, or raise `NotFound`."""
        gone = sa.delete(ITEMS).where(*_inside(conversation_id), _EACH.id == item_id)
        async with self._database.begin() as connection:
            conversation = await _get(connection, conversation_id)
            if not (await connection.execute(gone)).rowcount:
                raise no_item(conversation_id, item_id)
        return conversation


async def _get(
    connection: AsyncConnection, conversation_id: str, param: str = "conversation_id"
) -> m.Conversation:
    query = sa.select(_OF.created, _OF.metadata).where(*_named(conversation_id))
    row = (await connection.execute(query)).first()
    if row is None:
        raise no_conversation(conversation_id, param)
    created, metadata = row
    return _conversation(conversation_id, created, _METADATA.decode(metadata))


def _named(conversation_id: str) -> list[sa.ColumnElement[bool]]:
    return [_OF.tenant == TENANT, _OF.id == conversation_id]


def _inside(conversation_id: str) -> list[sa.ColumnElement[bool]]:
    return [_EACH.tenant == TENANT, _EACH.conversation == conversation_id]


def _conversation(
    conversation_id: str, created: int, metadata: Mapping[str, str]
) -> m.Conversation:
    return m.Conversation(id=conversation_id, created_at=created // 1000, metadata=dict(metadata))


def _json(metadata: Mapping[str, str]) -> str:
    return msgspec.json.encode(metadata).decode()
