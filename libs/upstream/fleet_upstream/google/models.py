"""The models that Google lists.

Format: https://ai.google.dev/api/models, https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models
"""

from collections.abc import AsyncGenerator
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from fleet_runtime.call import Call
from fleet_upstream.address import Address
from fleet_upstream.json_api import JsonApi
from fleet_upstream.listing import Listed, ModelType, guessed_type

_LLM = "generateContent"
_EMBEDDING = frozenset({"embedContent", "batchEmbedContents", "embedText"})


class Model(msgspec.Struct, rename="camel"):
    """A model of the Gemini API."""

    name: str
    input_token_limit: int | None = None
    output_token_limit: int | None = None
    supported_generation_methods: list[str] = []

    def listed(self) -> Listed | None:
        """Return it as it is offered here; nothing if it makes neither text nor vectors."""
        methods = self.supported_generation_methods
        kind: ModelType = "llm" if _LLM in methods else "embedding"
        if _LLM not in methods and _EMBEDDING.isdisjoint(methods):
            return None
        known = {
            "context_length": self.input_token_limit,
            "max_output_tokens": self.output_token_limit,
        }
        metadata = {name: value for name, value in known.items() if value}
        return Listed(self.name.removeprefix("models/"), kind, metadata)


class PublisherModel(msgspec.Struct):
    """A model of Vertex AI, which says of it little more than its name."""

    name: str

    def listed(self) -> Listed | None:
        """Return it as it is offered here; nothing if it makes neither text nor vectors."""
        name = self.name.removeprefix("publishers/google/models/")
        kind = guessed_type(name)
        return (
            Listed(name, kind)
            if kind == "embedding" or name.startswith(("gemini", "gemma"))
            else None
        )


class ModelPage(msgspec.Struct, rename="camel"):
    """One page of the Gemini API's models."""

    models: list[Model] = []
    next_page_token: str = ""

    @property
    def entries(self) -> list[Model]:
        """The models."""
        return self.models


class PublisherPage(msgspec.Struct, rename="camel"):
    """One page of Vertex AI's models."""

    publisher_models: list[PublisherModel] = []
    next_page_token: str = ""

    @property
    def entries(self) -> list[PublisherModel]:
        """The models."""
        return self.publisher_models


PageT = TypeVar("PageT", ModelPage, PublisherPage)


async def listed(
    api: JsonApi, folder: Address, kind: type[PageT], size: int, call: Call | None
) -> list[Listed]:
    """Return all models in `folder` that are allowed, of which the server shows `size` at once."""
    found: dict[str, Listed] = {}
    async for page in _pages(api, folder, kind, size, call):
        for entry in page.entries:
            model = entry.listed()
            if model and api.allows(model.id):
                found[model.id] = model
    return list(found.values())


async def _pages(
    api: JsonApi, folder: Address, kind: type[PageT], size: int, call: Call | None
) -> AsyncGenerator[PageT, None]:
    query = {"pageSize": str(size)}
    while True:
        url = Address(folder.scheme, folder.host, folder.port, f"{folder.path}?{urlencode(query)}")
        page = await api.get(url, kind, call)
        yield page
        if not page.next_page_token or page.next_page_token == query.get("pageToken"):
            return
        query["pageToken"] = page.next_page_token
