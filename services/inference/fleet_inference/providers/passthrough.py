"""`remote::passthrough`: any server of OpenAI's API, the caller's own included."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import Field, model_validator

from fleet.inference.v1 import messages as m
from fleet_inference.callers_server import ask, callers_address
from fleet_inference.openai_server import OpenAIServer
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import InvalidArgument, Unimplemented
from fleet_runtime.operation import Answer
from fleet_upstream.settings import UpstreamConfig
from fleet_upstream.wire import OpenAIWire

T = TypeVar("T")

KEY = "passthrough_api_key"
URL = "passthrough_url"

BLOCKED = frozenset(
    {
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "forwarded",
        "host",
        "proxy-authorization",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-prefix",
        "x-forwarded-proto",
        "x-real-ip",
    }
)
"""Headers that no caller may set: they frame the request, or say who sent it."""


class Passthrough:
    """Passes requests on. Callers may bring their own `passthrough_api_key` and `passthrough_url`."""

    class Config(UpstreamConfig):
        """Where the server is unless the caller says so, and what of the provider data it is told."""

        base_url: str | Secret | None = None  # type: ignore[assignment]  # callers may name it
        """Where the API begins. Without it every caller must say so."""
        forward_headers: dict[str, str] = Field(default={})
        """Which keys of the provider data are sent on, and as which header: `{"maas_token": "Authorization"}`.

        No others are. Unless `api_key` is set, every caller must send them all.
        """
        extra_blocked_headers: list[str] = Field(default=[])
        """Headers that `forward_headers` may not name, besides those that it never may."""

        @model_validator(mode="after")
        def _harmless(self) -> "Passthrough.Config":
            blocked = BLOCKED | {header.lower() for header in self.extra_blocked_headers}
            for key, header in self.forward_headers.items():
                if key.startswith("__"):
                    raise ValueError(f"forward_headers: '{key}' begins with '__', as our own do")
                if header.lower() in blocked:
                    raise ValueError(f"forward_headers: '{header}' may not be set by callers")
            return self

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
        self._check_forwarded(call)
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

    def _check_forwarded(self, call: Call) -> None:
        """Raise `InvalidArgument` if the caller left out what takes the place of our key."""
        if self._config.api_key:
            return
        sent = call.provider_data()
        missing = [key for key in self._config.forward_headers if not sent.get(key)]
        if missing:
            raise InvalidArgument(
                f"Send {', '.join(missing)} in the header x-llamastack-provider-data.",
                code="invalid_provider_data",
            )
