"""The services behind the gateway, as Envoy's clusters."""

from typing import Any

from fleet_gateway.config import GatewayConfig, Route
from fleet_gateway.names import UPSTREAM_PROTOCOL, typed

Json = dict[str, Any]

NOWHERE = "nowhere"
TRACES = "traces"


# In bytes. What a caller who reads slowly leaves unread counts against the connection too, on which all calls to a
# service come: by default, two such downloads would stop all others.
STREAM_WINDOW = 256 << 10
CONNECTION_WINDOW = (1 << 31) - 1


def windows(stream: int, connection: int) -> Json:
    """Return how many bytes, of one call and of all, may be on their way or wait here; more are not asked for."""
    return {
        "initial_stream_window_size": stream,
        "initial_connection_window_size": connection,
    }


def duration(seconds: float) -> str:
    """Write `seconds` as protobuf's JSON has durations."""
    return f"{seconds:g}s"


def socket(address: str) -> Json:
    """Return Envoy's form of `host:port` or `unix:/path`. Sockets that it makes are its user's."""
    if address.startswith("unix:"):
        return {"pipe": {"path": address.removeprefix("unix:"), "mode": 0o600}}
    host, _, port = address.rpartition(":")
    return {"socket_address": {"address": host.strip("[]"), "port_value": int(port)}}


def service_cluster(name: str, route: Route, health: str, values: GatewayConfig) -> Json:
    """Return the cluster of one service.

    Args:
        name: The service's name.
        route: Where it is.
        health: The gRPC service whose health decides.
        values: The gateway's settings.
    """
    addresses = (route.dns,) if route.dns else route.endpoints
    return {
        **_grpc_cluster(name, addresses, values),
        "type": "STRICT_DNS" if route.dns else "STATIC",
        "dns_lookup_family": "V4_PREFERRED",
        # By default 5 s, in which the last old pod may be gone, and the first new one not yet known.
        "dns_refresh_rate": "1s",
        "lb_policy": "LEAST_REQUEST",
        # With nobody well, an answer at once is better than a call to nobody.
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        "health_checks": [_health_check(health, values)],
        "outlier_detection": _outliers(values),
        "circuit_breakers": _limits(values),
    }


def websocket_name(service: str) -> str:
    """Return the name of the cluster to which the WebSockets of a service go."""
    return f"{service}-websocket"


def websocket_cluster(name: str, route: Route, values: GatewayConfig) -> list[Json]:
    """Return the cluster to which the WebSockets of one service go, if it takes any."""
    if not route.websockets:
        return []
    cluster = _cluster(websocket_name(name), route.websockets, values)
    return [
        cluster
        | {
            "type": "STRICT_DNS" if route.dns else "STATIC",
            "dns_lookup_family": "V4_PREFERRED",
            "lb_policy": "LEAST_REQUEST",
            "outlier_detection": _outliers(values),
            "circuit_breakers": _limits(values),
        }
    ]


def nowhere() -> Json:
    """Return the cluster without endpoints, to which paths lead that the transcoder has yet to see.

    CORS works only on routes to a cluster.
    """
    return {"name": NOWHERE, "type": "STATIC"}


def traces(values: GatewayConfig) -> list[Json]:
    """Return the cluster of the trace collector, if there is one."""
    if not values.tracing:
        return []
    cluster = _grpc_cluster(TRACES, (values.tracing.otlp,), values)
    return [{**cluster, "type": "STRICT_DNS", "dns_lookup_family": "V4_PREFERRED"}]


def _grpc_cluster(name: str, addresses: tuple[str, ...], values: GatewayConfig) -> Json:
    cluster = _cluster(name, addresses, values)
    return cluster | {"typed_extension_protocol_options": {UPSTREAM_PROTOCOL: _http2(values)}}


def _cluster(name: str, addresses: tuple[str, ...], values: GatewayConfig) -> Json:
    endpoints = [{"endpoint": {"address": socket(address)}} for address in addresses]
    return {
        "name": name,
        "connect_timeout": duration(values.timeouts.connect),
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]},
    }


def _http2(values: GatewayConfig) -> Json:
    """Return the options of HTTP/2 to a service: pings find dead peers within seconds."""
    return typed(
        UPSTREAM_PROTOCOL,
        # Errors travel in headers, as JSON.
        common_http_protocol_options={"max_response_headers_kb": values.max_header_kb},
        explicit_http_config={
            "http2_protocol_options": {
                "connection_keepalive": {
                    "interval": duration(values.timeouts.keepalive),
                    "timeout": "5s",
                },
                **windows(STREAM_WINDOW, CONNECTION_WINDOW),
            }
        },
    )


def _health_check(service: str, values: GatewayConfig) -> Json:
    checks = values.health_checks
    return {
        "grpc_health_check": {"service_name": service},
        "timeout": duration(checks.timeout),
        "interval": duration(checks.interval),
        "no_traffic_interval": duration(checks.interval),
        "unhealthy_interval": duration(checks.unhealthy_interval),
        "unhealthy_threshold": checks.failures,
        "healthy_threshold": 1,
    }


def _outliers(values: GatewayConfig) -> Json:
    outliers = values.outliers
    return {
        # A 500 is a bug, met on any endpoint; only who cannot be reached, or cannot serve, is out.
        "enforcing_consecutive_5xx": 0,
        "split_external_local_origin_errors": True,
        "consecutive_gateway_failure": outliers.failures,
        "enforcing_consecutive_gateway_failure": 100,
        "consecutive_local_origin_failure": outliers.failures,
        "base_ejection_time": duration(outliers.ejection),
        "max_ejection_percent": outliers.max_percent,
    }


def _limits(values: GatewayConfig) -> Json:
    thresholds = {
        "max_connections": values.limits.requests,
        "max_pending_requests": values.limits.pending,
        "max_requests": values.limits.requests,
        "retry_budget": {"budget_percent": {"value": 20}, "min_retry_concurrency": 10},
    }
    return {"thresholds": [thresholds]}
