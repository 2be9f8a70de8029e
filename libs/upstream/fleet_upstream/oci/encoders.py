"""Vectors and rankings by Oracle.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/EmbedTextResult/EmbedText,
https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/RerankTextResult/RerankText
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.json_api import JsonApi
from fleet_upstream.native.vectors import embedding_list
from fleet_upstream.oci.answers import Cost
from fleet_upstream.oci.requests import place

# What one request takes.
_MOST_TEXTS = 96


class Embeddings(msgspec.Struct):
    """The answer of `POST /actions/embedText`."""

    embeddings: list[list[float]]
    usage: Cost | None = None


class Rank(msgspec.Struct, rename="camel"):
    """What one text is worth."""

    index: int
    relevance_score: float


class Ranking(msgspec.Struct, rename="camel"):
    """The answer of `POST /actions/rerankText`."""

    document_ranks: list[Rank]


async def embedded(
    api: JsonApi,
    texts: Sequence[str],
    *,
    request: m.EmbeddingRequest,
    call: Call,
    compartment: str,
) -> m.EmbeddingList:
    """Return the vectors of `texts`: as documents, unless the caller's `inputType` says another."""
    asked: dict[str, Any] = {
        "inputType": "SEARCH_DOCUMENT",
        **(unknown_fields(request, call) or {}),
        **place(request.model, compartment),
    }
    if request.dimensions:
        asked["outputDimensions"] = request.dimensions
    vectors, tokens = [], 0
    for start in range(0, len(texts), _MOST_TEXTS):
        some = asked | {"inputs": texts[start : start + _MOST_TEXTS]}
        answer = await api.post(api.base / "actions/embedText", some, Embeddings, call)
        vectors += answer.embeddings
        tokens += answer.usage.prompt_tokens if answer.usage else 0
    return embedding_list(vectors, request, tokens)


async def ranked(
    api: JsonApi,
    query: str,
    texts: Sequence[str],
    *,
    request: m.RerankRequest,
    call: Call,
    compartment: str,
) -> list[m.RerankData]:
    """Return what `texts` are worth, as many of them as `request` wants."""
    asked: dict[str, Any] = {
        **(unknown_fields(request, call) or {}),
        **place(request.model, compartment),
        "input": query,
        "documents": texts,
    }
    if request.max_num_results:
        asked["topN"] = request.max_num_results
    answer = await api.post(api.base / "actions/rerankText", asked, Ranking, call)
    return [
        m.RerankData(index=rank.index, relevance_score=rank.relevance_score)
        for rank in answer.document_ranks
    ]
