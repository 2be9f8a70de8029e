"""The Conversations API in this process, called over both of its faces."""

import pytest

from fleet.agents.v1 import messages as m
from fleet.agents.v1.operations import ConversationServiceClient, bind_conversation_service
from fleet_agents.conversations.service import Conversations
from fleet_agents.conversations.store import ConversationStore
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.serve import serving
from fleet_testing.rest_face import RestFace


class Typed:
    """The service, by its typed face."""

    def __init__(self, channel):
        self._client = ConversationServiceClient(channel)

    async def create(self, *items, metadata=None):
        request = m.CreateConversationRequest(items=list(items) or None, metadata=metadata)
        return await self._client.create_conversation(request, Call("/m"))

    async def get(self, conversation_id):
        request = m.GetConversationRequest(conversation_id=conversation_id)
        return await self._client.get_conversation(request, Call("/m"))

    async def update(self, conversation_id, metadata):
        request = m.UpdateConversationRequest(conversation_id=conversation_id, metadata=metadata)
        return await self._client.update_conversation(request, Call("/m"))

    async def delete(self, conversation_id):
        request = m.DeleteConversationRequest(conversation_id=conversation_id)
        return await self._client.delete_conversation(request, Call("/m"))

    async def add(self, conversation_id, *items, **fields):
        request = m.CreateConversationItemsRequest(
            conversation_id=conversation_id, items=list(items), **fields
        )
        return await self._client.create_conversation_items(request, Call("/m"))

    async def list(self, conversation_id, **fields):
        request = m.ListConversationItemsRequest(conversation_id=conversation_id, **fields)
        return await self._client.list_conversation_items(request, Call("/m"))

    async def item(self, conversation_id, item_id, **fields):
        request = m.GetConversationItemRequest(
            conversation_id=conversation_id, item_id=item_id, **fields
        )
        return await self._client.get_conversation_item(request, Call("/m"))

    async def remove(self, conversation_id, item_id):
        request = m.DeleteConversationItemRequest(conversation_id=conversation_id, item_id=item_id)
        return await self._client.delete_conversation_item(request, Call("/m"))


@pytest.fixture
def store(database):
    return ConversationStore(database)


@pytest.fixture
async def channel(store):
    async with serving([bind_conversation_service(Conversations(store))]) as address:
        channel = Channel("agents", at=address)
        yield channel
        await channel.aclose()


@pytest.fixture
def api(channel):
    return Typed(channel)


@pytest.fixture
def rest(channel):
    return RestFace(channel.grpc, "fleet.agents.v1.ConversationService")


@pytest.fixture
def said():
    """Make a user's message."""

    def said(text, **fields):
        return m.Item(type="message", role="user", content=text, **fields)

    return said


@pytest.fixture
def texts():
    """Return the texts of messages."""

    def texts(items):
        return [item.content[0].text for item in items]

    return texts


@pytest.fixture
def kept(rest):
    """Add one item as JSON has it to a new conversation, and return what is listed of it."""

    async def kept(item, query=""):
        made = await rest("CreateConversation", "/v1/conversations", {"items": [item]})
        assert made.error is None, made.error
        path = f"/v1/conversations/{made.json['id']}/items{query}"
        (found,) = (await rest("ListConversationItems", path)).json["data"]
        return found

    return kept
