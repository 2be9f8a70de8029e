"""The providers that speak their vendors' own wires: the table that their contract runs over.

A new provider is one more entry, and keeps the whole contract of the inference service's `tests/native` by that. A
subject must offer:

* a `Wire` (see `native_upstream.py`): how a fake reads the vendor's requests into an `Asked` and writes a `Script` in
  the vendor's format, errors, models and embeddings included. It is strict: what the vendor would refuse, it refuses.
  The first model that it lists knows conversations, and has a context of 2048 tokens where the vendor tells; each model
  is on a page of its own where the vendor's listing has pages;
* `config`: the settings by which the provider reaches the fake, given where that is;
* `ours`: the setting that is the configured key, given its text, and `callers`: the provider data that bring a caller's
  own. Either text must come out of `Wire.key` again; where requests are signed that is the name of the key that signed
  them. `keyless` says whether the provider opens without a key, so that callers must bring theirs;
* `key`: the name in the provider data that errors tell callers to use;
* `lacks`: which features the vendor's wire has nothing for; their tests expect `InvalidArgument` and the field's name;
* `variant`: which one it is, where a provider is there several times, because it speaks several formats;
* `reranks`: whether the vendor has rerankers; then the provider's own tests say how they are asked;
* `thinking`: the fields by which a caller has a model think, where it does not do so anyhow;
* `refused`: fields of a request, each with a value, that the provider cannot give a meaning and must refuse by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from fleet_inference.provider import InferenceProvider, ModelType
from fleet_inference.providers.anthropic import Anthropic
from fleet_inference.providers.bedrock import Bedrock
from fleet_inference.providers.gemini import Gemini
from fleet_inference.providers.oci import Oci
from fleet_inference.providers.vertexai import VertexAI
from fleet_inference.providers.watsonx import WatsonX
from fleet_testing.anthropic_upstream import AnthropicWire
from fleet_testing.aws_signatures import SECRET
from fleet_testing.bedrock_upstream import BedrockWire
from fleet_testing.google_upstream import GoogleWire
from fleet_testing.native_upstream import NativeUpstream, Wire
from fleet_testing.oci_profiles import shared_profiles
from fleet_testing.oci_upstream import COMPARTMENT, OciWire
from fleet_testing.watsonx_upstream import PROJECT, WatsonXWire

Feature: TypeAlias = Literal[
    "completions",  # texts that are no conversation; without it `complete` is `Unimplemented`
    "content filters",  # an answer that says that a filter ended it
    "embeddings",  # vectors; without it `embed` is `Unimplemented`
    "image urls",  # pictures by an http(s) address; data URLs all take
    "json objects",  # `response_format` of type `json_object`
    "named tools",  # `tool_choice` by name
    "one tool alone",  # `parallel_tool_calls: false`
    "required tools",  # `tool_choice: required`
    "schemas",  # `response_format` of type `json_schema`
    "split arguments",  # arguments of tools arrive in pieces
    "thinking",  # `reasoning_content`
    "token details",  # tokens from a cache, tokens of thinking
    "tools turned off",  # `tool_choice: none`
]
"""What a vendor may lack."""


@dataclass(frozen=True)
class NativeSubject:
    """A provider under the contract; the module says what each field is for."""

    kind: type[Any]
    wire: Callable[[], Wire]
    config: Callable[[str], Mapping[str, Any]]
    ours: Callable[[str], Mapping[str, Any]]
    callers: Callable[[str], Mapping[str, Any]]
    key: str
    keyless: bool = True
    lacks: frozenset[Feature] = frozenset()
    refused: Mapping[str, Any] = field(default_factory=dict)
    thinking: Mapping[str, Any] = field(default_factory=dict)
    reranks: bool = False
    variant: str = ""
    models: Mapping[str, ModelType] = field(default_factory=lambda: {"chat": "llm"})
    """The types of the models that the wire lists."""

    def name(self) -> str:
        """What the tests call it."""
        return f"{self.kind.__name__}{self.variant}"

    @property
    def model(self) -> str:
        """The first of the listed models, which knows conversations."""
        return next(iter(self.models))

    def opened(
        self, upstream: NativeUpstream, key: str | None = "sk-ours", **more: Any
    ) -> InferenceProvider:
        """Return the provider, whose server is `upstream` and whose own key is `key`; other settings are as `more`."""
        ours = self.ours(key) if key else {}
        fields = {**self.config(upstream.root), **ours, **more}
        provider: InferenceProvider = self.kind(self.kind.Config(**fields))
        return provider


def _api_key(key: str) -> Mapping[str, Any]:
    return {"api_key": key}


ANTHROPIC = NativeSubject(
    Anthropic,
    AnthropicWire,
    config=lambda root: {"base_url": f"{root}/v1"},
    ours=_api_key,
    callers=lambda key: {"anthropic_api_key": key},
    key="anthropic_api_key",
    lacks=frozenset({"completions", "embeddings"}),
    thinking={"reasoning_effort": "medium"},
    refused={
        "frequency_penalty": 0.5,
        "logit_bias": {"1": 2.0},
        "logprobs": True,
        "min_p": 0.1,
        "presence_penalty": 0.5,
        "repetition_penalty": 1.1,
        "seed": 1,
    },
    models={"chat": "llm", "older": "llm"},
)

BEDROCK = NativeSubject(
    Bedrock,
    BedrockWire,
    config=lambda root: {"base_url": root, "control_url": root, "agent_url": root},
    ours=lambda key: {"aws_access_key_id": key, "aws_secret_access_key": SECRET},
    callers=lambda key: {"aws_bedrock_bearer_token": key},
    key="aws_bedrock_bearer_token",
    reranks=True,
    lacks=frozenset(
        {
            "completions",
            "embeddings",  # other than by models of certain names
            "image urls",
            "json objects",
            "one tool alone",
            "token details",
        }
    ),
    refused={
        "frequency_penalty": 0.5,
        "ignore_eos": True,
        "logit_bias": {"1": 2.0},
        "logprobs": True,
        "min_p": 0.1,
        "presence_penalty": 0.5,
        "reasoning_effort": "minimal",
        "repetition_penalty": 1.1,
        "seed": 1,
    },
    models={
        "chat": "llm",
        "amazon.titan-embed-text-v2:0": "embedding",
        "us.chat": "llm",
        "eu.chat": "llm",
    },
)

WATSONX = NativeSubject(
    WatsonX,
    WatsonXWire,
    config=lambda root: {"base_url": root, "iam_url": root, "project_id": PROJECT},
    ours=_api_key,
    callers=lambda key: {"watsonx_api_key": key},
    key="watsonx_api_key",
    reranks=True,
    lacks=frozenset({"content filters", "one tool alone", "token details"}),
    refused={
        "ignore_eos": True,
        "min_p": 0.1,
        "service_tier": "flex",
        "top_k": 5,
    },
    models={"chat": "llm", "text-embedder": "embedding", "reranker": "rerank"},
)

GEMINI = NativeSubject(
    Gemini,
    GoogleWire,
    config=lambda root: {"base_url": f"{root}/v1beta"},
    ours=_api_key,
    callers=lambda key: {"gemini_api_key": key},
    key="gemini_api_key",
    lacks=frozenset({"completions", "split arguments"}),
    thinking={"reasoning_effort": "medium"},
    refused={
        "ignore_eos": True,
        "logit_bias": {"1": 2.0},
        "min_p": 0.1,
        "repetition_penalty": 1.1,
        "service_tier": "flex",
    },
    models={"chat": "llm", "text-embedder": "embedding"},
)
VERTEXAI = replace(
    GEMINI,
    kind=VertexAI,
    wire=lambda: GoogleWire(vertex=True),
    config=lambda root: {"base_url": root, "project": "ours"},
    callers=lambda key: {"vertex_access_token": key},
    key="vertex_access_token",
    keyless=False,  # then it looks for the default credentials of the machine
    models={"gemini-chat": "llm", "text-embedder": "embedding"},
)

OCI = NativeSubject(
    Oci,
    OciWire,
    config=lambda root: {
        "base_url": f"{root}/20231130",
        "control_url": f"{root}/20231130",
        "oci_auth_type": "config_file",
        "oci_compartment_id": COMPARTMENT,
        "oci_config_file_path": shared_profiles(),
        "callers_profiles": ["sk-*"],
    },
    ours=lambda key: {"oci_config_profile": key},
    callers=lambda key: {"oci_config_profile": key},
    key="oci_config_profile",
    keyless=False,
    reranks=True,
    lacks=frozenset({"completions"}),
    refused={
        "ignore_eos": True,
        "logprobs": True,
        "min_p": 0.1,
        "reasoning_effort": "xhigh",
        "repetition_penalty": 1.1,
        "service_tier": "flex",
    },
    models={"chat": "llm", "text-embedder": "embedding", "reranker": "rerank"},
)

OCI_COHERE = replace(
    OCI,
    variant="Cohere",
    config=lambda root: {**OCI.config(root), "api_formats": {"*": "COHEREV2"}},
    lacks=frozenset({"completions", "content filters", "one tool alone", "split arguments"}),
    refused={**OCI.refused, "logit_bias": {"1": 2.0}},
)

SUBJECTS = (
    OCI,
    OCI_COHERE,
    GEMINI,
    VERTEXAI,
    WATSONX,
    BEDROCK,
    ANTHROPIC,
)
KEYLESS = tuple(subject for subject in SUBJECTS if subject.keyless)
"""Those that callers can use with keys of their own alone."""
