"""`remote::azure`: OpenAI's models on Azure, by the v1 API.

Format: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fleet.inference.v1 import messages as m
from fleet_inference.callers_server import ask, callers_address
from fleet_inference.openai_server import OpenAIServer
from fleet_inference.provider import ChatAnswer, CompletionAnswer
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.operation import Answer
from fleet_upstream.json_api import KeyHeader
from fleet_upstream.settings import UpstreamConfig
from fleet_upstream.wire import OpenAIWire

T = TypeVar("T")

KEY = "azure_api_key"


class Azure(OpenAIServer):
    """Passes requests on. A model's name is that of its deployment.

    Callers may bring their own `azure_api_key`, and with it a resource of their own as `azure_api_base`, and its
    `azure_api_version`.
    """

    class Config(UpstreamConfig):
        """Where the resource is, such as `https://<resource>.openai.azure.com/openai/v1`, and how to be let in."""

        api_version: str | None = None
        """The `api-version` to ask for; the v1 API needs none."""
        api_type: str | None = "azure"
        """Of no effect, and here for Llama Stack's configs."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, KEY, KeyHeader("api-key"), _query(config.api_version))
        self._config = config

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer a conversation."""
        return await self._asked(call, lambda wire: wire.chat(request, call))

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Continue one or more texts."""
        return await self._asked(call, lambda wire: wire.complete(request, call))

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Turn texts into vectors."""
        return await self._asked(call, lambda wire: wire.embed(request, call))

    async def _asked(self, call: Call, work: Callable[[OpenAIWire], Awaitable[T]]) -> T:
        """Return what `work` gets from the resource that is meant."""
        address = callers_address(call, "azure_api_base")
        if address is None:
            return await work(self.wire)
        data = call.provider_data()
        if not data.get(KEY):
            # Ours is not for other people's addresses.
            raise InvalidArgument(
                f"`azure_api_base` needs your `{KEY}` beside it.", code="invalid_provider_data"
            )
        config = self._config.model_copy(update={"base_url": address, "api_key": None})
        query = _query(data.get("azure_api_version") or self._config.api_version)
        return await ask(OpenAIWire(config, KEY, KeyHeader("api-key"), query), work)


def _query(version: Any) -> str:
    """Return what asks for a version. Raises `InvalidArgument` if it cannot be one."""
    if version is None:
        return ""
    if not isinstance(version, str) or not version.replace("-", "").isalnum():
        raise InvalidArgument(f"'{version}' is no api-version.", code="invalid_provider_data")
    return f"?api-version={version}"
