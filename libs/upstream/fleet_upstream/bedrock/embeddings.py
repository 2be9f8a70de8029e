"""Embedding models on Bedrock: each vendor's have a format of their own.

Format: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import Unimplemented
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.address import Address
from fleet_upstream.json_api import JsonApi, read
from fleet_upstream.native.at_once import at_once
from fleet_upstream.native.fields import wrong
from fleet_upstream.native.vectors import embedding_list
from fleet_upstream.refusals import garbage

# What Cohere's models take at once.
_MOST_TEXTS = 96
# How many requests one caller's texts take at a time.
_AT_ONCE = 8
# The header in which a model's server says what it read.
_TOKENS = "x-amzn-bedrock-input-token-count"


class Embedder(Protocol):
    """How a family of models is asked for vectors, and answers."""

    def bodies(
        self, texts: Sequence[str], request: m.EmbeddingRequest, extra: Mapping[str, msgspec.Raw]
    ) -> Iterator[dict[str, Any]]:
        """Yield the requests that `texts` take, in their order; `extra` are fields of the vendor's own."""
        ...

    def vectors(self, answer: bytes) -> list[list[float]]:
        """Return the vectors in an answer. Raises `msgspec.DecodeError` if it has none."""
        ...


async def embedded(
    api: JsonApi, url: Address, texts: Sequence[str], request: m.EmbeddingRequest, call: Call
) -> m.EmbeddingList:
    """Return the vectors of `texts`, as `request` wants them, from the model that is at `url`."""
    family, turn = embedder(request.model), asyncio.Semaphore(_AT_ONCE)

    async def ask(body: dict[str, Any]) -> tuple[list[list[float]], int]:
        async with turn:
            return await _answered(api, url, body, call, family)

    extra = unknown_fields(request, call) or {}
    found = await at_once([ask(body) for body in family.bodies(texts, request, extra)])
    vectors = [vector for some, _ in found for vector in some]
    return embedding_list(vectors, request, sum(tokens for _, tokens in found))


async def _answered(
    api: JsonApi, url: Address, body: dict[str, Any], call: Call, family: Embedder
) -> tuple[list[list[float]], int]:
    """Return the vectors that a model answers, and how many tokens it read."""
    key = api.key(call)
    async with await api.posted(url, msgspec.json.encode(body), key, call) as response:
        answer = await read(response, key)
        tokens = int(response.headers.get(_TOKENS, 0))
    try:
        return family.vectors(answer), tokens
    except msgspec.DecodeError:
        raise garbage() from None


def embedder(model: str) -> Embedder:
    """Return how `model` is asked, by its name.

    Raises:
        Unimplemented: It is of no family that is known here.
    """
    if "titan-embed-text" in model:
        return Titan(sized="titan-embed-text-v2" in model)
    if "cohere.embed" in model:
        return Cohere(sized="cohere.embed-v4" in model)
    raise Unimplemented(
        "On Bedrock, only Amazon's Titan and Cohere's models are asked for vectors; use one of"
        " them, or another provider."
    )


class _TitanAnswer(msgspec.Struct):
    embedding: list[float]


class Titan:
    """Amazon's Titan models: a request for each text; the second version can shorten vectors."""

    def __init__(self, *, sized: bool) -> None:
        self._sized = sized

    def bodies(
        self, texts: Sequence[str], request: m.EmbeddingRequest, extra: Mapping[str, msgspec.Raw]
    ) -> Iterator[dict[str, Any]]:
        """Yield a request for each text."""
        size = _size(request, "dimensions", sized=self._sized)
        for text in texts:
            yield {**extra, "inputText": text, **size}

    def vectors(self, answer: bytes) -> list[list[float]]:
        """Return the one vector."""
        return [msgspec.json.decode(answer, type=_TitanAnswer).embedding]


class _ByType(msgspec.Struct):
    float: list[list[float]]


class _CohereAnswer(msgspec.Struct):
    embeddings: list[list[float]] | _ByType


class Cohere:
    """Cohere's models: many texts at once, as documents unless the caller's `input_type` says another."""

    def __init__(self, *, sized: bool) -> None:
        self._sized = sized

    def bodies(
        self, texts: Sequence[str], request: m.EmbeddingRequest, extra: Mapping[str, msgspec.Raw]
    ) -> Iterator[dict[str, Any]]:
        """Yield a request for as many texts as one takes."""
        size = _size(request, "output_dimension", sized=self._sized)
        for start in range(0, len(texts), _MOST_TEXTS):
            some = texts[start : start + _MOST_TEXTS]
            yield {"input_type": "search_document", **extra, "texts": some, **size}

    def vectors(self, answer: bytes) -> list[list[float]]:
        """Return the vectors, which come bare or by their type."""
        found = msgspec.json.decode(answer, type=_CohereAnswer).embeddings
        return found.float if isinstance(found, _ByType) else found


def _size(request: m.EmbeddingRequest, name: str, *, sized: bool) -> dict[str, int]:
    """Return the field that sets the length of the vectors."""
    if request.dimensions is None:
        return {}
    if not sized:
        raise wrong("dimensions", "is nothing that this model has; leave it out")
    return {name: request.dimensions}
