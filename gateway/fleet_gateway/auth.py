"""Who may call: the filters before the transcoder that ask callers who they are, and what they may call.

JWTs are checked here; about everybody else the auth service is asked. Either way what is found out is in headers, which
are taken from callers before. Where there is no such header in the end, nobody comes in but to what is public.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from fleet_gateway import names
from fleet_gateway.clusters import duration
from fleet_gateway.config import GatewayConfig, Route
from fleet_gateway.contract import Service
from fleet_gateway.identity import CLAIMS, identity_script
from fleet_gateway.matching import all_of, any_of, header, none_of, when
from fleet_gateway.names import extension, typed
from fleet_gateway.path_patterns import paths_pattern
from fleet_gateway.rate_limits import rate_limit
from fleet_runtime.access.caller import ATTRIBUTES, PRINCIPAL, encoded
from fleet_runtime.access.conditions import of_the_user, parse
from fleet_runtime.access.config import API_KEY_PREFIX, AuthConfig, OAuth2Token, RouteRule
from fleet_runtime.access.policy import as_list
from fleet_runtime.config import ConfigError

Json = dict[str, Any]

JWKS = "jwks"
_PROVIDER = "oauth2"
# In seconds. Until keys are here that are asked for; until it is known who calls.
_KEYS_TIMEOUT, _TIMEOUT = 5, 5
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
_KEY_HEADERS = ("x-api-key", "x-goog-api-key")
_BEARER_KEY = f"Bearer {API_KEY_PREFIX}"
_ALLOW, _DENY = (
    {"name": action, "typed_config": typed(names.RBAC_ACTION, name=action, action=action)}
    for action in ("ALLOW", "DENY")
)


def auth_filters(
    auth: AuthConfig, routes: Mapping[str, Route], services: Sequence[Service]
) -> list[Json]:
    """Return the filters, in the order of requests.

    Args:
        auth: The section `auth`.
        routes: The exposed services by their names.
        services: What they serve.

    Raises:
        ConfigError: The auth service is to be asked, and is not among them.
    """
    if not auth.enabled:
        return []
    public = paths_pattern(auth.public_paths, services)
    return [
        *_tokens(auth, public),
        *_asking(auth, routes, public),
        extension("access", names.RBAC, matcher=_matcher(_rules(auth, public, services))),
        *(rate_limit(number, limit) for number, limit in enumerate(auth.rate_limits)),
    ]


def auth_clusters(auth: AuthConfig, values: GatewayConfig) -> list[Json]:
    """Return the cluster of the server that has the keys of JWTs, if there is one."""
    if auth.jwt is None or auth.jwt.jwks is None:
        return []
    parts = urlsplit(auth.jwt.jwks.uri)
    secure, host = parts.scheme == "https", parts.hostname or ""
    port = parts.port or (443 if secure else 80)
    endpoint = {"address": {"socket_address": {"address": host, "port_value": port}}}
    return [
        {
            "name": JWKS,
            "type": "STRICT_DNS",
            "dns_lookup_family": "V4_PREFERRED",
            "connect_timeout": duration(values.timeouts.connect),
            "load_assignment": {
                "cluster_name": JWKS,
                "endpoints": [{"lb_endpoints": [{"endpoint": endpoint}]}],
            },
            **(_tls(auth.jwt, host) if secure else {}),
        }
    ]


def _tls(token: OAuth2Token, host: str) -> Json:
    context: Json = {}
    if token.verify_tls:
        context["validation_context"] = {
            "trusted_ca": {"filename": token.tls_cafile or _AUTHORITIES},
            "match_typed_subject_alt_names": [{"san_type": "DNS", "matcher": {"exact": host}}],
        }
    socket = typed(names.UPSTREAM_TLS, sni=host, common_tls_context=context)
    return {"transport_socket": {"name": "tls", "typed_config": socket}}


def _tokens(auth: AuthConfig, public: str) -> Iterator[Json]:
    """Yield the filters that check JWTs, and say who has one."""
    token = auth.jwt
    if token is None:
        return
    rules: list[Json] = [{"match": {"safe_regex": {"regex": public}}}]
    if auth.api_keys:
        rules += [{"match": {"prefix": "/", "headers": which}} for which in _with_key()]
    rules.append({"match": {"prefix": "/"}, "requires": {"provider_name": _PROVIDER}})
    yield extension("tokens", names.JWT_AUTHN, providers={_PROVIDER: _provider(token)}, rules=rules)
    script = identity_script(auth, token)
    yield extension("identity", names.LUA, default_source_code={"inline_string": script})


def _provider(token: OAuth2Token) -> Json:
    if token.jwks is None:
        raise AssertionError("the token is asked about elsewhere")
    remote = {
        "http_uri": {
            "uri": token.jwks.uri,
            "cluster": JWKS,
            "timeout": duration(_KEYS_TIMEOUT),
        },
        "cache_duration": duration(token.jwks.key_recheck_period),
        # Before the first call, and again before they are too old.
        "async_fetch": {},
    }
    return {
        **({"issuer": token.issuer} if token.issuer else {}),
        "audiences": [token.audience],
        "remote_jwks": remote,
        # By default they may be in the query too, which is logged in many places.
        "from_headers": [{"name": "authorization", "value_prefix": "Bearer "}],
        "payload_in_metadata": CLAIMS,
        "require_expiration": True,
    }


def _with_key() -> Iterator[list[Json]]:
    """Yield what headers calls have that come with a key of ours."""
    yield [_starts("authorization", _BEARER_KEY)]
    absent = {"name": "authorization", "present_match": True, "invert_match": True}
    for name in _KEY_HEADERS:
        yield [absent, _starts(name, API_KEY_PREFIX)]


def _starts(name: str, prefix: str) -> Json:
    return {"name": name, "string_match": {"prefix": prefix}}


def _asking(auth: AuthConfig, routes: Mapping[str, Route], public: str) -> Iterator[Json]:
    """Yield the filter that asks the auth service."""
    if not auth.asks_service:
        return
    service = next((name for name, route in routes.items() if (route.api or name) == "auth"), None)
    if service is None:
        raise ConfigError(
            "auth: the service 'auth' has to be asked about callers, and is not among the exposed"
            " services; add it with 'expose: true'"
        )
    asking = extension(
        "envoy.filters.http.ext_authz",
        names.EXT_AUTHZ,
        transport_api_version="V3",
        grpc_service={
            "envoy_grpc": {"cluster_name": service},
            "timeout": duration(_TIMEOUT),
        },
        failure_mode_allow=False,
        status_on_error={"code": "ServiceUnavailable"},
    )
    skipped = [header(":path", public)]
    if auth.jwt:
        # Whoever has a token of the other kind is known already.
        skipped.append(header(PRINCIPAL, ".+"))
    skip = extension("skip", names.SKIP)
    matchers = [when(any_of(skipped), skip)]
    yield extension(
        "asking",
        names.WITH_MATCHER,
        extension_config=asking,
        xds_matcher=_matcher(matchers),
    )


def _rules(auth: AuthConfig, public: str, services: Sequence[Service]) -> Iterator[Json]:
    """Yield the rules about who may call what; the first that fits decides."""
    yield when(header(":path", public), _ALLOW)
    yield when(none_of(header(PRINCIPAL, ".+")), _DENY)
    for rule in auth.route_policy:
        yield _rule(rule, services)
    yield when(header(":path", ".*"), _DENY if auth.route_policy else _ALLOW)


def _rule(rule: RouteRule, services: Sequence[Service]) -> Json:
    scope = rule.permit or rule.forbid
    if scope is None:
        raise AssertionError("the model has checked it")
    paths = as_list(scope.paths)
    where = header(":path", ".*" if "*" in paths else paths_pattern(paths, services))
    conditions = [_condition(text) for text in as_list(rule.when or rule.unless)]
    who = all_of(conditions) if conditions else None
    if who and rule.unless:
        who = none_of(who)
    return when(all_of([where, who] if who else [where]), _ALLOW if rule.permit else _DENY)


def _condition(text: str) -> Json:
    condition, positive = of_the_user(parse(text))
    value = encoded(condition.value).replace(".", r"\.")
    found = header(ATTRIBUTES[condition.category], f"(.*,)?{value}(,.*)?")
    return found if positive else none_of(found)


def _matcher(matchers: Iterator[Json] | list[Json]) -> Json:
    return {"matcher_list": {"matchers": list(matchers)}}
