"""`remote::ollama`: an Ollama server.

Its own paths: https://github.com/ollama/ollama/blob/main/docs/api.md
"""

import asyncio
from typing import Any

import msgspec

from fleet_inference.openai_server import OpenAIServer
from fleet_inference.provider import ModelType, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.listing import guessed_type
from fleet_upstream.settings import UpstreamConfig

# How many models to ask about at once.
_AT_ONCE = 8


class Ollama(OpenAIServer):
    """Passes requests on."""

    class Config(UpstreamConfig):
        """Where the server is."""

        base_url: str | Secret = "http://localhost:11434/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._tags, self._show = self.wire.root / "api/tags", self.wire.root / "api/show"

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the models that are pulled, with what Ollama knows of each."""
        tags = await self.wire.api.get(self._tags, _Tags, call)
        names = [tag.name for tag in tags.models if self.wire.api.allows(tag.name)]
        turn = asyncio.Semaphore(_AT_ONCE)

        async def described(name: str) -> ProviderModel:
            async with turn:
                shown = await self._shown(name, call)
            return ProviderModel(name, shown.type_of(name), shown.metadata())

        return await asyncio.gather(*map(described, names))

    async def _shown(self, name: str, call: Call | None) -> "_Shown":
        try:
            return await self.wire.api.post(self._show, {"model": name}, _Shown, call)
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
