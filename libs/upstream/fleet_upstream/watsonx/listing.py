"""What watsonx.ai offers in a region.

Format: https://cloud.ibm.com/apidocs/watsonx-ai#list-foundation-model-specs
"""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from fleet_runtime.call import Call
from fleet_upstream.json_api import JsonApi
from fleet_upstream.listing import Listed, ModelType

_PAGE = "200"
_TYPES: dict[str, ModelType] = {
    "embedding": "embedding",
    "rerank": "rerank",
    "text_chat": "llm",
    "text_generation": "llm",
}


class Function(msgspec.Struct):
    """What a model can do."""

    id: str


class Limits(msgspec.Struct):
    """How much a model takes, in tokens, and how long its vectors are."""

    max_sequence_length: int | None = None
    embedding_dimension: int | None = None


class Model(msgspec.Struct):
    """A model."""

    model_id: str
    functions: list[Function] = []
    model_limits: Limits = msgspec.field(default_factory=Limits)

    def listed(self) -> Listed | None:
        """Return what is known of the model; nothing if it is of no type that is served here."""
        kinds = [_TYPES[function.id] for function in self.functions if function.id in _TYPES]
        if not kinds:
            return None
        known: dict[str, Any] = {
            "context_length": self.model_limits.max_sequence_length,
            "embedding_dimension": self.model_limits.embedding_dimension,
        }
        metadata = {name: value for name, value in known.items() if value}
        return Listed(self.model_id, kinds[0], metadata)


class Link(msgspec.Struct):
    """Where another page is."""

    href: str


class Models(msgspec.Struct):
    """A page of `GET /ml/v1/foundation_model_specs`."""

    resources: list[Model] = []
    next: Link | None = None


async def listed(api: JsonApi, version: str, call: Call | None) -> list[Listed]:
    """List the models that are allowed."""
    query: dict[str, str] | None = {"version": version, "limit": _PAGE}
    found: list[Listed | None] = []
    while query:
        url = api.base / f"ml/v1/foundation_model_specs?{urlencode(query)}"
        page = await api.get(url, Models, call)
        found += [model.listed() for model in page.resources]
        start = _start(page.next)
        query = {**query, "start": start} if start else None
    return [model for model in found if model and api.allows(model.id)]


def _start(link: Link | None) -> str | None:
    """Return what names the page behind `link`, whose host may not be the one by which we came."""
    values = parse_qs(urlsplit(link.href).query).get("start") if link else None
    return values[0] if values else None
