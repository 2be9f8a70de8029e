"""Vectors from Bedrock, whichever family of models makes them."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.address import Address
from fleet_upstream.bedrock.embedders import Embedder, embedder
from fleet_upstream.json_api import JsonApi, read
from fleet_upstream.native.at_once import at_once
from fleet_upstream.native.vectors import embedding_list
from fleet_upstream.refusals import garbage

# How many requests one caller's texts take at a time.
_AT_ONCE = 8
# The header in which a model's server says what it read.
_TOKENS = "x-amzn-bedrock-input-token-count"


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
        return family.vectors(answer.json), tokens
    except msgspec.DecodeError:
        raise garbage() from None
