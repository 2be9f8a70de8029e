"""`remote::text-embeddings-inference`: Hugging Face's server for encoders (TEI).

Format: https://huggingface.github.io/text-embeddings-inference
"""

from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.openai_server import OpenAIServer
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ModelType, ProviderModel
from fleet_inference.ranking import best_first, text_of, texts_of
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import Unimplemented
from fleet_runtime.operation import Answer
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.settings import UpstreamConfig


class TextEmbeddingsInference(OpenAIServer):
    """Passes requests on: embeddings by OpenAI's path, reranking by the server's own."""

    class Config(UpstreamConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = "http://localhost:8080/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._rerank, self._info = self.wire.root / "rerank", self.wire.root / "info"

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Raise `Unimplemented`: the server has no language models."""
        del request, call
        raise _no_text()

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Raise `Unimplemented`: the server has no language models."""
        del request, call
        raise _no_text()

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Order texts by how well they answer a query."""
        self.wire.api.check_allowed(request.model)
        asked: dict[str, Any] = {
            **(unknown_fields(request, call) or {}),
            "query": text_of(request.query, "query"),
            "texts": texts_of(request),
        }
        ranks = await self.wire.api.post(self._rerank, asked, list[_Rank], call)
        found = [m.RerankData(index=rank.index, relevance_score=rank.score) for rank in ranks]
        return best_first(found, request.max_num_results)

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the one model that the server has."""
        info = await self.wire.api.get(self._info, _Info, call)
        if not self.wire.api.allows(info.model_id):
            return []
        kind: ModelType = "rerank" if "reranker" in info.model_type else "embedding"
        metadata = {"context_length": info.max_input_length} if info.max_input_length else {}
        return [ProviderModel(info.model_id, kind, metadata)]


class _Rank(msgspec.Struct):
    """An item of the answer to `POST /rerank`."""

    index: int
    score: float


class _Info(msgspec.Struct):
    """The answer to `GET /info`."""

    model_id: str
    model_type: dict[str, Any] = {}
    max_input_length: int | None = None


def _no_text() -> Unimplemented:
    return Unimplemented("Text Embeddings Inference has no language models, only encoders.")
