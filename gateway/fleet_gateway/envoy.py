"""Envoy's whole config, from the gateway's settings and the contract."""

from collections.abc import Mapping
from typing import Any

from fleet_gateway.auth import auth_clusters, auth_filters
from fleet_gateway.clusters import (
    nowhere,
    service_cluster,
    socket,
    traces,
    websocket_cluster,
)
from fleet_gateway.config import GatewayConfig, Route
from fleet_gateway.contract import Contract, Service
from fleet_gateway.files import Files
from fleet_gateway.listener import Asked, listener
from fleet_gateway.metrics import admin_cluster, metrics_listener
from fleet_gateway.names import MAX_CONNECTIONS, extension
from fleet_runtime.access.config import AuthConfig
from fleet_runtime.config import ConfigError

Json = dict[str, Any]

NOBODY_IS_ASKED = AuthConfig()
# Enough to watch the gateway and to drain it; nothing that shows or changes its config.
ADMIN_PATHS = (
    r"/(stats|stats/prometheus|ready|server_info|healthcheck/(ok|fail)|drain_listeners)(\?.*)?"
)
# Beside Envoy's own labels, which take the first part of a package for the service.
GRPC_TAGS = [
    {
        "tag_name": "fleet.service",
        "regex": r"^cluster\.[\w-]+\.grpc\.((fleet\.\w+\.\w+\.\w+)\.)",
    },
    {
        "tag_name": "fleet.method",
        "regex": r"^cluster\.[\w-]+\.grpc\.fleet\.\w+\.\w+\.\w+\.((\w+)\.)",
    },
]


def gateway_config(
    values: GatewayConfig,
    services: Mapping[str, Route],
    contract: Contract,
    files: Files,
    auth: AuthConfig = NOBODY_IS_ASKED,
) -> Json:
    """Return Envoy's config.

    Args:
        values: The gateway's settings.
        services: The exposed services by their names.
        contract: What they may serve.
        files: Where Envoy finds the rest.
        auth: Who may call.

    Raises:
        ConfigError: A service is of an API that the contract does not have, or one is missing that `auth` needs.
    """
    served = {name: _api_services(name, route, contract) for name, route in services.items()}
    websockets = frozenset(name for name, route in services.items() if route.websockets)
    every = [service for found in served.values() for service in found]
    asked = Asked(auth, auth_filters(auth, services, every))
    return {
        "node": {"id": "gateway", "cluster": "fleet"},
        "admin": _admin(files.admin),
        "static_resources": {
            "listeners": [
                listener(values, served, websockets, files, asked),
                *metrics_listener(values),
            ],
            "clusters": [
                *(
                    service_cluster(name, services[name], found[0].name, values)
                    for name, found in served.items()
                ),
                *(
                    cluster
                    for name, route in services.items()
                    for cluster in websocket_cluster(name, route, values)
                ),
                nowhere(),
                *traces(values),
                *auth_clusters(auth, values),
                *admin_cluster(values, files.admin),
            ],
        },
        # One expression holds all paths that take the same verbs.
        "layered_runtime": {
            "layers": [
                {"name": "fleet", "static_layer": {"re2.max_program_size.error_level": 100_000}}
            ]
        },
        "stats_config": {"stats_tags": GRPC_TAGS},
        "overload_manager": {
            "resource_monitors": [
                extension(
                    "envoy.resource_monitors.global_downstream_max_connections",
                    MAX_CONNECTIONS,
                    max_active_downstream_connections=values.limits.connections,
                )
            ]
        },
    }


def _api_services(name: str, route: Route, contract: Contract) -> tuple[Service, ...]:
    api = (route.api or name).replace("-", "_")
    if api not in contract:
        known = ", ".join(sorted(contract))
        raise ConfigError(f"routes.{name}.api: there is no API {api!r}; there are {known}")
    return contract[api]


def _admin(address: str) -> Json:
    return {
        "address": socket(address),
        "allow_paths": [{"safe_regex": {"regex": ADMIN_PATHS}}],
    }
