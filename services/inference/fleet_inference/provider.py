"""What an inference provider is."""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer, Stream
from fleet_runtime.providers import Provider

ModelType: TypeAlias = Literal["llm", "embedding", "rerank"]
ChatAnswer: TypeAlias = Answer[m.ChatCompletion] | Stream[m.ChatCompletionChunk]
CompletionAnswer: TypeAlias = Answer[m.Completion] | Stream[m.Completion]


@dataclass(frozen=True, slots=True)
class ProviderModel:
    """A model that a provider offers, by the provider's own name for it.

    Attributes:
        metadata: Plain JSON values, such as `embedding_dimension` and `context_length`.
    """

    id: str
    type: ModelType = "llm"
    metadata: dict[str, Any] = field(default_factory=dict)


class InferenceProvider(Provider, Protocol):
    """Runs models.

    `request.model` is the provider's own name of the model. An answer may name the model as the provider likes: the
    service puts the caller's name there. Where `request.stream` is unset a provider may still answer with a stream,
    which the service folds into one answer. Closing a stream early must stop the model.

    Every method raises `FleetError`s: `Unimplemented` for what the provider cannot do, `UpstreamFailed` for what its
    upstream refused, `Unavailable` if the upstream could not be reached and nothing was done.
    """

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer a conversation."""
        ...

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Continue one or more texts."""
        ...

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Turn texts into vectors."""
        ...

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Order items by how well they answer a query."""
        ...

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the models on offer; with the keys that `call` carries, where the provider takes keys by the call."""
        ...
