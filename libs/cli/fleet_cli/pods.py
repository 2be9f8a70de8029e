"""What the pods of a fleet are like in a cluster. On one machine only `replicas` means anything."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from fleet_runtime.config import Config

Digest = Annotated[str, StringConstraints(pattern=r"^(sha256:[0-9a-f]{64})?$")]
Quantity = str | int
"""As Kubernetes counts: `500m`, `2Gi`."""
Kubernetes = dict[str, Any]
"""A part of a Kubernetes object, word for word."""


class Image(Config):
    """A container image."""

    registry: str = "ghcr.io"
    """The registry; `global.imageRegistry` wins over it."""
    repository: str = "llama-fleet"
    """The folder in the registry, to which the name is added."""
    name: str = ""
    """The API's name if empty."""
    tag: str = ""
    """The chart's appVersion if empty."""
    digest: Digest = ""
    """What the image must hash to. If empty, and the tag too, what `digests` has for the name."""
    pull_policy: Literal["Always", "IfNotPresent", "Never"] = "Always"
    """When nodes ask the registry; what they have already is not fetched again."""


class Resources(Config):
    """What a pod asks for, and may use at most, as Kubernetes counts it."""

    requests: dict[str, Quantity] = Field(default={})
    """Such as `{cpu: 100m, memory: 256Mi}`."""
    limits: dict[str, Quantity] = Field(default={})
    """Such as `{memory: 1Gi}`."""


class Volume(Config):
    """A claim of storage."""

    size: Quantity = "10Gi"
    """How much."""
    access_mode: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"] = "ReadWriteOnce"
    """Who may mount it: several replicas need ReadWriteMany."""
    storage_class: str = ""
    """The cluster's default if empty."""
    existing_claim: str = ""
    """A claim that is there already, instead of one of the chart's."""


class Autoscaling(Config):
    """Who decides how many pods there are."""

    kind: Literal["none", "hpa", "keda"] = "none"
    """`replicas`, or a HorizontalPodAutoscaler, or KEDA, beside which the chart leaves replicas alone."""
    min: Annotated[int, Field(ge=0)] = 1
    """The fewest pods. Only KEDA goes down to 0."""
    max: Annotated[int, Field(ge=1)] = 4
    """The most pods."""
    cpu: Annotated[int, Field(ge=1)] | None = 80
    """The share of the requested CPU to aim at, in percent; `null` for other signals only."""
    metrics: list[Kubernetes] = Field(default=[])
    """More metrics of a HorizontalPodAutoscaler (`autoscaling/v2`), word for word."""
    triggers: list[Kubernetes] = Field(default=[])
    """More triggers of KEDA, word for word."""
    behavior: Kubernetes = Field(default={})
    """How fast to scale, as `autoscaling/v2` has it."""
    poll_seconds: Annotated[int, Field(ge=1)] = 15
    """How often KEDA asks."""
    cooldown_seconds: Annotated[int, Field(ge=0)] = 300
    """How long KEDA waits before the last pod goes."""


class DeviceClaim(Config):
    """Devices by dynamic resource allocation (DRA), from Kubernetes 1.34 on."""

    device_class: str
    """Such as `gpu.nvidia.com` or `mig.nvidia.com`."""
    count: Annotated[int, Field(ge=1)] = 1
    """How many."""
    selectors: list[str] = Field(default=[])
    """CEL expressions that devices must fulfil."""


class Gpu(Config):
    """Accelerators of a pod: counted ones, or claimed ones."""

    count: Annotated[int, Field(ge=0)] = 0
    """How many of `resource`."""
    resource: str = "nvidia.com/gpu"
    """Such as `nvidia.com/mig-3g.40gb` for a slice, `amd.com/gpu` or `gpu.intel.com/xe`."""
    claim: DeviceClaim | None = None
    """Devices by claim instead."""


class Pods(Config):
    """What gateway and services have in common."""

    replicas: Annotated[int, Field(ge=0)] = 1
    """Pods; processes on one machine."""
    image: Image = Image()
    resources: Resources = Resources()
    autoscaling: Autoscaling = Autoscaling()
    surge: Annotated[int, Field(ge=0)] = 1
    """How many pods an update may start before old ones go; with 0, one goes first."""
    max_unavailable: int | str = 1
    """How many pods a drained node may take at once, where there are several."""
    min_ready_seconds: Annotated[int, Field(ge=0)] = 5
    """How long a new pod must be ready before the next old one goes."""
    labels: dict[str, str] = Field(default={})
    """More labels of pods, such as Kueue's `kueue.x-k8s.io/queue-name`."""
    annotations: dict[str, str] = Field(default={})
    """Annotations of pods."""
    account_annotations: dict[str, str] = Field(default={})
    """Annotations of the service account, by which clouds give pods their rights."""
    pull_secrets: list[str] = Field(default=[])
    """Secrets with which images are fetched."""
    priority_class: str = ""
    """A priority class of the cluster; if empty, the chart's own where it makes one."""
    runtime_class: str = ""
    """Such as `nvidia`, `gvisor` or `kata`."""
    node_selector: dict[str, str] = Field(default={})
    """Labels that nodes must have."""
    tolerations: list[Kubernetes] = Field(default=[])
    """Taints of nodes to put up with."""
    affinity: Kubernetes = Field(default={})
    """Instead of the chart's own, which keeps pods of a kind on different nodes where it can."""
    topology_spread: list[Kubernetes] = Field(default=[])
    """Instead of the chart's own, which spreads pods of a kind over zones and nodes."""
    host_users: bool | None = None
    """`false` gives pods user ids of their own, where nodes can."""
    env: dict[str, str] = Field(default={})
    """More environment variables."""
    env_from: list[Kubernetes] = Field(default=[])
    """More sources of environment variables."""
    volumes: list[Kubernetes] = Field(default=[])
    """More volumes."""
    volume_mounts: list[Kubernetes] = Field(default=[])
    """Where they are."""
    containers: list[Kubernetes] = Field(default=[])
    """More containers beside ours."""
