"""The settings of the inference service."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from fleet_inference.provider import ModelType
from fleet_inference.routing.budget import RetryConfig
from fleet_inference.routing.circuit import CircuitConfig
from fleet_inference.routing.gate import LimitConfig
from fleet_runtime.config import Config, ProviderConfig
from fleet_runtime.jobs import WorkerConfig
from fleet_runtime.store import DatabaseConfig

SCHEMA = "inference"
"""The schema of the service's tables."""


class TargetConfig(Config):
    """A place where a model is served."""

    provider: str
    """The id of the provider that serves it."""
    model: str | None = None
    """The provider's name for it; the name that requests use if unset."""
    weight: float = Field(default=1.0, gt=0)
    """How many of the requests go there, in proportion to the other targets' weights."""


class ModelConfig(Config):
    """A model under a name of its own, so that callers need not know who serves it.

    Either one provider serves it, or `targets` share its requests.
    """

    id: str
    """The name that requests use."""
    provider: str | None = None
    """The id of the provider that serves it, if it is one."""
    provider_model_id: str | None = None
    """That provider's name for it; the same if unset."""
    targets: list[TargetConfig] = []
    """The places that serve it, if they are several. What fails at one is tried at another before its first byte."""
    fallbacks: list[str | TargetConfig] = []
    """Where requests go, in this order, when all targets fail: names of other models, or places."""
    type: ModelType | None = None
    """What it does. Unset, what its provider says, and `llm` where that says nothing."""
    metadata: dict[str, Any] = {}
    """More about it, for callers."""

    @model_validator(mode="after")
    def _served(self) -> Self:
        if bool(self.provider) == bool(self.targets):
            raise ValueError("name either a 'provider' or 'targets'")
        if self.provider_model_id and self.targets:
            raise ValueError("'provider_model_id' goes with 'provider'; targets have 'model'")
        return self

    def places(self) -> list[TargetConfig]:
        """Return the places that share the model's requests, with the provider's name of the model in each."""
        if self.provider:
            return [TargetConfig(provider=self.provider, model=self.provider_model_id or self.id)]
        return [
            place.model_copy(update={"model": place.model or self.id}) for place in self.targets
        ]


class BatchConfig(WorkerConfig):
    """How this process works on message batches."""

    in_flight: int = Field(default=8, ge=1)
    """How many of their requests it answers at once."""
    window: int = Field(default=256, ge=1, le=10_000)
    """How many requests of one batch are in the queue at once; the others follow one by one, so that batches take
    turns. No less than what all replicas together answer at once."""


class StoreConfig(Config):
    """What is kept, and where."""

    database: DatabaseConfig
    """Where."""
    completions: Literal["all", "requested"] = "all"
    """Which chat completions are kept: all but those with `"store": false`, or only those with `"store": true`."""
    message_batches: BatchConfig = BatchConfig()
    """How message batches, which are kept there, are worked on."""


class ServiceConfig(Config):
    """The inference service."""

    providers: list[ProviderConfig] = Field(default=[], min_length=1)
    """Who runs the models."""
    models: list[ModelConfig] = []
    """Names for some of the models."""
    retries: RetryConfig = RetryConfig()
    """How often a request is tried elsewhere, where its model has other targets or fallbacks."""
    circuit: CircuitConfig = CircuitConfig()
    """When a target that fails is left alone, where its model has others."""
    limits: list[LimitConfig] = []
    """How many requests go to providers at once. Others wait for their turn, by priority and fairly among tenants."""
    store: StoreConfig | None = None
    """What is kept. Nothing, and the registry of models in memory only, if unset."""
    refresh_seconds: float = Field(default=300.0, gt=0)
    """How often providers are asked for their models."""
