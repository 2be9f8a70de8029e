"""The remote safety providers, and the servers that they are tested against."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fleet_safety.provider import SafetyProvider, Shield
from fleet_safety.providers.bedrock import Bedrock
from fleet_safety.providers.nvidia import Nvidia
from fleet_safety.providers.passthrough import Passthrough
from fleet_safety.providers.sambanova import SambaNova
from fleet_safety.providers.together import Together
from fleet_testing.bedrock_guardrails import BedrockGuardrails
from fleet_testing.llama_guard_upstream import HostedLlamaGuard
from fleet_testing.nemo_guardrails import NemoGuardrails
from fleet_testing.openai_moderations import OpenAIModerations
from fleet_testing.safety_upstream import SafetyUpstream, Wire


@dataclass(frozen=True)
class Subject:
    """A provider that has a server.

    Attributes:
        kind: The provider.
        wire: How its server speaks.
        category: What it says of bad texts.
        key_name: What callers call their own key.
        path: Where the server's API begins.
        params: What its shields must have.
    """

    kind: type[Any]
    wire: Callable[[], Wire]
    category: str
    key_name: str
    path: str = "/v1"
    params: Mapping[str, Any] = field(default_factory=dict)

    def opened(self, upstream: SafetyUpstream, **settings: Any) -> SafetyProvider:
        """Return the provider, which talks to `upstream`."""
        config = self.kind.Config(base_url=upstream.root + self.path, **settings)
        provider: SafetyProvider = self.kind(config)
        return provider

    def shield(self, name: str = "judge", **params: Any) -> Shield:
        """Return one of its shields, called `name` by the server."""
        return Shield("shield", "provider", name, {**self.params, **params})


SUBJECTS = [
    Subject(
        Bedrock,
        BedrockGuardrails,
        "VIOLENCE",
        "aws_bedrock_bearer_token",
        path="",
        params={"guardrailVersion": "1"},
    ),
    Subject(Nvidia, NemoGuardrails, "self check input", "nvidia_api_key", path=""),
    Subject(Passthrough, OpenAIModerations, "violence", "passthrough_api_key"),
    Subject(SambaNova, HostedLlamaGuard, "Violent Crimes", "sambanova_api_key"),
    Subject(Together, HostedLlamaGuard, "Violent Crimes", "together_api_key"),
]
