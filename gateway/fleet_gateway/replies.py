"""Envoy's own errors, in the shapes that callers know."""

from collections.abc import Iterable, Iterator
from typing import Any

from fleet_gateway.config import GatewayConfig
from fleet_gateway.contract import Service
from fleet_gateway.names import CEL_FILTER, extension
from fleet_gateway.path_patterns import template_pattern
from fleet_gateway.shapes import CLIENT_ERROR, OPENAI, SERVER_ERROR, SHAPES, Reply, Shape
from fleet_runtime.access.config import AuthConfig

Json = dict[str, Any]

BODY = "%LOCAL_REPLY_BODY%"
CHALLENGE = 'Bearer realm="llama-fleet", error="invalid_token"'
REQUIRED = "Authentication required. Send your token or key as 'Authorization: Bearer …'."


def local_replies(values: GatewayConfig, services: Iterable[Service], auth: AuthConfig) -> Json:
    """Return `local_reply_config`: plain text for gRPC, JSON for the rest. First match wins.

    Args:
        values: The limits that messages name.
        services: What is served: a known path with a wrong verb is told what it takes.
        auth: Who may call: those who may not are told why.
    """
    plain = {"text_format_source": {"inline_string": BODY}}
    client_error = Reply(CLIENT_ERROR, None, BODY)
    server_error = Reply(SERVER_ERROR, "internal_error", "Internal error.", "server_error")
    mappers = list(_for_another_audience(plain)) if auth.jwt else []
    mappers.append(_mapper(_all(_status("GE", CLIENT_ERROR), _native()), plain))
    mappers += _not_let_in() if auth.enabled else ()
    mappers += _wrong_verbs(services)
    for reply in _replies(values):
        mappers += _shaped(reply, _status("EQ", reply.status))
    # Answers of 200, as of the health check, pass as they are.
    between = _all(_status("GE", CLIENT_ERROR), _status("LE", SERVER_ERROR - 1))
    mappers += _shaped(client_error, between)
    mappers += _shaped(server_error, _status("GE", SERVER_ERROR))
    return {"mappers": mappers}


def _replies(values: GatewayConfig) -> list[Reply]:
    url = "Unknown request URL: %REQ(:METHOD)% %PATH(NQ:ORIG_OR_PATH)%."
    large = f"The body is larger than {values.max_request_bytes} bytes."
    headers = f"The headers are larger than {values.max_header_kb} KiB, or too many."
    away = "The service behind this path does not answer right now; try again."
    late = "The service behind this path did not answer in time."
    return [
        Reply(401, "invalid_api_key", BODY, "authentication_error"),
        Reply(403, "forbidden", BODY, "permission_error"),
        Reply(404, "unknown_url", url),
        Reply(408, "timeout", "The request, or its next byte, did not come in time."),
        Reply(413, "request_too_large", large),
        Reply(429, "rate_limit_exceeded", "Too many requests; try later.", "rate_limit_error"),
        Reply(431, "headers_too_large", headers),
        Reply(502, "bad_gateway", "The service behind this path broke off.", "server_error"),
        Reply(503, "service_unavailable", away, "server_error"),
        Reply(504, "timeout", late, "server_error"),
    ]


def _for_another_audience(plain: Json) -> Iterator[Json]:
    """Yield mappers that turn 403 into 401 where a token is good, but meant for others: to us it says nothing."""
    details = _details("jwt_authn_access_denied{Audiences_in_Jwt_are_not_allowed}")
    message = "The token is for another audience."
    reply = Reply(401, "invalid_api_key", message, "authentication_error")
    header = {"key": "www-authenticate", "value": CHALLENGE}
    for mapper in (_mapper(_all(details, _native()), plain), *_shaped(reply, details)):
        yield {**mapper, "status_code": 401, "headers_to_add": [{"header": header}]}


def _not_let_in() -> Iterator[Json]:
    """Yield mappers that say to callers what Envoy has its own words for."""
    yield from _shaped(
        Reply(401, "authentication_required", REQUIRED, "authentication_error"),
        _details("jwt_authn_access_denied{Jwt_is_missing}"),
    )
    route = "%PATH(NQ:ORIG_OR_PATH)%"
    denied = f"Access denied: insufficient permissions for route {route}"
    yield from _shaped(
        Reply(403, "forbidden", denied, "permission_error"), _details("rbac_access_denied")
    )


def _details(beginning: str) -> Json:
    """Match replies by what Envoy notes of them."""
    told = f"response.code_details.startsWith('{beginning}')"
    return {"extension_filter": extension("details", CEL_FILTER, expression=told)}


def _wrong_verbs(services: Iterable[Service]) -> Iterator[Json]:
    """Yield mappers that turn the transcoder's 404 into 405, where the path is known."""
    verbs: dict[str, set[str]] = {}
    for path, verb in (found for service in services for found in service.paths):
        verbs.setdefault(path, set()).add(verb)
    paths: dict[tuple[str, ...], list[str]] = {}
    for path, taken in verbs.items():
        paths.setdefault(tuple(sorted(taken)), []).append(path)
    for allowed, alike in paths.items():
        regex = rf"({'|'.join(map(template_pattern, alike))})/?(\?.*)?"
        known = _header(":path", {"string_match": {"safe_regex": {"regex": regex}}})
        message = "%REQ(:METHOD)% is not allowed here; allowed: " + ", ".join(allowed) + "."
        reply = Reply(405, "method_not_allowed", message)
        header = {"key": "allow", "value": ", ".join(allowed)}
        for mapper in _shaped(reply, _all(_status("EQ", 404), known)):
            yield {**mapper, "status_code": 405, "headers_to_add": [{"header": header}]}


def _shaped(reply: Reply, when: Json) -> Iterator[Json]:
    """Yield the mappers of one reply: each shape on its own paths."""
    for shape in SHAPES:
        where = when if shape is OPENAI else _all(when, _on_paths(shape))
        yield _mapper(where, {"json_format": shape.body(reply)})


def _mapper(when: Json, body: Json) -> Json:
    return {"filter": when, "body_format_override": body}


def _native() -> Json:
    """Match calls that came as gRPC or gRPC-Web, not from the transcoder."""
    transcoded = _header("x-envoy-original-method", {"present_match": True, "invert_match": True})
    grpc = _header("content-type", {"string_match": {"prefix": "application/grpc"}})
    return _all(grpc, transcoded)


def _on_paths(shape: Shape) -> Json:
    """Match the paths of a shape, before and after transcoding."""
    prefix = {"string_match": {"prefix": shape.path}}
    names = (":path", "x-envoy-original-path")
    return {"or_filter": {"filters": [_header(name, prefix) for name in names]}}


def _header(name: str, match: Json) -> Json:
    return {"header_filter": {"header": {"name": name, **match}}}


def _status(operator: str, status: int) -> Json:
    # Envoy wants a runtime key; nothing sets it.
    value = {"default_value": status, "runtime_key": "fleet.unset"}
    return {"status_code_filter": {"comparison": {"op": operator, "value": value}}}


def _all(*filters: Json) -> Json:
    return {"and_filter": {"filters": list(filters)}}
