"""The operations of the Conversations API."""

from collections.abc import Sequence

from fleet.agents.v1 import messages as m
from fleet_agents.conversations.store import ConversationStore
from fleet_agents.items.forms import kept_form
from fleet_agents.items.inclusion import check_include, shown
from fleet_runtime.call import Call
from fleet_runtime.metadata import check_metadata
from fleet_runtime.operation import Answer
from fleet_runtime.store import PageRequest

_PAGE = 20


class Conversations:
    """Keeps conversations for callers."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    async def create_conversation(
        self, request: m.CreateConversationRequest, call: Call
    ) -> Answer[m.Conversation]:
        """Create a conversation, perhaps with items."""
        del call
        metadata = request.metadata or {}
        check_metadata(metadata)
        return await self._store.create(metadata, _kept_forms(request.items or ()))

    async def get_conversation(
        self, request: m.GetConversationRequest, call: Call
    ) -> Answer[m.Conversation]:
        """Get a conversation."""
        del call
        return await self._store.get(request.conversation_id)

    async def update_conversation(
        self, request: m.UpdateConversationRequest, call: Call
    ) -> Answer[m.Conversation]:
        """Replace the metadata of a conversation; by nothing if there is none in the request."""
        del call
        metadata = request.metadata or {}
        check_metadata(metadata)
        return await self._store.update(request.conversation_id, metadata)

    async def delete_conversation(
        self, request: m.DeleteConversationRequest, call: Call
    ) -> Answer[m.ConversationDeleted]:
        """Delete a conversation with its items."""
        del call
        await self._store.delete(request.conversation_id)
        return m.ConversationDeleted(id=request.conversation_id, deleted=True)

    async def create_conversation_items(
        self, request: m.CreateConversationItemsRequest, call: Call
    ) -> Answer[m.ConversationItemList]:
        """Add items at the end, all or none."""
        del call
        include = check_include(request.include)
        added = await self._store.add(request.conversation_id, _kept_forms(request.items))
        return _told(added, include, has_more=False)

    async def list_conversation_items(
        self, request: m.ListConversationItemsRequest, call: Call
    ) -> Answer[m.ConversationItemList]:
        """List items, newest first unless the request says otherwise."""
        del call
        include = check_include(request.include)
        wanted = PageRequest(request.after, request.limit or _PAGE, request.order or "desc")
        page = await self._store.page(request.conversation_id, wanted)
        return _told(page.items, include, has_more=page.has_more)

    async def get_conversation_item(
        self, request: m.GetConversationItemRequest, call: Call
    ) -> Answer[m.Item]:
        """Get an item."""
        del call
        include = check_include(request.include)
        item = await self._store.item(request.conversation_id, request.item_id)
        return shown(item, include)

    async def delete_conversation_item(
        self, request: m.DeleteConversationItemRequest, call: Call
    ) -> Answer[m.Conversation]:
        """Delete an item, and return its conversation."""
        del call
        return await self._store.remove(request.conversation_id, request.item_id)


def _kept_forms(items: Sequence[m.Item]) -> list[m.Item]:
    return [kept_form(item, f"items[{number}]") for number, item in enumerate(items)]


def _told(
    items: Sequence[m.Item], include: frozenset[str], *, has_more: bool
) -> m.ConversationItemList:
    return m.ConversationItemList(
        data=[shown(item, include) for item in items],
        first_id=items[0].id if items else None,
        last_id=items[-1].id if items else None,
        has_more=has_more,
    )
