"""`remote::ollama`: an Ollama server.

Its own paths: https://github.com/ollama/ollama/blob/main/docs/api.md
"""

import asyncio
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ModelType, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import Unimplemented, UpstreamFailed
from fleet_runtime.operation import Answer
from fleet_upstream.listing import guessed_type
from fleet_upstream.settings import UpstreamConfig
from fleet_upstream.wire import OpenAIWire

# How many models to ask about at once.
_AT_ONCE = 8


class Ollama:
    """Passes requests on."""

    class Config(UpstreamConfig):
        """Where the server is."""

        base_url: str | Secret = "http://localhost:11434/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        self._wire = OpenAIWire(config)
        self._tags, self._show = self._wire.root / "api/tags", self._wire.root / "api/show"

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
        """Raise `Unimplemented`: Ollama has no such thing."""
        raise Unimplemented("Ollama cannot rerank; use a model of another provider.")

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the models that are pulled, with what Ollama knows of each."""
        tags = await self._wire.api.get(self._tags, _Tags, call)
        names = [tag.name for tag in tags.models if self._wire.api.allows(tag.name)]
        turn = asyncio.Semaphore(_AT_ONCE)

        async def described(name: str) -> ProviderModel:
            async with turn:
                shown = await self._shown(name, call)
            return ProviderModel(name, shown.type_of(name), shown.metadata())

        return await asyncio.gather(*map(described, names))

    async def _shown(self, name: str, call: Call | None) -> "_Shown":
        try:
            return await self._wire.api.post(self._show, {"model": name}, _Shown, call)
        except UpstreamFailed:
            # One model that Ollama cannot read must not hide the others.
            return _Shown()


class _Tag(msgspec.Struct):
    name: str


class _Tags(msgspec.Struct):
    """The answer to `GET /api/tags`."""

    models: list[_Tag]


class _Shown(msgspec.Struct):
    """The answer to `POST /api/show`. Old servers leave `capabilities` out."""

    capabilities: list[str] = []
    model_info: dict[str, Any] = {}

    def type_of(self, name: str) -> ModelType:
        """Return what the model is for."""
        if not self.capabilities:
            return guessed_type(name)
        return "llm" if "completion" in self.capabilities else "embedding"

    def metadata(self) -> dict[str, Any]:
        """Return the lengths of context and vectors, which Ollama files under the architecture's name."""
        architecture = self.model_info.get("general.architecture")
        found = {"context_length": self.model_info.get(f"{architecture}.context_length")}
        if "embedding" in self.capabilities:
            found["embedding_dimension"] = self.model_info.get(f"{architecture}.embedding_length")
        return {name: value for name, value in found.items() if value is not None}
