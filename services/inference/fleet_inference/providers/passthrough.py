"""`remote::passthrough`: any server of OpenAI's API, the caller's own included."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from fleet.inference.v1 import messages as m
from fleet_inference.callers_server import ask, callers_address
from fleet_inference.openai_server import OpenAIServer
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import InvalidArgument, Unimplemented
from fleet_runtime.operation import Answer
from fleet_upstream.forwarding import ForwardingConfig
from fleet_upstream.wire import OpenAIWire

T = TypeVar("T")

KEY = "passthrough_api_key"
URL = "passthrough_url"


class Passthrough:
    """Passes requests on. Callers may bring their own `passthrough_api_key` and `passthrough_url`."""

    class Config(ForwardingConfig):
        """Where the server is unless the caller says so, and what of the provider data it is told."""

        base_url: str | Secret | None = None  # type: ignore[assignment]  # callers may name it
        """Where the API begins. Without it every caller must say so."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._server = (
            OpenAIServer(config, KEY, forward=config.forward_headers) if config.base_url else None
        )

    async def aclose(self) -> None:
        """Close all connections."""
        if self._server:
            await self._server.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer a conversation."""
        return await self._asked(call, lambda wire: wire.chat(request, call))

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Continue one or more texts."""
        return await self._asked(call, lambda wire: wire.complete(request, call))

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Turn texts into vectors."""
        return await self._asked(call, lambda wire: wire.embed(request, call))

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Raise `Unimplemented`: OpenAI's API has no such thing."""
        del request, call
        raise Unimplemented("Passthrough servers cannot rerank; use a model of another provider.")

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the models of the server that is configured, or of the caller's."""
        if self._server and not (call and call.provider_data().get(URL)):
            return await self._server.models(call)
        if call is None:
            return []
        listed = await self._asked(call, lambda wire: wire.models(call))
        return [ProviderModel(o.id, o.type, o.metadata) for o in listed]

    async def _asked(self, call: Call, work: Callable[[OpenAIWire], Awaitable[T]]) -> T:
        """Return what `work` gets from the server that is meant."""
        self._config.check_forwarded(call)
        address = callers_address(call, URL)
        if address is None and self._server is None:
            raise InvalidArgument(
                f"Say where the server is: send `{URL}` in the header x-llamastack-provider-data.",
                code="invalid_provider_data",
            )
        if address is None and self._server is not None:
            return await work(self._server.wire)
        # Our own key is not for other people's addresses.
        config = self._config.model_copy(update={"base_url": address, "api_key": None})
        return await ask(OpenAIWire(config, KEY, forward=self._config.forward_headers), work)
