"""The providers whose servers speak OpenAI's API: the table that their contract runs over.

A new provider is one more entry, and keeps the whole contract of `test_openai_wire_providers.py` by that.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fleet_inference.provider import InferenceProvider
from fleet_inference.providers.azure import Azure
from fleet_inference.providers.cerebras import Cerebras
from fleet_inference.providers.deepseek import DeepSeek
from fleet_inference.providers.fireworks import Fireworks
from fleet_inference.providers.groq import Groq
from fleet_inference.providers.hf_endpoint import HuggingFaceEndpoint
from fleet_inference.providers.hf_serverless import HuggingFaceServerless
from fleet_inference.providers.llama_cpp_server import LlamaCppServer
from fleet_inference.providers.llama_openai_compat import LlamaOpenAICompat
from fleet_inference.providers.meta import Meta
from fleet_inference.providers.mistral import Mistral
from fleet_inference.providers.nvidia import Nvidia
from fleet_inference.providers.ollama import Ollama
from fleet_inference.providers.openai import OpenAI
from fleet_inference.providers.passthrough import Passthrough
from fleet_inference.providers.runpod import RunPod
from fleet_inference.providers.sambanova import SambaNova
from fleet_inference.providers.together import Together
from fleet_inference.providers.vllm import Vllm
from fleet_testing.openai_upstream import Canned, OpenAIUpstream


def nothing(upstream: OpenAIUpstream) -> None:
    """Leave the fake as it is."""
    del upstream


@dataclass(frozen=True)
class Subject:
    """A provider under the contract.

    Attributes:
        kind: Its class.
        key: What callers call their own key for it, if they may bring one.
        header: Where its server looks for the key, and what stands before it.
        place: What follows the root of the fake in the provider's `base_url`.
        config: What else it is told.
        prepare: Teaches the fake what only this provider asks.
    """

    kind: type[Any]
    key: str | None = None
    header: tuple[str, str] = ("authorization", "Bearer ")
    place: str = "/v1"
    config: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[OpenAIUpstream], None] = nothing

    def opened(self, upstream: OpenAIUpstream, **more: Any) -> InferenceProvider:
        """Return the provider, whose server is `upstream`."""
        self.prepare(upstream)
        fields = {"base_url": upstream.root + self.place, **self.config, **more}
        provider: InferenceProvider = self.kind(self.kind.Config(**fields))
        return provider


def _lists_as_together(upstream: OpenAIUpstream) -> None:
    listed = [
        {"id": "chat", "type": "chat", "context_length": 2048},
        {"id": "text-embedder", "type": "embedding"},
        {"id": "painter", "type": "image"},
    ]
    upstream.canned["/v1/models"] = Canned(json.dumps(listed).encode())


def _is_an_endpoint(upstream: OpenAIUpstream) -> None:
    status = {"state": "running", "url": upstream.root}
    upstream.canned["/v2/endpoint/ada/mine"] = Canned(json.dumps({"status": status}).encode())


SUBJECTS = (
    Subject(Azure, "azure_api_key", header=("api-key", "")),
    Subject(Cerebras, "cerebras_api_key"),
    Subject(DeepSeek, "deepseek_api_key"),
    Subject(Fireworks, "fireworks_api_key"),
    Subject(Groq, "groq_api_key"),
    Subject(
        HuggingFaceEndpoint,
        place="/v2",
        config={"endpoint_name": "ada/mine"},
        prepare=_is_an_endpoint,
    ),
    Subject(HuggingFaceServerless, "huggingface_api_token"),
    Subject(LlamaCppServer),
    Subject(LlamaOpenAICompat, "llama_api_key"),
    Subject(Meta, "meta_api_key"),
    Subject(Mistral, "mistral_api_key"),
    Subject(Nvidia, "nvidia_api_key", config={"rerank_model_to_url": {}}),
    Subject(Ollama),
    Subject(OpenAI, "openai_api_key"),
    Subject(Passthrough, "passthrough_api_key"),
    Subject(RunPod, "runpod_api_token"),
    Subject(SambaNova, "sambanova_api_key"),
    Subject(Together, "together_api_key", prepare=_lists_as_together),
    Subject(Vllm, "vllm_api_token"),
)
KEYED = tuple(subject for subject in SUBJECTS if subject.key)
"""Those to which callers may bring keys of their own."""
