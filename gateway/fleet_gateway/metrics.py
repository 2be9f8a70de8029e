"""A listener for Prometheus: Envoy's statistics, and nothing else of its admin."""

from typing import Any

from fleet_gateway import names
from fleet_gateway.clusters import socket
from fleet_gateway.config import GatewayConfig
from fleet_gateway.names import extension

Json = dict[str, Any]

ADMIN = "admin"
PATH = "/stats/prometheus"


def metrics_listener(values: GatewayConfig) -> list[Json]:
    """Return the listener, if there is to be one."""
    if not values.metrics:
        return []
    route = {"match": {"path": PATH}, "route": {"cluster": ADMIN, "timeout": "10s"}}
    manager = extension(
        "http",
        names.CONNECTION_MANAGER,
        stat_prefix="metrics",
        route_config={"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}]},
        http_filters=[extension("router", names.ROUTER)],
    )
    return [
        {
            "name": "metrics",
            "address": socket(values.metrics),
            "filter_chains": [{"filters": [manager]}],
            # Else scrapes count as callers, and may be refused when there are many.
            "ignore_global_conn_limit": True,
        }
    ]


def admin_cluster(values: GatewayConfig, address: str) -> list[Json]:
    """Return the cluster that the listener asks: the admin at `address`."""
    if not values.metrics:
        return []
    endpoint = {"endpoint": {"address": _connected(address)}}
    return [
        {
            "name": ADMIN,
            "type": "STATIC",
            "connect_timeout": "1s",
            "load_assignment": {
                "cluster_name": ADMIN,
                "endpoints": [{"lb_endpoints": [endpoint]}],
            },
        }
    ]


def _connected(address: str) -> Json:
    """Return `address` to connect to: who connects sets no mode."""
    found = socket(address)
    return {"pipe": {"path": found["pipe"]["path"]}} if "pipe" in found else found
