"""`remote::anthropic`: Anthropic's models, by its Messages API.

Format: https://platform.claude.com/docs/en/api/messages
"""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_inference.several import answered
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import Unimplemented
from fleet_runtime.operation import Answer
from fleet_upstream.address import Address
from fleet_upstream.anthropic.answers import Message, completion
from fleet_upstream.anthropic.events import chunks
from fleet_upstream.anthropic.models import Model, Models
from fleet_upstream.anthropic.requests import body, check
from fleet_upstream.json_api import JsonApi
from fleet_upstream.keys import Key
from fleet_upstream.native.conversation import Conversation, conversation
from fleet_upstream.native.thoughts import ThoughtsInMemory
from fleet_upstream.settings import UpstreamConfig

VERSION = "2023-06-01"
"""The version of the API that is spoken here."""


class Anthropic:
    """Translates requests and answers. Callers may bring their own `anthropic_api_key`.

    Hints for caches are not sent on; the vendor's own `cache_control` is.
    """

    class Config(UpstreamConfig):
        """How to be let in."""

        base_url: str | Secret = "https://api.anthropic.com/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        self._api = JsonApi(config, "anthropic_api_key", _Versioned())
        self._messages = self._api.base / "messages"
        self._models = Models(self._api)
        self._thoughts = ThoughtsInMemory()

    async def aclose(self) -> None:
        await self._api.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        self._api.check_allowed(request.model)
        check(request)
        told = conversation(request.messages)
        model = await self._models.named(request.model, call)
        asked = await self._asked(request, call, told, model)
        return await answered(
            request,
            lambda: self._whole(asked, request, call),
            lambda: self._streamed(asked, request, call),
        )

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        raise Unimplemented(
            "remote::anthropic continues no bare texts: Anthropic's models know conversations only."
            " Ask for a chat completion, at `/v1/chat/completions`.",
            code="not_supported",
        )

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        raise Unimplemented(
            "Anthropic has no embedding models; use a model of another provider.",
            code="not_supported",
        )

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        raise Unimplemented(
            "Anthropic's models cannot rerank; use a model of another provider.",
            code="not_supported",
        )

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        return [_offered(model) for model in await self._models.listed(call)]

    async def _asked(
        self, request: m.ChatCompletionRequest, call: Call, told: Conversation, model: Model
    ) -> bytes:
        ids = [use.id for turn in told.turns for use in turn.calls()]
        thoughts = await self._thoughts.recall(ids)
        return msgspec.json.encode(body(request, call, told, model, thoughts))

    async def _whole(
        self, asked: bytes, request: m.ChatCompletionRequest, call: Call
    ) -> m.ChatCompletion:
        answer = await self._api.post(self._messages, msgspec.Raw(asked), Message, call)
        told, thoughts = completion(answer, request.model)
        await self._thoughts.keep(thoughts)
        return told

    async def _streamed(
        self, asked: bytes, request: m.ChatCompletionRequest, call: Call
    ) -> AsyncGenerator[m.ChatCompletionChunk, None]:
        events = await self._api.events(self._messages, asked, call)
        return chunks(events, request, self._thoughts.keep)


class _Versioned:
    """The key, and the version of the API."""

    async def headers(self, verb: str, url: Address, body: bytes, key: Key) -> Mapping[str, str]:
        """Return the headers for one request."""
        version = {"anthropic-version": VERSION}
        return version | {"x-api-key": key.text} if key.text else version


def _offered(model: Model) -> ProviderModel:
    known: dict[str, Any] = {
        "context_length": model.max_input_tokens,
        "max_output_tokens": model.max_tokens,
    }
    return ProviderModel(model.id, "llm", {n: value for n, value in known.items() if value})
