"""Reranking with Bedrock.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.json_api import JsonApi


class Result(msgspec.Struct, rename="camel"):
    """What one text is worth."""

    index: int
    relevance_score: float


class Page(msgspec.Struct, rename="camel"):
    """The answer of `POST /rerank`: all results, or some of them."""

    results: list[Result]
    next_token: str | None = None


async def ranked(
    api: JsonApi,
    arn: str,
    query: str,
    texts: Sequence[str],
    *,
    request: m.RerankRequest,
    call: Call,
) -> list[m.RerankData]:
    """Return what the model `arn` says that `texts` are worth, as many of them as `request` wants.

    Fields of the request that OpenAI's API does not know go to the model itself.
    """
    body = _body(arn, query, texts, request.max_num_results)
    extra = unknown_fields(request, call)
    if extra:
        asked = body["rerankingConfiguration"]["bedrockRerankingConfiguration"]
        asked["modelConfiguration"]["additionalModelRequestFields"] = extra
    found: list[m.RerankData] = []
    while True:
        page = await api.post(api.base / "rerank", body, Page, call)
        found += [
            m.RerankData(index=result.index, relevance_score=result.relevance_score)
            for result in page.results
        ]
        if page.next_token is None:
            return found
        body["nextToken"] = page.next_token


def _body(arn: str, query: str, texts: Sequence[str], most: int | None) -> dict[str, Any]:
    asked = {
        "modelConfiguration": {"modelArn": arn},
        "numberOfResults": min(most or len(texts), len(texts)),
    }
    return {
        "queries": [{"type": "TEXT", "textQuery": {"text": query}}],
        "rerankingConfiguration": {
            "type": "BEDROCK_RERANKING_MODEL",
            "bedrockRerankingConfiguration": asked,
        },
        "sources": [{"type": "INLINE", "inlineDocumentSource": _document(t)} for t in texts],
    }


def model_arn(model: str, region: str) -> str:
    """Return the ARN of a foundation model, which its region and its name make up."""
    if model.startswith("arn:"):
        return model
    partition = "aws-cn" if region.startswith("cn-") else "aws"
    if region.startswith("us-gov-"):
        partition = "aws-us-gov"
    return f"arn:{partition}:bedrock:{region}::foundation-model/{model}"


def _document(text: str) -> dict[str, Any]:
    return {"type": "TEXT", "textDocument": {"text": text}}
