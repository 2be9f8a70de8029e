"""`remote::hf::endpoint`: a dedicated endpoint on Hugging Face, found by its name.

Format: https://huggingface.co/docs/inference-endpoints, https://api.endpoints.huggingface.cloud
"""

import asyncio

import msgspec
from pydantic import Field

from fleet.inference.v1 import messages as m
from fleet_inference.openai_server import OpenAIServer, TokenConfig
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import Unavailable
from fleet_runtime.operation import Answer
from fleet_upstream.json_api import JsonApi


class HuggingFaceEndpoint:
    """Passes requests on to the endpoint, whose address is asked for at the first of them."""

    class Config(TokenConfig):
        """Which endpoint, and how to be let in."""

        endpoint_name: str = Field(examples=["acme/llama-3-8b"])
        """Its name, `<namespace>/<name>`, or `<name>` for one of the token's own user."""
        base_url: str | Secret = "https://api.endpoints.huggingface.cloud/v2"
        """Where the API begins that knows the endpoints."""
        hub_url: str = "https://huggingface.co"
        """The hub, which knows whose the token is."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._api = JsonApi(config)
        self._hub = JsonApi(config.model_copy(update={"base_url": config.hub_url}))
        self._server: OpenAIServer | None = None
        self._turn = asyncio.Lock()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._api.aclose()
        await self._hub.aclose()
        if self._server:
            await self._server.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer a conversation."""
        return await (await self._found()).chat(request, call)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Continue one or more texts."""
        return await (await self._found()).complete(request, call)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Turn texts into vectors."""
        return await (await self._found()).embed(request, call)

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Raise `Unimplemented`: OpenAI's API has no such thing."""
        return await (await self._found()).rerank(request, call)

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the models of the endpoint."""
        return await (await self._found()).models(call)

    async def _found(self) -> OpenAIServer:
        """Return the endpoint. Raises `Unavailable` while it does not run."""
        if self._server is None:
            async with self._turn:
                self._server = self._server or await self._find()
        return self._server

    async def _find(self) -> OpenAIServer:
        name = self._config.endpoint_name
        if "/" not in name:
            user = await self._hub.get(self._hub.base / "api/whoami-v2", _User)
            name = f"{user.name}/{name}"
        endpoint = await self._api.get(self._api.base / f"endpoint/{name}", _Endpoint)
        if not endpoint.status.url:
            raise Unavailable(
                f"The endpoint '{name}' is {endpoint.status.state}; start it, and try again.",
                code="endpoint_not_running",
            )
        base_url = f"{endpoint.status.url.rstrip('/')}/v1"
        return OpenAIServer(self._config.model_copy(update={"base_url": base_url}))


class _User(msgspec.Struct):
    """The answer to `GET /api/whoami-v2`."""

    name: str


class _Status(msgspec.Struct):
    state: str
    url: str | None = None


class _Endpoint(msgspec.Struct):
    """The answer to `GET /endpoint/{namespace}/{name}`."""

    status: _Status
