"""What a service sees of a REST call."""

import json
from http.client import HTTPConnection

import pytest

from fleet_testing.gateway import CHAT, error


def header(seen, name):
    """Return all values of a metadata entry."""
    return [value for key, value in seen["metadata"] if key == name]


def test_bodies_pass_byte_for_byte(fleet):
    """Key order, big numbers, nulls and spaces are the caller's; so is bad JSON."""
    body = '{"z": 1,"a":null, "seed": 12345678901234567890, "é": [1.0]} trailing'

    assert body == fleet.echo("POST", CHAT, body)["body"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/models/meta-llama%2FLlama-3.2-1B",
        "/v1/models/meta-llama/Llama-3.2-1B",
        "/v1/chat/completions/a%2Fb/messages",
        "/v1/version?include[]=a&include[]=b&created[after]=3&q=%20%2B",
        "/v1/providers/x/",
    ],
)
def test_paths_and_queries_pass_as_they_were_written(fleet, path):
    """The service takes ids with slashes and OpenAI's `include[]` from them."""
    assert [path] == header(fleet.echo(path=path), "x-envoy-original-path")


@pytest.mark.parametrize("query", ["data=aGk=", "data=%%", "content_type=x", "extensions=1"])
def test_queries_are_never_taken_for_the_body(fleet, query):
    """Though `HttpBody`, which the transcoder fills, has fields of these names."""
    without = fleet.echo(path=f"/v1/version?{query}")
    kind = {"content-type": "text/x"}
    posted = fleet.echo("POST", f"/v1/embeddings?{query}", "mine", kind)

    assert ("", "") == (without["body"], without["content_type"])
    assert ("mine", "text/x") == (posted["body"], posted["content_type"])


@pytest.mark.parametrize("name", ["x-envoy-original-path", "x-envoy-original-method"])
def test_callers_cannot_say_what_they_called(fleet, name):
    """The service believes these."""
    seen = fleet.echo(path="/v1/version", headers={name: "/v1/secret"})

    assert ["/v1/version"] == header(seen, "x-envoy-original-path")
    assert ["GET"] == header(seen, "x-envoy-original-method")


def test_grpc_timeout_means_nothing_over_rest(fleet):
    """It would silently cut streams short."""
    answer = fleet.chat({"grpc-timeout": "50m"}, do="stream", chunks=4, gap=0.1)

    assert answer.body.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("name", ["x-foo-bin", "X-Trace-Bin", "grpc-status-details-bin"])
def test_junk_in_binary_headers_does_no_harm(fleet, name):
    """GRPC would fail the call with 500 over illegal base64."""
    assert [] == header(fleet.echo(headers={name: "not base64!"}), name.lower())


def test_duplicate_headers_arrive_as_such(fleet):
    """Which of them counts is for the service to say."""
    with fleet.envoy.connected() as connection:
        connection.putrequest("GET", "/v1/version")
        connection.putheader("x-multi", "a")
        connection.putheader("x-multi", "b")
        connection.endheaders()
        seen = json.loads(connection.getresponse().read())

    assert ["a", "b"] == header(seen, "x-multi")


def test_headers_of_70_kb_pass(fleet):
    """Provider keys and tokens can be long; gRPC alone takes 8 KiB and calls the rest 429."""
    value = "x" * 70_000

    assert [value] == header(fleet.echo(headers={"x-long": value}), "x-long")


def test_larger_headers_are_431(fleet):
    """Told in the shape of all errors."""
    answer = fleet.envoy.call("GET", "/v1/version", headers={"x-long": "x" * 120_000})

    assert 431 == answer.status
    assert "headers_too_large" == error(answer)["code"]


def test_too_many_headers_are_431(fleet):
    """Each one costs."""
    headers = {f"x-{number}": "1" for number in range(250)}
    answer = fleet.envoy.call("GET", "/v1/version", headers=headers)

    assert 431 == answer.status


def test_the_callers_request_id_is_kept_and_told(fleet):
    """One id follows a call from the caller's log to ours."""
    answer = fleet.envoy.call("GET", "/v1/version", headers={"x-request-id": "mine"})

    assert "mine" == answer.headers["x-request-id"]
    assert ["mine"] == header(answer.json(), "x-request-id")


def test_errors_have_a_request_id_too(fleet):
    """That is when one is needed."""
    answer = fleet.envoy.call("GET", "/nope")

    assert answer.headers["x-request-id"]


def test_traces_go_on(fleet):
    """Without tracing of its own, the gateway passes the caller's trace."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    assert [trace] == header(fleet.echo(headers={"traceparent": trace}), "traceparent")


def test_connections_are_kept(fleet):
    """Each new one costs a handshake."""
    with fleet.envoy.connected() as connection:
        first = _status_and_socket(connection)
        second = _status_and_socket(connection)

    assert first == second


def _status_and_socket(connection: HTTPConnection):
    connection.request("GET", "/v1/version")
    answer = connection.getresponse()
    answer.read()
    return answer.status, id(connection.sock)
