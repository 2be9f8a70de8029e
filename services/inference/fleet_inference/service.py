"""The operations of the inference service."""

from typing import Any, TypeVar

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.checks import check_chat, check_completion
from fleet_inference.completions import Completions
from fleet_inference.fold import fold_chat, fold_completion
from fleet_inference.models import ModelTable
from fleet_inference.naming import named
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ModelType
from fleet_inference.routing.router import Ask, Router
from fleet_inference.routing.targets import Target
from fleet_inference.usage import noted
from fleet_runtime.call import Call
from fleet_runtime.encoded import EncodedStream
from fleet_runtime.errors import Unavailable
from fleet_runtime.operation import Answer, is_stream

AnswerT = TypeVar("AnswerT")

replace = msgspec.structs.replace


class Inference:
    """Sends each request to a provider of its model, and does around it what providers share.

    Args:
        models: Which providers serve which model.
        router: Chooses between them.
        completions: Keeps chat completions; nothing is kept without it.
    """

    def __init__(self, models: ModelTable, router: Router, completions: Completions | None) -> None:
        self._models = models
        self._router = router
        self._completions = completions

    async def create_chat_completion(
        self, request: m.ChatCompletionRequest, call: Call
    ) -> ChatAnswer:
        """Answer a conversation."""
        check_chat(request)

        async def ask(target: Target) -> ChatAnswer:
            return await target.provider.chat(_addressed(request, target.model.id), call)

        answer = await self._routed(request, call, ask, "llm")
        answer = _finished(answer, request.model, call)
        if is_stream(answer) and not request.stream:
            answer = await fold_chat(_messages(answer, m.ChatCompletionChunk))
        if self._completions and self._completions.wants(request):
            kept: ChatAnswer = await self._completions.kept(request, answer, call)
            return kept
        return answer

    async def create_completion(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Continue one or more texts."""
        check_completion(request)

        async def ask(target: Target) -> CompletionAnswer:
            return await target.provider.complete(replace(request, model=target.model.id), call)

        answer = await self._routed(request, call, ask, "llm")
        answer = _finished(answer, request.model, call)
        if is_stream(answer) and not request.stream:
            return await fold_completion(_messages(answer, m.Completion))
        return answer

    async def create_embedding(
        self, request: m.EmbeddingRequest, call: Call
    ) -> Answer[m.EmbeddingList]:
        """Turn texts into vectors."""

        async def ask(target: Target) -> Answer[m.EmbeddingList]:
            return await target.provider.embed(replace(request, model=target.model.id), call)

        answer = await self._routed(request, call, ask, "embedding")
        return _finished(answer, request.model, call)

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Order items by how well they answer a query."""

        async def ask(target: Target) -> Answer[m.RerankResponse]:
            return await target.provider.rerank(replace(request, model=target.model.id), call)

        # A sentence encoder reranks by the similarity of its vectors.
        return await self._routed(request, call, ask, "rerank", "embedding")

    async def list_chat_completions(
        self, request: m.ListChatCompletionsRequest, call: Call
    ) -> Answer[m.ChatCompletionList]:
        """List stored chat completions."""
        del call
        return await self._stored.list(request)

    async def get_chat_completion(
        self, request: m.GetChatCompletionRequest, call: Call
    ) -> Answer[m.StoredChatCompletion]:
        """Get a stored chat completion."""
        del call
        return await self._stored.get(request.completion_id)

    async def update_chat_completion(
        self, request: m.UpdateChatCompletionRequest, call: Call
    ) -> Answer[m.StoredChatCompletion]:
        """Replace the metadata of a stored chat completion."""
        del call
        return await self._stored.update(request.completion_id, request.metadata or {})

    async def delete_chat_completion(
        self, request: m.DeleteChatCompletionRequest, call: Call
    ) -> Answer[m.ChatCompletionDeleted]:
        """Delete a stored chat completion."""
        del call
        return await self._stored.delete(request.completion_id)

    async def list_chat_completion_messages(
        self, request: m.ListChatCompletionMessagesRequest, call: Call
    ) -> Answer[m.ChatCompletionMessageList]:
        """List the messages that a stored chat completion answered."""
        del call
        return await self._stored.messages(request)

    async def _routed(
        self, request: Any, call: Call, ask: Ask[AnswerT], *kinds: ModelType
    ) -> AnswerT:
        """Return what a target of the request's model answers."""
        route = await self._models.route(request.model, call, *kinds)
        return await self._router.send(route, request, call, ask)

    @property
    def _stored(self) -> Completions:
        if self._completions is None:
            raise Unavailable(
                "This fleet keeps no chat completions; set 'store' in the config of its inference service.",
                code="store_not_configured",
            )
        return self._completions


def _addressed(request: m.ChatCompletionRequest, model: str) -> m.ChatCompletionRequest:
    """Return `request` as the provider gets it: with its own name of the model, and only tools that may be called."""
    if request.tool_choice == "none":
        return replace(request, model=model, tools=None, tool_choice=None)
    return replace(request, model=model)


def _finished(answer: AnswerT, model: str, call: Call) -> AnswerT:
    """Return `answer` under the caller's name for the model, with what it cost noted in `call`."""
    finished: AnswerT = named(noted(answer, call), model)
    return finished


def _messages(stream: Any, kind: type[Any]) -> Any:
    """Return the messages of a stream, decoded where they are not."""
    return stream.decode(kind) if isinstance(stream, EncodedStream) else stream
