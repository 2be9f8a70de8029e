"""Llama Guard as vendors host it: a chat model behind OpenAI's wire format, which writes its own prompt."""

from collections.abc import Sequence

import msgspec

from fleet.inference.v1 import messages as i
from fleet_runtime.call import Call
from fleet_safety.llama_guard.guard import Guard
from fleet_safety.llama_guard.settings import GuardConfig, PromptKind
from fleet_safety.provider import Conversation, Shield, Verdict
from fleet_upstream.json_api import JsonApi
from fleet_upstream.settings import UpstreamConfig


class HostedConfig(UpstreamConfig, GuardConfig):
    """Where the server is, how to be let in, and how to judge."""

    prompt: PromptKind = "template"
    """Who writes the question to the model: its own chat template (`template`), or the service (`message`)."""


class HostedGuard:
    """Asks the model that the shield is named after.

    Args:
        config: Where the server is, how to be let in, and how to judge.
        key_name: What callers call their own key for it in their provider data.
    """

    def __init__(self, config: HostedConfig, key_name: str) -> None:
        self._api = JsonApi(config, key_name)
        self._url = self._api.base / "chat/completions"
        self._guard = Guard(self._ask, config)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._api.aclose()

    def check(self, shield: Shield) -> None:
        """Raise unless the shield's model is allowed, and its `params` are what we know."""
        self._api.check_allowed(shield.name)
        self._guard.check(shield)

    async def moderate(
        self, shield: Shield, inputs: Sequence[Conversation], call: Call
    ) -> Sequence[Verdict]:
        """Return a verdict for each of `inputs`."""
        return await self._guard.moderate(shield, inputs, call)

    async def _ask(self, request: i.ChatCompletionRequest, call: Call) -> str:
        self._api.check_allowed(request.model)
        answer = await self._api.post(self._url, request, _Completion, call)
        return (answer.choices[0].message.content or "") if answer.choices else ""


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    """What counts in an answer to a chat."""

    choices: list[_Choice]
