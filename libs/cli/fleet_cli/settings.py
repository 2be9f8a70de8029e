"""The values of a fleet, typed. The chart's `values.schema.json` is generated from these models."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from fleet_cli.cluster import (
    Gateway,
    Global,
    HelmTest,
    Models,
    Monitoring,
    NetworkPolicy,
    PostgresImage,
    PriorityClasses,
)
from fleet_cli.pods import Digest, Gpu, Kubernetes, Pods, Resources, Volume
from fleet_runtime.access.config import AuthConfig
from fleet_runtime.config import Config

Name = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$")]


class Defaults(Pods):
    """What every service takes unless it says otherwise."""

    drain: Annotated[float, Field(ge=0)] = 20
    """How long open calls may go on when a process is to stop, in seconds."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is written down. Each call is, at `info`."""
    secrets: list[str] = Field(default=[])
    """Kubernetes secrets whose keys become environment variables; pods get them as files."""
    data: Volume | None = None
    """A volume for what a service itself keeps in files. Providers that do so refuse to start without one."""
    gpu: Gpu = Gpu()
    startup_seconds: Annotated[int, Field(ge=10)] = 300
    """How long a pod may take until it serves, loading models included."""


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
    """Start one beside the services, for trials, unless `DATABASE_URL` or `existing_secret` names one."""
    existing_secret: str = ""
    """A Kubernetes secret whose key `DATABASE_URL` says where the cluster's database is."""
    port: Annotated[int, Field(gt=0, lt=65536)] = 5432
    """The port of that database, which network policies let services reach."""
    image: PostgresImage = PostgresImage()
    resources: Resources = Resources()
    storage: Volume = Volume()


class Values(Config):
    """All values of the chart."""

    global_: Global = Field(default=Global(), alias="global")
    digests: dict[str, Digest] = Field(default={})
    """The digests of our images by name, which a release brings."""
    gateway: Gateway = Gateway()
    auth: AuthConfig = AuthConfig()
    """Who may call, and what they may do."""
    postgres: Postgres = Postgres()
    models: Models = Models()
    network_policy: NetworkPolicy = NetworkPolicy()
    monitoring: Monitoring = Monitoring()
    priority_classes: PriorityClasses = PriorityClasses()
    test: HelmTest = HelmTest()
    extra_objects: list[Kubernetes | str] = Field(default=[])
    """More Kubernetes objects, as maps or as templates."""
    defaults: Defaults = Defaults()
    services: dict[Name, Service] = Field(default={})
    """The services to run, by name."""
