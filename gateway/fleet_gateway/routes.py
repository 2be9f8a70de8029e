"""Which call goes where.

Routes are written on gRPC paths: after transcoding, Envoy looks for the route again, so one table
serves REST and gRPC alike.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from fleet_gateway.clusters import NOWHERE, duration, websocket_name
from fleet_gateway.config import Cors, GatewayConfig
from fleet_gateway.contract import Service
from fleet_gateway.names import (
    CORS_POLICY,
    FILTER_CONFIG,
    HEADERS_PER_ROUTE,
    PREVIOUS_HOSTS,
    extension,
    typed,
)
from fleet_gateway.shapes import SHAPES

Json = dict[str, Any]

# What every service answers about itself. `x-fleet-service` names the one that is meant.
INTROSPECTION = (
    "/grpc.health.v1.Health/",
    "/grpc.reflection.v1.ServerReflection/",
    "/grpc.reflection.v1alpha.ServerReflection/",
)
WHICH_SERVICE = "x-fleet-service"
DETAILS = "grpc-status-details-bin"
EXPOSED_HEADERS = ("grpc-status", "grpc-message", DETAILS, "retry-after", "x-request-id")
# In bytes: what is kept of an upload to be sent once more, if nobody took it. By default the largest body of a call.
REPLAYED = {"per_request_buffer_limit_bytes": 64 << 10}
TRANSCODED = {"name": "x-envoy-original-method", "present_match": True}
WEBSOCKET = {"name": "upgrade", "string_match": {"exact": "websocket", "ignore_case": True}}
GRPC = {"name": "content-type", "string_match": {"prefix": "application/grpc"}}


def virtual_host(
    services: Mapping[str, tuple[Service, ...]],
    websockets: Collection[str],
    values: GatewayConfig,
) -> Json:
    """Return the routes to `services`, gRPC services by the name of their cluster.

    Those whose names are in `websockets` take WebSockets too.
    """
    routes = [
        _websocket_route(path, websocket_name(cluster), values)
        for cluster, found in services.items()
        for service in found
        for path in (service.websockets if cluster in websockets else ())
    ]
    routes += [
        route
        for cluster, found in services.items()
        for service in found
        for route in _service_routes(service, cluster, values)
    ]
    routes += _introspection(list(services), values)
    routes += [
        {"match": {"prefix": "/", "headers": [GRPC]}, "direct_response": {"status": 404}},
        {"match": {"prefix": "/"}, "route": {"cluster": NOWHERE}},
    ]
    return {
        "name": "fleet",
        "domains": ["*"],
        "routes": routes,
        "typed_per_filter_config": {"cors": _cors(values.cors)},
        "response_headers_to_remove": ["grpc-accept-encoding"],
    }


def _service_routes(service: Service, cluster: str, values: GatewayConfig) -> Iterator[Json]:
    """Yield the routes of one gRPC service: its methods that may last, then the others."""
    for method in service.methods:
        if method in service.lasting:
            match = {"path": f"/{service.name}/{method}"}
            route = _route(match, _lasting(cluster, values), service)
            yield route | REPLAYED if method in service.uploads else route
    match = {"prefix": f"/{service.name}/"}
    yield _route(match, _bounded(cluster, values), service)


def _route(match: Json, action: Json, service: Service) -> Json:
    """Return a route. The transcoder alone reaches REST faces: it says so in a header."""
    if not service.rest:
        return {"match": match, "route": action}
    return {
        "match": {**match, "headers": [TRANSCODED]},
        "route": action,
        "metadata": {"filter_metadata": {"errors": {"shape": _error_shape(service)}}},
        "typed_per_filter_config": {"headers": _without_grpc_headers()},
    }


def _websocket_route(path: str, cluster: str, values: GatewayConfig) -> Json:
    """Return the route of the WebSockets at `path`. They are no calls that the transcoder could make gRPC of."""
    return {
        "match": {"path": path, "headers": [WEBSOCKET]},
        "route": {
            "cluster": cluster,
            "timeout": "0s",
            "idle_timeout": duration(values.timeouts.stream_idle),
            "upgrade_configs": [{"upgrade_type": "websocket"}],
        },
        "typed_per_filter_config": {"transcoder": typed(FILTER_CONFIG, disabled=True)},
    }


def _error_shape(service: Service) -> str:
    """Return whose shape the callers of a REST face expect of errors, for the error filter."""
    return next(
        shape.name
        for shape in SHAPES
        if all(path.startswith(shape.path) for path, _ in service.paths)
    )


def _without_grpc_headers() -> Json:
    """Return what keeps gRPC's own headers from passing between REST callers and services.

    A REST caller's would end calls early, or fail them. Of a service's, the transcoder makes no
    answer at all where it does not know the type of a detail.
    """
    return typed(
        HEADERS_PER_ROUTE,
        mutations={
            "request_mutations": [
                {"remove": "grpc-timeout"},
                {"remove_on_match": {"key_matcher": {"suffix": "-bin", "ignore_case": True}}},
            ],
            "response_mutations": [{"remove": DETAILS}],
            "response_trailers_mutations": [{"remove": DETAILS}],
        },
    )


def _bounded(cluster: str, values: GatewayConfig) -> Json:
    timeouts = values.timeouts
    return {
        "cluster": cluster,
        "timeout": duration(timeouts.unary),
        "idle_timeout": duration(max(timeouts.unary, timeouts.stream_idle)),
        **_retries(values),
    }


def _lasting(cluster: str, values: GatewayConfig) -> Json:
    return {
        "cluster": cluster,
        "timeout": "0s",
        "idle_timeout": duration(values.timeouts.stream_idle),
        **_retries(values),
    }


def _retries(values: GatewayConfig) -> Json:
    """Return the policy for what a service has not begun: never after a reset in mid-call."""
    retries = values.retries
    if not retries.attempts:
        return {}
    policy = {
        "retry_on": "connect-failure,refused-stream,unavailable",
        "num_retries": retries.attempts,
        "retry_back_off": {
            "base_interval": duration(retries.back_off),
            "max_interval": duration(retries.back_off * 10),
        },
        "retry_host_predicate": [extension("previous-hosts", PREVIOUS_HOSTS)],
        "host_selection_retry_max_attempts": 3,
    }
    return {"retry_policy": policy}


def _introspection(clusters: list[str], values: GatewayConfig) -> Iterator[Json]:
    """Yield the routes of health and reflection: to the service that is named, or the first."""
    for prefix in INTROSPECTION:
        for cluster in clusters:
            named = {"name": WHICH_SERVICE, "string_match": {"exact": cluster}}
            match = {"prefix": prefix, "headers": [named]}
            yield {"match": match, "route": _lasting(cluster, values)}
        yield {"match": {"prefix": prefix}, "route": _lasting(clusters[0], values)}


def _cors(cors: Cors) -> Json:
    return typed(
        CORS_POLICY,
        allow_origin_string_match=[_origin(origin) for origin in cors.allow_origins],
        allow_methods="GET, POST, PUT, PATCH, DELETE, OPTIONS",
        allow_headers=", ".join(dict.fromkeys((*cors.allow_headers, "authorization"))),
        expose_headers=", ".join(EXPOSED_HEADERS),
        allow_credentials=cors.allow_credentials,
        max_age=str(cors.max_age),
    )


def _origin(origin: str) -> Json:
    """Return what matches `origin`, in which `*` stands for any text without a slash."""
    if "*" not in origin:
        return {"exact": origin}
    if origin == "*":
        return {"safe_regex": {"regex": ".*"}}
    return {"safe_regex": {"regex": "[^/]*".join(map(re.escape, origin.split("*")))}}
