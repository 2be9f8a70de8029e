"""Texts as vectors, by each of Google's three methods for it.

Format: https://ai.google.dev/api/embeddings, https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
"""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.address import Address
from fleet_upstream.google.generating import method
from fleet_upstream.json_api import JsonApi
from fleet_upstream.native.at_once import at_once
from fleet_upstream.native.vectors import embedding_list

T = TypeVar("T")

# How many requests to send at once for one of ours.
_AT_ONCE = 16
# How many texts the vendor takes at once: Gemini in a batch, Vertex AI by its older method and that of one model.
_BATCH = 100
_PREDICTED = 250
_ALONE = "gemini-embedding-001"


class Values(msgspec.Struct):
    """A vector."""

    values: list[float] = []


class Counted(msgspec.Struct, rename="camel"):
    """What it cost, in tokens, where the server tells."""

    prompt_token_count: int = 0


class Embedded(msgspec.Struct, rename="camel"):
    """The answer to one text."""

    embedding: Values
    usage_metadata: Counted = msgspec.field(default_factory=Counted)


class Batch(msgspec.Struct, rename="camel"):
    """The answer to several texts."""

    embeddings: list[Values]
    usage_metadata: Counted = msgspec.field(default_factory=Counted)


class Statistics(msgspec.Struct):
    """What one text cost, in tokens."""

    token_count: float = 0


class Predicted(msgspec.Struct):
    """The vector of one text, by Vertex AI's older method."""

    values: list[float]
    statistics: Statistics = msgspec.field(default_factory=Statistics)


class Prediction(msgspec.Struct):
    """The answer for one text."""

    embeddings: Predicted


class Predictions(msgspec.Struct):
    """The answer to several texts."""

    predictions: list[Prediction]


async def embedded(
    api: JsonApi, model: Address, texts: Sequence[str], request: m.EmbeddingRequest, call: Call
) -> m.EmbeddingList:
    """Return the vectors of `texts` from the Gemini API. Fields that the contract does not know go with each text."""
    sent = _settings(request, call)
    if len(texts) == 1:
        url = method(model, "embedContent")
        one = await api.post(url, _content(texts[0]) | sent, Embedded, call)
        return embedding_list(
            [one.embedding.values], request, one.usage_metadata.prompt_token_count
        )
    url = method(model, "batchEmbedContents")
    name = {"model": f"models/{request.model.removeprefix('models/')}"}
    batches = await _all(
        [
            api.post(url, {"requests": [name | _content(t) | sent for t in some]}, Batch, call)
            for some in _batches(texts, _BATCH)
        ]
    )
    vectors = [vector.values for batch in batches for vector in batch.embeddings]
    cost = sum(batch.usage_metadata.prompt_token_count for batch in batches)
    return embedding_list(vectors, request, cost)


async def embedded_by_vertex(
    api: JsonApi, model: Address, texts: Sequence[str], request: m.EmbeddingRequest, call: Call
) -> m.EmbeddingList:
    """Return the vectors of `texts` from Vertex AI, whose older models are asked for predictions."""
    if _embeds(request.model):
        sent, url = _settings(request, call), method(model, "embedContent")
        answers = await _all([api.post(url, _content(t) | sent, Embedded, call) for t in texts])
        cost = sum(answer.usage_metadata.prompt_token_count for answer in answers)
        return embedding_list([answer.embedding.values for answer in answers], request, cost)
    url = method(model, "predict")
    some = _batches(texts, 1 if request.model.endswith(_ALONE) else _PREDICTED)
    told = await _all([api.post(url, _predict(t, request, call), Predictions, call) for t in some])
    found = [one.embeddings for answer in told for one in answer.predictions]
    cost = int(sum(one.statistics.token_count for one in found))
    return embedding_list([one.values for one in found], request, cost)


def _embeds(model: str) -> bool:
    """Say whether a model has the newer method: the rule is that of the vendor's own clients."""
    return ("gemini" in model and not model.endswith(_ALONE)) or "maas" in model


async def _all(work: Sequence[Awaitable[T]]) -> list[T]:
    """Return the results of all `work`, some of which is done at once."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(asking: Awaitable[T]) -> T:
        async with turn:
            return await asking

    return await at_once([one(asking) for asking in work])


def _batches(texts: Sequence[str], size: int) -> list[Sequence[str]]:
    return [texts[start : start + size] for start in range(0, len(texts), size)]


def _content(text: str) -> dict[str, Any]:
    return {"content": {"parts": [{"text": text}]}}


def _settings(request: m.EmbeddingRequest, call: Call) -> dict[str, Any]:
    """Return what is said of each text besides the text: the length of its vector, and what the caller adds."""
    length = {"outputDimensionality": request.dimensions} if request.dimensions else {}
    return length | (unknown_fields(request, call) or {})


def _predict(texts: Sequence[str], request: m.EmbeddingRequest, call: Call) -> dict[str, Any]:
    extra = unknown_fields(request, call) or {}
    length = {"outputDimensionality": request.dimensions} if request.dimensions else {}
    return {"instances": [{"content": text} | extra for text in texts], "parameters": length}
