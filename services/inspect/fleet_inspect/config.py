"""The settings of the inspect service."""

from pydantic import Field

from fleet_runtime.config import Config


class ServiceConfig(Config):
    """The inspect service."""

    services: list[str] = ["inference"]
    """The services that it asks, by their names in the values."""
    timeout: float = Field(default=2.0, gt=0)
    """How long a service may take to answer, in seconds."""
