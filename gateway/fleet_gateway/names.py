"""The names of the parts of Envoy that we use."""

from typing import Any

UPSTREAM_PROTOCOL = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
DOWNSTREAM_TLS = "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext"
CONNECTION_MANAGER = (
    "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
)
HEADER_MUTATION = "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation"
PREVIOUS_HOSTS = "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
ACCESS_LOG = "envoy.extensions.access_loggers.file.v3.FileAccessLog"
OPEN_TELEMETRY = "envoy.config.trace.v3.OpenTelemetryConfig"
MAX_CONNECTIONS = (
    "envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig"
)

FILTER_CONFIG = "envoy.config.route.v3.FilterConfig"
UPSTREAM_TLS = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"
CEL_FILTER = "envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter"

WITH_MATCHER = "envoy.extensions.common.matching.v3.ExtensionWithMatcher"
HEADER_INPUT = "envoy.type.matcher.v3.HttpRequestHeaderMatchInput"
SKIP = "envoy.extensions.filters.common.matcher.action.v3.SkipFilter"
RBAC_ACTION = "envoy.config.rbac.v3.Action"

_FILTERS = "envoy.extensions.filters.http"
CORS = f"{_FILTERS}.cors.v3.Cors"
CORS_POLICY = f"{_FILTERS}.cors.v3.CorsPolicy"
LUA = f"{_FILTERS}.lua.v3.Lua"
HEALTH_CHECK = f"{_FILTERS}.health_check.v3.HealthCheck"
JWT_AUTHN = f"{_FILTERS}.jwt_authn.v3.JwtAuthentication"
EXT_AUTHZ = f"{_FILTERS}.ext_authz.v3.ExtAuthz"
RATE_LIMIT = f"{_FILTERS}.local_ratelimit.v3.LocalRateLimit"
RBAC = f"{_FILTERS}.rbac.v3.RBAC"
GRPC_WEB = f"{_FILTERS}.grpc_web.v3.GrpcWeb"
TRANSCODER = f"{_FILTERS}.grpc_json_transcoder.v3.GrpcJsonTranscoder"
HEADERS = f"{_FILTERS}.header_mutation.v3.HeaderMutation"
HEADERS_PER_ROUTE = f"{_FILTERS}.header_mutation.v3.HeaderMutationPerRoute"
GRPC_STATS = f"{_FILTERS}.grpc_stats.v3.FilterConfig"
ROUTER = f"{_FILTERS}.router.v3.Router"


def typed(kind: str, **fields: Any) -> dict[str, Any]:
    """Return the config of one part, as Envoy wants it: with its type."""
    return {"@type": f"type.googleapis.com/{kind}", **fields}


def extension(name: str, kind: str, **fields: Any) -> dict[str, Any]:
    """Return one part with its config, under the name that statistics and overrides use."""
    return {"name": name, "typed_config": typed(kind, **fields)}
