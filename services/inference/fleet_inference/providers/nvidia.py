"""`remote::nvidia`: NVIDIA's NIM microservices, hosted or one's own.

Format: https://docs.nvidia.com/nim
"""

import msgspec
from pydantic import Field, PositiveFloat

from fleet.inference.v1 import messages as m
from fleet_inference.openai_server import OpenAIServer
from fleet_inference.provider import ProviderModel
from fleet_inference.ranking import best_first, text_of, texts_of
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import NotFound
from fleet_runtime.operation import Answer
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.json_api import JsonApi
from fleet_upstream.settings import Timeouts, UpstreamConfig

KEY = "nvidia_api_key"
_RETRIEVAL = "https://ai.api.nvidia.com/v1/retrieval/nvidia"
_RERANKERS = {
    "nv-rerank-qa-mistral-4b:1": f"{_RETRIEVAL}/reranking",
    "nvidia/nv-rerankqa-mistral-4b-v3": f"{_RETRIEVAL}/nv-rerankqa-mistral-4b-v3/reranking",
    "nvidia/llama-3.2-nv-rerankqa-1b-v2": f"{_RETRIEVAL}/llama-3_2-nv-rerankqa-1b-v2/reranking",
}


class Nvidia(OpenAIServer):
    """Passes requests on. Callers may bring their own `nvidia_api_key`."""

    class Config(UpstreamConfig):
        """Where the servers are, and how to be let in."""

        base_url: str | Secret = "https://integrate.api.nvidia.com/v1"
        """Where the API begins."""
        timeout: PositiveFloat = 60.0
        """The longest silence of the server, in seconds, unless `network.timeout` says another."""
        rerank_model_to_url: dict[str, str] = Field(default=_RERANKERS)
        """Where each reranking model is: every one has an address of its own."""

    def __init__(self, config: Config) -> None:
        config = _patient(config)
        super().__init__(config, key_name=KEY)
        self._rerankers = {
            model: JsonApi(config.model_copy(update={"base_url": url}), KEY)
            for model, url in config.rerank_model_to_url.items()
        }

    async def aclose(self) -> None:
        """Close all connections."""
        for api in self._rerankers.values():
            await api.aclose()
        await super().aclose()

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Turn texts into vectors: as queries, unless the caller's `input_type` is `passage`."""
        return await self.wire.embed(request, call, input_type="query")

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Order texts by how well they answer a query."""
        self.wire.api.check_allowed(request.model)
        api = self._rerankers.get(request.model)
        if api is None:
            raise NotFound(
                f"No address is configured for '{request.model}'; add it to `rerank_model_to_url`.",
                code="model_not_found",
                param="model",
            )
        asked = {
            **(unknown_fields(request, call) or {}),
            "model": request.model,
            "query": {"text": text_of(request.query, "query")},
            "passages": [{"text": text} for text in texts_of(request)],
        }
        ranked = (await api.post(api.base, asked, _Ranked, call)).rankings
        found = [m.RerankData(index=rank.index, relevance_score=rank.logit) for rank in ranked]
        return best_first(found, request.max_num_results)

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the models on offer, and the rerankers that are configured."""
        rerankers = [
            ProviderModel(model, "rerank")
            for model in self._rerankers
            if self.wire.api.allows(model)
        ]
        return [m for m in await super().models(call) if m.id not in self._rerankers] + rerankers


class _Rank(msgspec.Struct):
    index: int
    logit: float


class _Ranked(msgspec.Struct):
    """The answer of a reranker."""

    rankings: list[_Rank]


def _patient(config: Nvidia.Config) -> Nvidia.Config:
    """Return `config` with its `timeout` where all servers have theirs."""
    network = config.network
    if "timeout" in network.model_fields_set:
        return config
    patient = network.model_copy(update={"timeout": Timeouts(read=config.timeout)})
    return config.model_copy(update={"network": patient})
