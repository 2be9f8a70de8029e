"""What providers have in common whose servers speak OpenAI's API."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import AliasChoices, Field

from fleet.inference.v1 import messages as m
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import Unimplemented
from fleet_runtime.operation import Answer
from fleet_upstream.json_api import Authorization
from fleet_upstream.settings import UpstreamConfig
from fleet_upstream.wire import OpenAIWire


class TokenConfig(UpstreamConfig):
    """The settings of a provider whose key Llama Stack calls `api_token`."""

    api_key: Secret | str | None = Field(
        default=None,
        repr=False,
        validation_alias=AliasChoices("api_key", "auth_credential", "api_token"),
    )
    """The key to be let in with. A key that the caller sends is taken instead."""


class OpenAIServer:
    """Passes requests on, and answers back, byte for byte wherever nothing must change.

    Args:
        config: Where the server is, and how to be let in.
        key_name: What callers call their own key for it in their provider data, if they may bring one.
        authorization: How the server wants the key; as a bearer token, if unset.
        query: What every address ends in, such as `?api-version=1`.
        forward: What else of their provider data is sent on: the header that each key becomes.

    Attributes:
        wire: The way to the server.
    """

    def __init__(
        self,
        config: UpstreamConfig,
        key_name: str | None = None,
        authorization: Authorization | None = None,
        query: str = "",
        forward: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.wire = OpenAIWire(config, key_name, authorization, query, forward)

    async def aclose(self) -> None:
        """Close all connections."""
        await self.wire.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer a conversation."""
        return await self.wire.chat(request, call)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Continue one or more texts."""
        return await self.wire.complete(request, call)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Turn texts into vectors."""
        return await self.wire.embed(request, call)

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Raise `Unimplemented`: OpenAI's API has no such thing."""
        del request, call
        raise Unimplemented(
            "The provider of this model cannot rerank; use a model of another provider."
        )

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the models on offer."""
        return [ProviderModel(o.id, o.type, o.metadata) for o in await self.wire.models(call)]
