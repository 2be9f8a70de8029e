"""`remote::together`: Together AI.

Format: https://docs.together.ai/reference
"""

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.openai_server import OpenAIServer
from fleet_inference.provider import ModelType, ProviderModel
from fleet_inference.ranking import rerank
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.operation import Answer
from fleet_upstream.settings import UpstreamConfig

_TYPES: dict[str, ModelType] = {
    "chat": "llm",
    "code": "llm",
    "language": "llm",
    "embedding": "embedding",
    "rerank": "rerank",
}


class Together(OpenAIServer):
    """Passes requests on. Callers may bring their own `together_api_key`."""

    class Config(UpstreamConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = "https://api.together.xyz/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, key_name="together_api_key")
        self._rerank = self.wire.api.base / "rerank"
        self._models = self.wire.api.base / "models"

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Order texts by how well they answer a query."""
        return await rerank(self.wire.api, self._rerank, request, call)

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the models on offer that answer with text, vectors or ranks; others make images and sound."""
        api = self.wire.api
        listed = await api.get(self._models, list[_Model], call)
        return [
            ProviderModel(model.id, _TYPES[model.type], model.metadata())
            for model in listed
            if model.type in _TYPES and api.allows(model.id)
        ]


class _Model(msgspec.Struct):
    """An item of the answer to `GET /models`, which is a bare list."""

    id: str
    type: str = "chat"
    context_length: int | None = None

    def metadata(self) -> dict[str, int]:
        return {"context_length": self.context_length} if self.context_length else {}
