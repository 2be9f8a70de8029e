"""Every error that a REST caller can meet has the shape and the status that SDKs expect."""

import json

import pytest

from fleet_testing.gateway import CHAT, error

FLEET_ERROR = '{"error":{"message":"no \\u00e9","type":"t","param":"p","code":"c"}}'


def test_the_service_writes_the_whole_body(fleet):
    """Type, param and code are the service's to say; they pass byte for byte."""
    answer = fleet.chat(do="abort", code="NOT_FOUND", trailers=[["x-fleet-error", FLEET_ERROR]])

    assert 404 == answer.status
    assert FLEET_ERROR.encode() == answer.body
    assert "application/json" == answer.headers["content-type"]
    assert str(len(FLEET_ERROR)) == answer.headers["content-length"]


def test_the_service_picks_the_status(fleet):
    """GRPC has no code for 422, 402 or 502."""
    trailers = [["x-fleet-error", FLEET_ERROR], ["x-fleet-status", "422"]]
    answer = fleet.chat(do="abort", code="INVALID_ARGUMENT", trailers=trailers)

    assert 422 == answer.status
    assert FLEET_ERROR.encode() == answer.body


def test_retry_after_reaches_the_caller(fleet):
    """SDKs wait that long."""
    answer = fleet.chat(do="abort", code="RESOURCE_EXHAUSTED", trailers=[["retry-after", "7"]])

    assert 429 == answer.status
    assert "7" == answer.headers["retry-after"]


def test_long_errors_pass(fleet):
    """An error may quote a prompt."""
    body = json.dumps({"error": {"message": "é" * 4000}})
    answer = fleet.chat(do="abort", code="NOT_FOUND", trailers=[["x-fleet-error", body]])

    assert body.encode() == answer.body


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("INVALID_ARGUMENT", 400, "invalid_request_error"),
        ("UNAUTHENTICATED", 401, "authentication_error"),
        ("PERMISSION_DENIED", 403, "permission_error"),
        ("NOT_FOUND", 404, "invalid_request_error"),
        ("ALREADY_EXISTS", 409, "conflict_error"),
        ("RESOURCE_EXHAUSTED", 429, "rate_limit_error"),
        ("INTERNAL", 500, "server_error"),
        ("UNIMPLEMENTED", 501, "server_error"),
        ("UNAVAILABLE", 503, "server_error"),
        ("DEADLINE_EXCEEDED", 504, "server_error"),
    ],
)
def test_other_grpc_errors_are_put_in_shape(fleet, code, status, kind):
    """GRPC itself raises some; without care the status of each would be 200."""
    message = 'say "no", \\ é and {"code":1,"message":"x","details":[]}'
    answer = fleet.chat(do="abort", code=code, message=message)

    assert status == answer.status
    assert {"message": message, "type": kind, "param": None, "code": None} == error(answer)


@pytest.mark.parametrize("details", ["known", "unknown"])
@pytest.mark.parametrize("initial", [False, True])
def test_details_do_not_cost_the_body(fleet, details, initial):
    """Of a detail whose type it does not know, Envoy would make an empty body, or none at all."""
    answer = fleet.chat(
        do="abort", code="NOT_FOUND", message="gone", details=details, initial=initial
    )

    assert 404 == answer.status
    assert "gone" == error(answer)["message"]


def test_nothing_of_grpc_is_left(fleet):
    """Those headers are between Envoy and the service."""
    trailers = [["x-fleet-error", FLEET_ERROR], ["x-fleet-status", "422"]]
    answer = fleet.chat(do="abort", code="NOT_FOUND", trailers=trailers)

    left = [name for name in answer.headers if name.startswith(("grpc-", "x-fleet-", "x-envoy-"))]
    assert [] == left


def test_successes_show_nothing_of_grpc_either(fleet):
    """The same for answers that are none."""
    answer = fleet.chat()

    left = [n for n in answer.headers if n.startswith(("grpc-", "x-fleet-", "x-envoy-", "server"))]
    assert [] == left


def test_an_error_in_mid_stream_comes_in_band(fleet):
    """HTTP callers do not see the status at the end of a stream, so the service says it inside."""
    answer = fleet.chat(do="stream", chunks=2, abort="INTERNAL")

    assert 200 == answer.status
    assert answer.body == b'data: 0\n\ndata: 1\n\ndata: {"error":{"message":"broke"}}\n\n'


def test_unknown_paths_are_404(fleet):
    """They must not reach whichever service comes first."""
    before = fleet.count("calls")
    answer = fleet.envoy.call("GET", "/v1/nope?token=secret")

    assert 404 == answer.status
    assert {
        "message": "Unknown request URL: GET /v1/nope.",
        "type": "invalid_request_error",
        "param": None,
        "code": "unknown_url",
    } == error(answer)
    assert before + 1 == fleet.count("calls")


@pytest.mark.parametrize(
    ("verb", "path", "allowed"),
    [
        ("DELETE", "/v1/version", "GET"),
        ("PUT", "/v1/models", "GET, POST"),
        ("POST", "/v1/models/a/b?x=1", "DELETE, GET"),
        ("GET", "/v1/embeddings/", "POST"),
    ],
)
def test_known_paths_say_which_verbs_they_take(fleet, verb, path, allowed):
    """A wrong verb is not a wrong path."""
    answer = fleet.envoy.call(verb, path)

    assert 405 == answer.status
    assert allowed == answer.headers["allow"]
    assert "method_not_allowed" == error(answer)["code"]


def test_bodies_up_to_the_limit_pass(fleet):
    """Without a limit of its own, the transcoder takes 1 MiB."""
    body = "x" * (2 << 20)

    assert body == fleet.echo("POST", CHAT, body)["body"]


def test_larger_bodies_are_413(fleet):
    """And the shape is ours, not Envoy's."""
    answer = fleet.envoy.call("POST", CHAT, "x" * (3 << 20))

    assert 413 == answer.status
    assert {
        "message": "The body is larger than 2097152 bytes.",
        "type": "invalid_request_error",
        "param": None,
        "code": "request_too_large",
    } == error(answer)


def test_anthropic_paths_have_anthropic_errors(fleet):
    """Its SDK reads `type` at the top."""
    answer = fleet.envoy.call("POST", "/v1/messages/nowhere", "{}")

    assert 404 == answer.status
    assert {
        "type": "error",
        "error": {
            "type": "not_found_error",
            "message": "Unknown request URL: POST /v1/messages/nowhere.",
        },
    } == answer.json()


def test_googles_paths_have_googles_errors(fleet):
    """Its SDK reads a number and a name."""
    answer = fleet.envoy.call("GET", "/v1alpha/interactions")

    assert 405 == answer.status
    assert {
        "error": {
            "code": 405,
            "message": "GET is not allowed here; allowed: POST.",
            "status": "INVALID_ARGUMENT",
        }
    } == answer.json()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "/v1/messages",
            {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}},
        ),
        (
            "/v1alpha/interactions",
            {"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}},
        ),
    ],
)
def test_grpcs_own_errors_are_in_the_shape_of_the_path(fleet, path, expected):
    """Whichever SDK meets one knows what to read."""
    do = json.dumps({"do": "abort", "code": "UNAVAILABLE", "message": "busy"})
    answer = fleet.envoy.call("POST", path, do)

    assert 503 == answer.status
    assert expected == answer.json()


def test_a_service_that_is_not_there_is_503(start):
    """Envoy's own words would name its parts."""
    fleet = start(routes={"inference": {"endpoints": ["127.0.0.1:1"]}})
    answer = fleet.chat()

    assert 503 == answer.status
    assert "service_unavailable" == error(answer)["code"]
    assert "server_error" == json.loads(answer.body)["error"]["type"]


def test_a_service_that_is_late_is_504(start):
    """Calls that do not stream have a deadline."""
    fleet = start(timeouts={"unary": 0.3})
    answer = fleet.envoy.call("POST", "/v1/embeddings", '{"do": "hang"}')

    assert 504 == answer.status
    assert "timeout" == error(answer)["code"]


def test_the_health_of_the_gateway_is_its_own(fleet):
    """What shapes errors must leave this one alone."""
    answer = fleet.envoy.call("GET", "/healthz")

    assert 200 == answer.status
    assert b"" == answer.body


def test_the_filter_itself_never_fails(fleet):
    """After the wait for a body, what it held before is dead; using it ends the script half-way."""
    fleet.chat(do="abort", code="NOT_FOUND", trailers=[["x-fleet-error", FLEET_ERROR]])
    fleet.chat(do="abort", code="NOT_FOUND", message="gone")
    errors = fleet.envoy.admin.stats(r"lua.*\.errors$")

    assert {0} == set(errors.values())
