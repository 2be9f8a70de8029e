"""The operations of Anthropic's Messages API."""

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import InferenceService
from fleet_inference.dialects.anthropic.answers import to_message
from fleet_inference.dialects.anthropic.events import to_events
from fleet_inference.dialects.anthropic.requests import to_chat, to_counting
from fleet_inference.dialects.chats import Chats
from fleet_runtime.call import Call
from fleet_runtime.errors import Unimplemented
from fleet_runtime.operation import Answer, Stream


class Messages:
    """Answers Anthropic's callers with the models of `inference`."""

    def __init__(self, inference: InferenceService) -> None:
        self._chats = Chats(inference)

    async def create_message(
        self, request: m.CreateMessageRequest, call: Call
    ) -> Answer[m.Message] | Stream[m.MessageEvent]:
        """Answer a conversation."""
        asked = to_chat(request, call)
        if request.stream:
            return to_events(await self._chats.chat_chunks(asked, call))
        return to_message(await self._chats.chat(asked, call))

    async def count_message_tokens(
        self, request: m.CountMessageTokensRequest, call: Call
    ) -> Answer[m.MessageTokensCount]:
        """Count the tokens that a conversation has for a model, by having it read them.

        Raises:
            Unimplemented: The model's server does not tell what answers cost.
        """
        answer = await self._chats.chat(to_counting(request, call), call)
        if answer.usage is None:
            raise Unimplemented(
                "The server of this model does not tell how many tokens it reads.",
                code="no_usage",
                param="model",
            )
        return m.MessageTokensCount(input_tokens=answer.usage.prompt_tokens)
