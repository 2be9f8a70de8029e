"""`remote::openai`: OpenAI itself, and whatever else speaks its API at a `base_url`."""

from fleet.inference.v1 import messages as m
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import Unimplemented
from fleet_runtime.operation import Answer
from fleet_upstream.settings import UpstreamConfig
from fleet_upstream.wire import OpenAIWire


class OpenAI:
    """Passes requests on. Callers may bring their own `openai_api_key`."""

    class Config(UpstreamConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = "https://api.openai.com/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        self._wire = OpenAIWire(config, key_name="openai_api_key")

    async def aclose(self) -> None:
        """Close all connections."""
        await self._wire.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer a conversation."""
        return await self._wire.chat(request, call)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Continue one or more texts."""
        return await self._wire.complete(request, call)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Turn texts into vectors."""
        return await self._wire.embed(request, call)

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Raise `Unimplemented`: OpenAI's API has no such thing."""
        raise Unimplemented("OpenAI's API cannot rerank; use a model of another provider.")

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the models on offer."""
        return [ProviderModel(o.id, o.type, o.metadata) for o in await self._wire.models(call)]
