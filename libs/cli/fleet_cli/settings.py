"""The values of a fleet, typed. The chart's `values.schema.json` is generated from these models."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from fleet_gateway.config import GatewayConfig
from fleet_runtime.config import Config

Name = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$")]


class Image(Config):
    """The container image of a service."""

    repository: str = "ghcr.io/llama-fleet"
    """The registry and folder; the service's name and the tag are added."""
    tag: str = ""
    """The chart's appVersion if empty."""


class Resources(Config):
    """What a pod asks for, and may use at most, as Kubernetes counts it."""

    requests: dict[str, str | int] = Field(default={})
    """Such as `{cpu: 100m, memory: 256Mi}`."""
    limits: dict[str, str | int] = Field(default={})
    """Such as `{memory: 1Gi, nvidia.com/gpu: 1}`."""


class Defaults(Config):
    """What every service takes unless it says otherwise."""

    replicas: Annotated[int, Field(ge=0)] = 1
    """Pods; processes on one machine."""
    drain: Annotated[float, Field(ge=0)] = 20
    """How long open calls may go on when a process is to stop, in seconds."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is written down. Each call is, at `info`."""
    image: Image = Image()
    resources: Resources = Resources()
    secrets: list[str] = Field(default=[])
    """Kubernetes secrets whose keys become environment variables."""


class Service(Defaults):
    """One deployment of an API's service."""

    api: str | None = None
    """Which API, such as `vector-io`; the service's own name if unset."""
    expose: bool = False
    """Whether callers reach it through the gateway."""
    config: dict[str, Any] = Field(default={})
    """The service's config file, word for word."""


class Postgres(Config):
    """The database of services whose config says `{env: DATABASE_URL}`."""

    embedded: bool = True
    """Start one beside the services, unless `DATABASE_URL` is set. A cluster brings its own."""


class Values(Config):
    """All values of the chart."""

    gateway: GatewayConfig = GatewayConfig()
    postgres: Postgres = Postgres()
    defaults: Defaults = Defaults()
    services: dict[Name, Service] = Field(default={})
    """The services to run, by name."""
