"""The operations of Llama Stack's own inference API."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import msgspec

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import InferenceService
from fleet_inference.dialects.chats import Chats
from fleet_inference.dialects.legacy.answers import to_chat_answer, to_completion_answer
from fleet_inference.dialects.legacy.chunks import to_chat_chunks, to_completion_chunks
from fleet_inference.dialects.legacy.content import text_of
from fleet_inference.dialects.legacy.requests import to_chat, to_completion
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer, Stream

ItemT = TypeVar("ItemT")
AnswerT = TypeVar("AnswerT")

# How many requests of one batch run at once.
AT_ONCE = 8


class LegacyInference:
    """Answers the callers of the old API with the models of `inference`."""

    def __init__(self, inference: InferenceService) -> None:
        self._chats = Chats(inference)

    async def legacy_chat_completion(
        self, request: m.LegacyChatRequest, call: Call
    ) -> Answer[m.LegacyChatAnswer] | Stream[m.LegacyChatChunk]:
        """Answer a conversation."""
        asked = to_chat(request)
        if request.stream:
            return to_chat_chunks(await self._chats.chat_chunks(asked, call))
        return to_chat_answer(await self._chats.chat(asked, call))

    async def legacy_completion(
        self, request: m.LegacyCompletionRequest, call: Call
    ) -> Answer[m.LegacyCompletionAnswer] | Stream[m.LegacyCompletionChunk]:
        """Continue a text."""
        asked = to_completion(request)
        if request.stream:
            return to_completion_chunks(await self._chats.completion_chunks(asked, call))
        return to_completion_answer(await self._chats.complete(asked, call))

    async def legacy_embeddings(
        self, request: m.LegacyEmbeddingsRequest, call: Call
    ) -> Answer[m.LegacyEmbeddingsAnswer]:
        """Turn texts into vectors."""
        asked = m.EmbeddingRequest(
            model=request.model_id,
            input=[text_of(content, "contents") for content in request.contents],
            encoding_format="float",
            dimensions=request.output_dimension,
        )
        found = await self._chats.embed(asked, call)
        # Whoever is asked for floats answers with floats.
        vectors = [one.embedding for one in found.data if not isinstance(one.embedding, str)]
        return m.LegacyEmbeddingsAnswer(embeddings=vectors)

    async def legacy_batch_chat_completion(
        self, request: m.LegacyBatchChatRequest, call: Call
    ) -> Answer[m.LegacyBatchChatAnswer]:
        """Answer several conversations."""

        async def answer(messages: list[m.LegacyMessage]) -> m.LegacyChatAnswer:
            fields = {
                name: getattr(request, name) for name in _shared(request, m.LegacyChatRequest)
            }
            asked = to_chat(m.LegacyChatRequest(messages=messages, **fields))
            return to_chat_answer(await self._chats.chat(asked, call))

        return m.LegacyBatchChatAnswer(batch=await _all(request.messages_batch, answer))

    async def legacy_batch_completion(
        self, request: m.LegacyBatchCompletionRequest, call: Call
    ) -> Answer[m.LegacyBatchCompletionAnswer]:
        """Continue several texts."""

        async def answer(content: m.LegacyContent) -> m.LegacyCompletionAnswer:
            fields = {
                name: getattr(request, name) for name in _shared(request, m.LegacyCompletionRequest)
            }
            asked = to_completion(m.LegacyCompletionRequest(content=content, **fields))
            return to_completion_answer(await self._chats.complete(asked, call))

        return m.LegacyBatchCompletionAnswer(batch=await _all(request.content_batch, answer))


def _shared(batch: msgspec.Struct, kind: type[msgspec.Struct]) -> set[str]:
    """Return the names of the fields that a batch has for all of its requests."""
    return set(batch.__struct_fields__) & set(kind.__struct_fields__)


async def _all(
    items: Iterable[ItemT], work: Callable[[ItemT], Awaitable[AnswerT]]
) -> list[AnswerT]:
    """Return what `work` makes of each item, in order. The first failure ends all and is raised."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(item: ItemT) -> AnswerT:
        async with places:
            return await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(item)) for item in items]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
