"""Reranking as most servers have it, after Jina's and Cohere's APIs.

Format: https://jina.ai/reranker, https://docs.cohere.com/reference/rerank
"""

from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.address import Address
from fleet_upstream.json_api import JsonApi


class Ranking(msgspec.Struct):
    """The answer: what each document is worth, in any order."""

    results: list[m.RerankData]


async def rerank(
    api: JsonApi, url: Address, request: m.RerankRequest, call: Call
) -> m.RerankResponse:
    """Ask the server at `url`; return the best first."""
    api.check_allowed(request.model)
    asked: dict[str, Any] = {
        **(unknown_fields(request, call) or {}),
        "model": request.model,
        "query": text_of(request.query, "query"),
        "documents": texts_of(request),
    }
    if request.max_num_results:
        asked["top_n"] = request.max_num_results
    answer = await api.post(url, asked, Ranking, call)
    return best_first(answer.results, None)


def best_first(found: list[m.RerankData], most: int | None) -> m.RerankResponse:
    """Return at most `most` results, the best first."""
    return m.RerankResponse(data=sorted(found, key=lambda r: -r.relevance_score)[:most])


def texts_of(request: m.RerankRequest) -> list[str]:
    """Return what is to be ordered. Raises `InvalidArgument` if anything of it is no text."""
    return [text_of(item, f"items[{i}]") for i, item in enumerate(request.items)]


def text_of(item: m.RerankText, param: str) -> str:
    """Return the text of `item`. Raises `InvalidArgument`, which names `param`, if it has none."""
    if isinstance(item, str):
        return item
    if item.text is None:
        raise InvalidArgument(
            f"'{param}' has no text; the provider of this model reranks texts only.", param=param
        )
    return item.text
