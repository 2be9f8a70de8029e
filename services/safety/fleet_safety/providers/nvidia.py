"""`remote::nvidia`: NVIDIA NeMo Guardrails.

Format: https://docs.nvidia.com/nemo/microservices/latest/guardrails/checks.html
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from pydantic import AliasChoices, Field

from fleet_runtime.at_once import at_once
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import InvalidArgument
from fleet_safety.provider import Conversation, Shield, Verdict
from fleet_safety.single_turn import last_text
from fleet_upstream.json_api import JsonApi
from fleet_upstream.settings import UpstreamConfig


class Nvidia:
    """Runs a configuration of rails. The shield is named after the model that checks ask, where they ask one.

    A shield's `params` may name another configuration, as `config_id`. Callers may bring their own `nvidia_api_key`.
    """

    class Config(UpstreamConfig):
        """Where the server is, and which rails are run."""

        base_url: str | Secret = Field(
            default="http://0.0.0.0:7331",
            validation_alias=AliasChoices("base_url", "guardrails_service_url"),
        )
        """Where the server is; its API is below `/v1/guardrail`."""
        config_id: str = "self-check"
        """The configuration of rails, by its name in the server's store."""

    def __init__(self, config: Config) -> None:
        self._config_id = config.config_id
        self._api = JsonApi(config, "nvidia_api_key")
        self._url = self._api.base / "v1/guardrail/checks"

    async def aclose(self) -> None:
        await self._api.aclose()

    def check(self, shield: Shield) -> None:
        self._api.check_allowed(shield.name)
        self._rails(shield)

    async def moderate(
        self, shield: Shield, inputs: Sequence[Conversation], call: Call
    ) -> Sequence[Verdict]:
        rails = self._rails(shield)
        bodies = [_question(shield.name, rails, one) for one in inputs]

        async def judge(body: dict[str, Any]) -> Verdict:
            return (await self._api.post(self._url, body, _Checked, call)).verdict()

        return await at_once(bodies, judge)

    def _rails(self, shield: Shield) -> str:
        rails = shield.params.get("config_id", self._config_id)
        if not isinstance(rails, str):
            raise InvalidArgument(
                "The shield's 'params': 'config_id' must be the name of a configuration of rails.",
                code="invalid_params",
                param="params",
            )
        return rails


def _question(model: str, rails: str, conversation: Conversation) -> dict[str, Any]:
    last_text(conversation)
    # Rails are for users and assistants; what tools say comes from outside, as what users say does.
    messages = [
        {"role": "user" if turn.role == "tool" else turn.role, "content": turn.text}
        for turn in conversation
    ]
    return {"model": model, "messages": messages, "guardrails": {"config_id": rails}}


class _Rail(msgspec.Struct):
    status: Literal["blocked", "success"]


class _Checked(msgspec.Struct):
    """The answer to a check."""

    status: Literal["blocked", "success"]
    rails_status: dict[str, _Rail] = {}

    def verdict(self) -> Verdict:
        """Return what it says: the rails are the categories."""
        blocked = {name: rail.status == "blocked" for name, rail in self.rails_status.items()}
        statuses = {name: rail.status for name, rail in self.rails_status.items()}
        return Verdict(
            flagged=self.status == "blocked",
            categories=blocked,
            scores={name: float(found) for name, found in blocked.items()},
            metadata={"rails_status": statuses} if statuses else {},
        )
