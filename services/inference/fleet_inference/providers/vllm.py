"""`remote::vllm`: a vLLM server.

Its own paths: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
"""

from pathlib import Path
from typing import Any

import msgspec
from pydantic import AliasChoices, Field, PositiveInt

from fleet.inference.v1 import messages as m
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.operation import Answer
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.settings import UpstreamConfig
from fleet_upstream.wire import OpenAIWire


class Vllm:
    """Passes requests on. Callers may bring their own `vllm_api_token`."""

    class Config(UpstreamConfig):
        """Where the server is, and how to be let in."""

        api_key: Secret | str | None = Field(
            default=None,
            repr=False,
            validation_alias=AliasChoices("api_key", "auth_credential", "api_token"),
        )
        """The key to be let in with. A key that the caller sends is taken instead."""
        max_tokens: PositiveInt | None = 4096
        """The length of chat answers for which the request sets none."""
        tls_verify: bool | Path | None = None
        """Deprecated form of `network.tls.verify`."""

    def __init__(self, config: Config) -> None:
        self._wire = OpenAIWire(_with_tls_verify(config), key_name="vllm_api_token")
        self._max_tokens = config.max_tokens
        self._rerank = self._wire.root / "rerank"

    async def aclose(self) -> None:
        """Close all connections."""
        await self._wire.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer a conversation."""
        if request.max_tokens is None and request.max_completion_tokens is None:
            request = msgspec.structs.replace(request, max_tokens=self._max_tokens)
        return await self._wire.chat(request, call)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Continue one or more texts."""
        return await self._wire.complete(request, call)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Turn texts into vectors."""
        return await self._wire.embed(request, call)

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Order texts by how well they answer a query."""
        self._wire.api.check_allowed(request.model)
        asked: dict[str, Any] = {
            **(unknown_fields(request, call) or {}),
            "model": request.model,
            "query": _text(request.query, "query"),
            "documents": [_text(x, f"items[{i}]") for i, x in enumerate(request.items)],
        }
        if request.max_num_results:
            asked["top_n"] = request.max_num_results
        answer = await self._wire.api.post(self._rerank, asked, _Ranking, call)
        return m.RerankResponse(data=sorted(answer.results, key=lambda r: -r.relevance_score))

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the models on offer."""
        return [ProviderModel(o.id, o.type, o.metadata) for o in await self._wire.models(call)]


class _Ranking(msgspec.Struct):
    """The answer to `POST /rerank`, which is Jina's and Cohere's."""

    results: list[m.RerankData]


def _with_tls_verify(config: Vllm.Config) -> Vllm.Config:
    """Return `config` with `tls_verify` in its new place."""
    if config.tls_verify is None:
        return config
    tls = config.network.tls.model_copy(update={"verify": config.tls_verify})
    network = config.network.model_copy(update={"tls": tls})
    return config.model_copy(update={"network": network})


def _text(item: m.RerankText, param: str) -> str:
    if isinstance(item, str):
        return item
    if item.text is None:
        raise InvalidArgument(f"'{param}' has no text; vLLM reranks texts only.", param=param)
    return item.text
