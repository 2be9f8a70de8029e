"""What a fleet has around its services in a cluster. On one machine only the gateway's own settings count."""

from typing import Literal

from pydantic import ConfigDict, Field

from fleet_cli.pods import Digest, Kubernetes, Pods, Volume
from fleet_gateway.config import GatewayConfig
from fleet_runtime.config import Config


class Global(Config):
    """What Helm hands to charts and to charts within them."""

    model_config = ConfigDict(extra="allow")

    image_registry: str = Field(default="", alias="imageRegistry")
    """The registry of all images, such as a mirror's."""


class GatewayService(Config):
    """The Kubernetes Service before the gateway."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    annotations: dict[str, str] = Field(default={})
    """Such as those by which clouds configure load balancers."""
    load_balancer_class: str = ""
    """Who makes the load balancer; the cloud's own if empty."""


class Ingress(Config):
    """An Ingress before the gateway."""

    enabled: bool = False
    class_name: str = ""
    """The controller's; the cluster's default if empty."""
    host: str = ""
    """The name that callers use; any if empty."""
    tls_secret: str = ""
    """The certificate's secret; plain HTTP if empty."""
    annotations: dict[str, str] = Field(default={})
    """What the controller needs to know, such as that requests may be large and answers last."""


class GatewayRoutes(Config):
    """Routes of the Gateway API to our gateway, for HTTP and for gRPC."""

    enabled: bool = False
    parents: list[Kubernetes] = Field(default=[])
    """The Gateways that route to us (`parentRefs`), word for word."""
    hostnames: list[str] = Field(default=[])
    """The names that HTTP callers use; any if empty."""
    grpc_hostnames: list[str] = Field(default=[])
    """The names that gRPC callers use, not HTTP's. Without any there is no route for gRPC alone."""


class Gateway(GatewayConfig, Pods):
    """Envoy's settings, and what its pods are like."""

    service: GatewayService = GatewayService()
    ingress: Ingress = Ingress()
    gateway_api: GatewayRoutes = GatewayRoutes()
    tls_secret: str = ""
    """A secret of type `kubernetes.io/tls` whose certificate callers see. `tls` says so on one machine."""

    def settings(self) -> GatewayConfig:
        """Return what concerns Envoy alone."""
        return GatewayConfig(**{name: getattr(self, name) for name in GatewayConfig.model_fields})


class PostgresImage(Config):
    """The image of the embedded database: Postgres with pgvector."""

    registry: str = "docker.io"
    """The registry; `global.imageRegistry` wins over it."""
    repository: str = "pgvector/pgvector"
    tag: str = "0.8.1-pg17"
    digest: Digest = "sha256:3e8b3adfd27b5707128f60956f62a793c3c9326ea8cfaf0eab7adccb5d700b21"


class Models(Config):
    """Where pods that run models have them from."""

    cache: Volume | None = None
    """A volume that all of them share, filled by a job. Without one each pod fetches its own."""
    adapters: bool = False
    """Whether the volume has LoRA adapters too, below `adapters`; engines find them in `/var/lib/llama/adapters`."""


class NetworkPolicy(Config):
    """Who may talk to whom. All is denied that is not said here, or needed by the fleet itself."""

    enabled: bool = True
    gateway_from: list[Kubernetes] = Field(default=[])
    """Who reaches the gateway, as peers of a NetworkPolicy; everyone if empty."""
    metrics_from: list[Kubernetes] = Field(default=[])
    """Who reads metrics; every namespace if empty."""
    internet: bool = True
    """Whether services reach addresses that are not private: hosted models, the web, model hubs."""
    egress: list[Kubernetes] = Field(default=[])
    """What else services reach, such as a vLLM in this cluster, as egress rules of a NetworkPolicy."""


class Monitoring(Config):
    """What Prometheus' operator and Grafana find. Monitors and rules only where the cluster knows them."""

    enabled: bool = False
    labels: dict[str, str] = Field(default={})
    """Labels by which Prometheus finds them, such as `release: kube-prometheus-stack`."""
    interval: str = "30s"
    """Between two scrapes."""
    otlp: str = ""
    """Where traces go, such as `http://otel-collector.monitoring:4317`; nowhere if empty."""


class PriorityClasses(Config):
    """Two priority classes of the chart's own; they belong to the whole cluster."""

    create: bool = False
    serving: int = 1000000
    """What answers callers: the gateway and exposed services."""
    working: int = 100000
    """All else."""


class HelmTest(Config):
    """What `helm test` asks for."""

    model: str = ""
    """A model that must answer a chat; none is asked if empty."""
