"""The operations of Google's Interactions API."""

import asyncio
import time

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import InferenceService
from fleet_inference.dialects.chats import Chats
from fleet_inference.dialects.interactions.answers import to_interaction
from fleet_inference.dialects.interactions.events import to_events
from fleet_inference.dialects.interactions.requests import history, to_chat
from fleet_runtime.call import Call
from fleet_runtime.errors import NotFound
from fleet_runtime.operation import Answer, Stream

# In seconds: how long an interaction may be on its way to the store after it was answered, and how often to look.
SETTLING = 1.0
LOOK_AGAIN = 0.05


class Interactions:
    """Answers Google's callers with the models of `inference`.

    An interaction is a chat completion and has its id; so whoever goes on from one reads it from the same store.
    """

    def __init__(self, inference: InferenceService) -> None:
        self._chats = Chats(inference)

    async def create_interaction(
        self, request: m.CreateInteractionRequest, call: Call
    ) -> Answer[m.Interaction] | Stream[m.InteractionEvent]:
        """Answer a prompt or a conversation."""
        earlier: list[m.ChatMessage] = []
        if request.previous_interaction_id is not None:
            earlier = history(await self._stored(request.previous_interaction_id, call))
        asked = to_chat(request, earlier, call)
        if request.stream:
            return to_events(await self._chats.chat_chunks(asked, call))
        return to_interaction(await self._chats.chat(asked, call))

    async def _stored(self, interaction_id: str, call: Call) -> m.StoredChatCompletion:
        """Return a stored interaction, which may still be on its way to the store."""
        deadline = time.monotonic() + SETTLING
        while True:
            try:
                return await self._chats.stored(interaction_id, call)
            except NotFound:
                if time.monotonic() > deadline:
                    raise _unknown(interaction_id) from None
            await asyncio.sleep(LOOK_AGAIN)


def _unknown(interaction_id: str) -> NotFound:
    return NotFound(
        f"Interaction '{interaction_id}' not found; it was not stored, or has been deleted.",
        code="interaction_not_found",
        param="previous_interaction_id",
    )
