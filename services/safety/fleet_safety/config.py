"""The settings of the safety service."""

from typing import Any

from pydantic import Field

from fleet_runtime.config import Config, ProviderConfig
from fleet_runtime.store import DatabaseConfig

SCHEMA = "safety"
"""The schema of the service's tables."""


class ShieldConfig(Config):
    """A shield: a name for what content is judged by."""

    shield_id: str = Field(min_length=1)
    """The name that requests use."""
    provider_id: str | None = None
    """The id of the provider that judges. May be left out where there is only one."""
    provider_shield_id: str | None = None
    """That provider's name for it, such as a model's; the same if unset."""
    params: dict[str, Any] = {}
    """What else the provider is to know of it."""


class StoreConfig(Config):
    """Where shields are kept that are registered while the service runs."""

    database: DatabaseConfig
    """Where."""


class ServiceConfig(Config):
    """The safety service."""

    providers: list[ProviderConfig] = Field(default=[], min_length=1)
    """Who judges."""
    shields: list[ShieldConfig] = []
    """The shields that there are from the start."""
    default_shield: str | None = None
    """The shield of moderations that name no `model`. The only shield, if there is one, if unset."""
    store: StoreConfig | None = None
    """Where registered shields are kept. In memory, and for one process alone, if unset."""
