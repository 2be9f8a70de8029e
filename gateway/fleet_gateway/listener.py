"""The one listener: REST, gRPC and gRPC-Web on one port."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fleet_gateway import names
from fleet_gateway.clusters import TRACES, duration, windows
from fleet_gateway.config import GatewayConfig
from fleet_gateway.contract import Service
from fleet_gateway.files import Files
from fleet_gateway.names import extension, typed
from fleet_gateway.replies import local_replies
from fleet_gateway.routes import virtual_host
from fleet_runtime.access.caller import HEADERS as CALLER_HEADERS
from fleet_runtime.access.caller import PRINCIPAL, TENANT
from fleet_runtime.access.config import AuthConfig

Json = dict[str, Any]

LOG_FIELDS = {
    "time": "%START_TIME%",
    "request_id": "%REQ(X-REQUEST-ID)%",
    "trace": "%REQ(TRACEPARENT)%",
    "method": "%REQ(X-ENVOY-ORIGINAL-METHOD?:METHOD)%",
    # Queries may hold secrets.
    "path": "%PATH(NQ:ORIG_OR_PATH)%",
    "rpc": "%PATH(NQ:PATH)%",
    "protocol": "%PROTOCOL%",
    "status": "%RESPONSE_CODE%",
    "grpc_status": "%GRPC_STATUS(SNAKE_STRING)%",
    "flags": "%RESPONSE_FLAGS%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "duration_ms": "%DURATION%",
    "ttfb_ms": "%RESPONSE_DURATION%",
    "bytes_in": "%BYTES_RECEIVED%",
    "bytes_out": "%BYTES_SENT%",
    "upstream": "%UPSTREAM_HOST%",
    "attempts": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
    "user_agent": "%REQ(USER-AGENT)%",
}
CALLER_FIELDS = {
    "principal": f"%REQ({PRINCIPAL.upper()})%",
    "tenant": f"%REQ({TENANT.upper()})%",
}
# What the transcoder puts around a body, and counts with it.
FRAME_BYTES = 1024
# In bytes. Larger than those to services, as callers are far away: 10 MB/s at 100 ms.
STREAM_WINDOW = 1 << 20
CONNECTION_WINDOW = 16 << 20


@dataclass(frozen=True, slots=True)
class Asked:
    """How callers are asked who they are.

    Attributes:
        auth: The section `auth`.
        filters: What asks them, in the order of requests.
    """

    auth: AuthConfig
    filters: Sequence[Json] = ()


def listener(
    values: GatewayConfig,
    services: Mapping[str, tuple[Service, ...]],
    websockets: Collection[str],
    files: Files,
    asked: Asked,
) -> Json:
    """Return the listener.

    Args:
        values: The gateway's settings.
        services: The gRPC services by the name of their cluster.
        websockets: The clusters of those that take WebSockets.
        files: Where Envoy finds what it reads besides.
        asked: How callers are asked who they are.
    """
    served = [service for found in services.values() for service in found]
    manager = extension(
        "http",
        names.CONNECTION_MANAGER,
        stat_prefix="fleet",
        codec_type="AUTO",
        **_protocol(values),
        **_identity(),
        **_observability(values, asked.auth),
        local_reply_config=local_replies(values, served, asked.auth),
        route_config={
            "name": "fleet",
            "virtual_hosts": [virtual_host(services, websockets, values)],
        },
        http_filters=http_filters(values, served, files, asked.filters),
    )
    return {
        "name": "fleet",
        "address": {"socket_address": {"address": values.address, "port_value": values.port}},
        "filter_chains": [{"filters": [manager], **_tls(values)}],
    }


def http_filters(
    values: GatewayConfig, services: Sequence[Service], files: Files, asked: Sequence[Json]
) -> list[Json]:
    """Return the filters, in the order of requests; answers pass them the other way."""
    return [
        extension("cors", names.CORS),
        extension("errors", names.LUA, default_source_code={"filename": str(files.lua)}),
        extension(
            "healthz",
            names.HEALTH_CHECK,
            pass_through_mode=False,
            headers=[{"name": ":path", "string_match": {"exact": "/healthz"}}],
        ),
        extension("grpc-web", names.GRPC_WEB),
        *asked,
        extension(
            "transcoder",
            names.TRANSCODER,
            proto_descriptor=str(files.descriptor),
            services=[service.name for service in services if service.rest],
            convert_grpc_status=True,
            max_request_body_size=values.max_request_bytes + FRAME_BYTES,
            ignore_unknown_query_parameters=True,
            # Else unknown paths go to whichever service the catch-all route has.
            request_validation_options={"reject_unknown_method": True},
        ),
        extension("headers", names.HEADERS),
        extension(
            "grpc-stats",
            names.GRPC_STATS,
            # Only what exists: callers could else make up metrics without end.
            individual_method_stats_allowlist={
                "services": [
                    {"name": service.name, "method_names": list(service.methods)}
                    for service in services
                ]
            },
        ),
        extension("router", names.ROUTER, suppress_envoy_headers=True),
    ]


def _protocol(values: GatewayConfig) -> Json:
    return {
        "max_request_headers_kb": values.max_header_kb,
        "http2_protocol_options": windows(STREAM_WINDOW, CONNECTION_WINDOW),
        "common_http_protocol_options": {
            "max_headers_count": values.max_headers,
            "idle_timeout": duration(values.timeouts.connection_idle),
        },
        "stream_idle_timeout": duration(values.timeouts.stream_idle),
        "request_headers_timeout": duration(values.timeouts.request_headers),
        "request_timeout": duration(values.timeouts.request),
        "normalize_path": True,
        # Ids of models and files may hold %2F; the service reads it.
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
        "server_header_transformation": "PASS_THROUGH",
    }


def _identity() -> Json:
    """Return what says who called, and what was called: nothing of it can be made up."""
    only_we_say = ("x-envoy-original-path", "x-envoy-original-method", *CALLER_HEADERS)
    return {
        "use_remote_address": True,
        "preserve_external_request_id": True,
        "always_set_request_id_in_response": True,
        "early_header_mutation_extensions": [
            extension(
                "only-we-say",
                names.HEADER_MUTATION,
                mutations=[{"remove": name} for name in only_we_say],
            )
        ],
    }


def _observability(values: GatewayConfig, auth: AuthConfig) -> Json:
    parts: Json = {}
    if values.access_log.path:
        log = {"json_format": LOG_FIELDS | (CALLER_FIELDS if auth.enabled else {})}
        parts["access_log"] = [
            extension("json", names.ACCESS_LOG, path=values.access_log.path, log_format=log)
        ]
    if values.tracing:
        collector = {"envoy_grpc": {"cluster_name": TRACES}, "timeout": "1s"}
        parts["tracing"] = {
            "provider": extension(
                "otlp", names.OPEN_TELEMETRY, grpc_service=collector, service_name="gateway"
            ),
            "random_sampling": {"value": values.tracing.sample_percent},
        }
    return parts


def _tls(values: GatewayConfig) -> Json:
    if not values.tls:
        return {}
    pair = {
        "certificate_chain": {"filename": values.tls.cert},
        "private_key": {"filename": values.tls.key},
    }
    context = {"alpn_protocols": ["h2", "http/1.1"], "tls_certificates": [pair]}
    return {
        "transport_socket": {
            "name": "tls",
            "typed_config": typed(names.DOWNSTREAM_TLS, common_tls_context=context),
        }
    }
