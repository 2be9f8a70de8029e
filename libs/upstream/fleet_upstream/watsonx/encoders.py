"""Vectors and rankings by watsonx.ai.

Format: https://cloud.ibm.com/apidocs/watsonx-ai#text-embeddings, https://cloud.ibm.com/apidocs/watsonx-ai#text-rerank
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.address import Address
from fleet_upstream.json_api import JsonApi
from fleet_upstream.native.fields import wrong
from fleet_upstream.native.vectors import embedding_list

# What one request takes.
_MOST_TEXTS = 1000


class Embedded(msgspec.Struct):
    """One vector."""

    embedding: list[float]


class Embeddings(msgspec.Struct):
    """The answer of `POST /ml/v1/text/embeddings`."""

    results: list[Embedded]
    input_token_count: int = 0


class Ranked(msgspec.Struct):
    """What one text is worth."""

    index: int
    score: float


class Ranking(msgspec.Struct):
    """The answer of `POST /ml/v1/text/rerank`."""

    results: list[Ranked]


async def embedded(
    api: JsonApi,
    url: Address,
    texts: Sequence[str],
    *,
    request: m.EmbeddingRequest,
    call: Call,
    place: Mapping[str, str],
) -> m.EmbeddingList:
    """Return the vectors of `texts`, as `request` wants them."""
    if request.dimensions is not None:
        raise wrong("dimensions", "is nothing that watsonx.ai has; leave it out")
    extra = unknown_fields(request, call) or {}
    vectors, tokens = [], 0
    for start in range(0, len(texts), _MOST_TEXTS):
        some = texts[start : start + _MOST_TEXTS]
        asked: dict[str, Any] = {**extra, "model_id": request.model, "inputs": some, **place}
        answer = await api.post(url, asked, Embeddings, call)
        vectors += [result.embedding for result in answer.results]
        tokens += answer.input_token_count
    return embedding_list(vectors, request, tokens)


async def ranked(
    api: JsonApi,
    url: Address,
    query: str,
    texts: Sequence[str],
    *,
    request: m.RerankRequest,
    call: Call,
    place: Mapping[str, str],
) -> list[m.RerankData]:
    """Return what `texts` are worth, as many of them as `request` wants."""
    asked: dict[str, Any] = {
        **(unknown_fields(request, call) or {}),
        "model_id": request.model,
        "inputs": [{"text": text} for text in texts],
        "query": query,
        **place,
    }
    if request.max_num_results:
        asked["parameters"] = {"return_options": {"top_n": request.max_num_results}}
    answer = await api.post(url, asked, Ranking, call)
    return [m.RerankData(index=one.index, relevance_score=one.score) for one in answer.results]
