"""The settings of the inference service."""

from typing import Any, Literal

from pydantic import Field

from fleet_inference.provider import ModelType
from fleet_runtime.config import Config, ProviderConfig
from fleet_runtime.store import DatabaseConfig

SCHEMA = "inference"
"""The schema of the service's tables."""


class ModelConfig(Config):
    """A model under a name of its own, so that callers need not know who serves it."""

    id: str
    """The name that requests use."""
    provider: str
    """The id of the provider that serves it."""
    provider_model_id: str | None = None
    """The provider's name for it; the same if unset."""
    type: ModelType = "llm"
    """What it does."""
    metadata: dict[str, Any] = {}
    """More about it, for callers."""


class StoreConfig(Config):
    """What is kept, and where."""

    database: DatabaseConfig
    """Where."""
    completions: Literal["all", "requested"] = "all"
    """Which chat completions are kept: all but those with `"store": false`, or only those with `"store": true`."""


class ServiceConfig(Config):
    """The inference service."""

    providers: list[ProviderConfig] = Field(default=[], min_length=1)
    """Who runs the models."""
    models: list[ModelConfig] = []
    """Names for some of the models."""
    store: StoreConfig | None = None
    """What is kept. Nothing, and the registry of models in memory only, if unset."""
    refresh_seconds: float = Field(default=300.0, gt=0)
    """How often providers are asked for their models."""
