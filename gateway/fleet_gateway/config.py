"""The gateway's settings: the section `gateway` of the chart's values, and its routes.

Times are in seconds, sizes in bytes, unless a name says otherwise.
"""

import ipaddress
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from fleet_runtime.access.config import AuthConfig
from fleet_runtime.config import Config


def _address(text: str) -> str:
    """Check that `text` is `host:port` or `unix:/path`."""
    if text.startswith("unix:"):
        if not text.startswith("unix:/"):
            raise ValueError("the path of a socket starts with a slash, as in unix:/run/x.sock")
        return text
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:  # noqa: PLR2004
        raise ValueError("an address is host:port or unix:/path")
    return text


def _ip_address(text: str) -> str:
    """Check that `text` needs no name server: Envoy connects to addresses as they stand."""
    _address(text)
    if not text.startswith("unix:"):
        ipaddress.ip_address(text.rpartition(":")[0].strip("[]"))
    return text


def _private_address(text: str) -> str:
    """Check that only this machine, or this pod, reaches `text`."""
    _ip_address(text)
    if not text.startswith("unix:"):
        host = ipaddress.ip_address(text.rpartition(":")[0].strip("[]"))
        if not host.is_loopback:
            raise ValueError("Envoy's admin listens on loopback or on a socket only")
    return text


Address = Annotated[str, AfterValidator(_address)]
IpAddress = Annotated[str, AfterValidator(_ip_address)]
PrivateAddress = Annotated[str, AfterValidator(_private_address)]
Seconds = Annotated[float, Field(gt=0)]


class Cors(Config):
    """Which web pages may call."""

    allow_origins: tuple[str, ...] = ()
    """Such as `https://example.org`; `*` stands for any text, as in `http://localhost:*`."""
    allow_headers: tuple[str, ...] = ("*",)
    """Request headers that pages may set; `*` is all but `authorization`, which is always in."""
    allow_credentials: bool = False
    """Whether cookies go along. Browsers then want origins without `*`."""
    max_age: Annotated[int, Field(ge=0)] = 600
    """How long browsers remember the answer, in seconds."""


class Timeouts(Config):
    """When the gateway gives up."""

    connect: Seconds = 2
    """Connecting to a service."""
    stream_idle: Seconds = 300
    """No byte either way on a streamed call, which else may last as long as it likes."""
    unary: Seconds = 120
    """From the end of the request to the end of the answer, on calls that do not stream."""
    request_headers: Seconds = 30
    """Until the headers of a request are here: slow senders hold a connection no longer."""
    request: Seconds = 3600
    """Until a whole request is here, the requests of a gRPC stream and uploads included: 512 MB at 1.2 Mbit/s."""
    keepalive: Seconds = 10
    """Between two pings to a service. One that does not answer is taken for gone."""
    connection_idle: Seconds = 3600
    """Connections of callers without a call."""


class Retries(Config):
    """What is tried again: only what never reached a service, or what it refused unread."""

    attempts: Annotated[int, Field(ge=0, le=10)] = 2
    """How often, after the first try. 0 turns retries off."""
    back_off: Seconds = 0.025
    """Before the first one; doubles, up to tenfold, with jitter."""


class Outliers(Config):
    """When one endpoint of several is left alone for a while."""

    failures: Annotated[int, Field(ge=1)] = 5
    """Failures to connect or to answer, one after another, that eject it."""
    ejection: Seconds = 10
    """How long, the first time; longer each time."""
    max_percent: Annotated[int, Field(ge=0, le=100)] = 50
    """At most this share of the endpoints of a service."""


class HealthChecks(Config):
    """How often services are asked whether they serve."""

    interval: Seconds = 1
    """Between two checks of an endpoint that is well. One that is to stop says so for `failures`
    times this long before it does."""
    unhealthy_interval: Seconds = 0.5
    """Between two checks of one that is not, so that it is soon back."""
    timeout: Seconds = 1
    """Until a check without an answer has failed."""
    failures: Annotated[int, Field(ge=1)] = 2
    """Failed checks, one after another, after which an endpoint gets no calls."""


class Limits(Config):
    """How much at once, for each service. What is over it is refused with 503."""

    requests: Annotated[int, Field(ge=1)] = 16384
    """Calls in flight."""
    pending: Annotated[int, Field(ge=1)] = 4096
    """Calls that wait for a connection."""
    connections: Annotated[int, Field(ge=1)] = 50000
    """Connections of callers, to the whole gateway."""


class AccessLog(Config):
    """One JSON line a call, without queries, bodies and credentials."""

    path: str | None = "/dev/stdout"
    """The file. `null` for no access log."""


class Tracing(Config):
    """OpenTelemetry spans of the gateway's own."""

    otlp: Address
    """The collector's gRPC endpoint, such as `otel-collector:4317`."""
    sample_percent: Annotated[float, Field(ge=0, le=100)] = 100
    """The share of calls without a `traceparent` that are traced."""


class Tls(Config):
    """The certificate that callers see. Without it the port speaks plain HTTP."""

    cert: str
    """The chain, a PEM file."""
    key: str
    """Its key, a PEM file."""


class GatewayConfig(Config):
    """The section `gateway` of the chart's values."""

    port: Annotated[int, Field(gt=0, lt=65536)] = 8321
    """REST, gRPC and gRPC-Web, over HTTP/1.1 and HTTP/2 alike."""
    address: str = "127.0.0.1"
    """Where it listens; `0.0.0.0` for all of the machine's, or the pod's, addresses."""
    admin: PrivateAddress | None = None
    """Envoy's admin: statistics, readiness and drain. Else a socket beside the written config."""
    metrics: IpAddress | None = None
    """Where Prometheus may read Envoy's statistics, at `/stats/prometheus`, and nothing else; nowhere if unset."""
    cors: Cors = Cors()
    max_request_bytes: Annotated[int, Field(ge=1024, le=1 << 30)] = 32 << 20
    """The largest body of a call that is no upload. How large those may be is for their services to say."""
    max_header_kb: Annotated[int, Field(ge=1, le=8192)] = 96
    """The largest request headers, all together, in KiB."""
    max_headers: Annotated[int, Field(ge=1, le=10000)] = 200
    """The most request headers."""
    timeouts: Timeouts = Timeouts()
    retries: Retries = Retries()
    outliers: Outliers = Outliers()
    health_checks: HealthChecks = HealthChecks()
    limits: Limits = Limits()
    access_log: AccessLog = AccessLog()
    concurrency: Annotated[int, Field(ge=1)] = 2
    """Envoy's worker threads."""
    tracing: Tracing | None = None
    tls: Tls | None = None
    drain: Annotated[int, Field(ge=1)] = 30
    """How long calls in flight may go on when the gateway is to stop, in seconds."""


class Route(Config):
    """A service behind the gateway, and where it is."""

    api: str | None = None
    """Which API it serves, such as `vector-io`; the route's own name if unset."""
    endpoints: tuple[IpAddress, ...] = ()
    """Its processes, each by its own address: calls are spread over them."""
    dns: Address | None = None
    """Instead: the one name of all of them, with the port, as of a headless Service."""
    websockets: tuple[Address, ...] = ()
    """Where its processes take WebSockets, each by its own address, or the one name of all of them."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.endpoints) == bool(self.dns):
            raise ValueError("give either endpoints or dns")
        return self


class GatewayFile(GatewayConfig):
    """What `python -m fleet_gateway` reads: the values, and the exposed services by their names."""

    routes: Annotated[dict[str, Route], Field(min_length=1)]
    auth: AuthConfig = AuthConfig()
    """Who may call: the section `auth` of the values."""
