"""The settings of the auth service. Who knows the callers is in the section `auth` of the values, not here."""

from typing import Annotated

from pydantic import Field

from fleet_runtime.config import Config
from fleet_runtime.store import DatabaseConfig

SCHEMA = "auth"
"""The schema of the service's tables."""


class StoreConfig(Config):
    """Where API keys are kept."""

    database: DatabaseConfig
    """Where."""


class MemoryConfig(Config):
    """How long it is remembered who has which token."""

    seconds: Annotated[float, Field(ge=0, le=3600)] = 30
    """How long, at most: so long somebody may still come in whose token was revoked elsewhere. 0 asks each time."""
    refused_seconds: Annotated[float, Field(ge=0, le=3600)] = 5
    """How long it is remembered that nobody has a token."""
    most: Annotated[int, Field(ge=1)] = 10_000
    """How many answers at most."""


class ServiceConfig(Config):
    """The auth service."""

    store: StoreConfig | None = None
    """Where API keys are kept; `auth.api_keys` needs it."""
    memory: MemoryConfig = MemoryConfig()
    timeout: Annotated[float, Field(gt=0, le=30)] = 3
    """How long others have to say who calls, in seconds. Who calls is refused if they do not."""
