"""What Oracle offers in a region.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai/20231130/ModelCollection/ListModels
"""

from urllib.parse import urlencode

import msgspec

from fleet_runtime.call import Call
from fleet_upstream.json_api import JsonApi
from fleet_upstream.listing import Listed, ModelType

_PAGE = "1000"
_NEXT = "opc-next-page"
_TYPES: dict[str, ModelType] = {
    "CHAT": "llm",
    "TEXT_EMBEDDINGS": "embedding",
    "TEXT_RERANK": "rerank",
}


class Model(msgspec.Struct, rename="camel"):
    """A model. Those that were fine-tuned are asked by their endpoints, and not by their names."""

    display_name: str
    type: str = "BASE"
    lifecycle_state: str = "ACTIVE"
    capabilities: list[str] = []

    def listed(self) -> Listed | None:
        """Return what is known of the model; nothing if it cannot be asked, or makes neither texts nor vectors."""
        kinds = [_TYPES[name] for name in self.capabilities if name in _TYPES]
        asked = (self.type, self.lifecycle_state) == ("BASE", "ACTIVE")
        return Listed(self.display_name, kinds[0]) if kinds and asked else None


class Models(msgspec.Struct):
    """A page of `GET /models`."""

    items: list[Model] = []


async def listed(api: JsonApi, compartment: str, call: Call | None) -> list[Listed]:
    """List the models that are allowed, each name once: versions of a model share it."""
    query: dict[str, str] | None = {"compartmentId": compartment, "limit": _PAGE}
    found: dict[str, Listed] = {}
    while query:
        url = api.base / f"models?{urlencode(query)}"
        page, headers = await api.page(url, Models, call)
        found |= {model.id: model for model in map(Model.listed, page.items) if model}
        following = headers.get(_NEXT)
        query = {**query, "page": following} if following else None
    return [model for model in found.values() if api.allows(model.id)]
