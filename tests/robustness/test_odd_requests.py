"""Requests as no client of good will sends them: each gets a clear answer, and the fleet goes on."""

import gzip
import json
import socket
import time
from typing import Any

import pytest

CHAT = "/v1/chat/completions"
DEEP = b"[" * 100_000 + b"]" * 100_000
MIB = 2**20
# In seconds. Nothing here may keep a caller waiting, not even on a busy machine.
AT_ONCE = 10.0


def chat(content: bytes = b'"hi"', more: bytes = b"", model: bytes = b'"remote/chat"') -> bytes:
    """Return a chat request, as JSON that the parts may spoil."""
    return b'{"model":%b,"messages":[{"role":"user","content":%b}]%b}' % (model, content, more)


BROKEN = {
    "malformed": b'{"model":',
    "empty": b"",
    "null": b"null",
    "a list": b"[]",
    "a number": b"1",
    "a comma too many": chat(more=b","),
    "something after the end": chat() + b"}",
    "no messages": b'{"model":"remote/chat"}',
    "an empty list of messages": b'{"model":"remote/chat","messages":[]}',
    "a null message": b'{"model":"remote/chat","messages":[null]}',
    "messages of the wrong type": b'{"model":"remote/chat","messages":"hi"}',
    "a model of the wrong type": chat(model=b"1"),
    "a deep body": DEEP,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a deep content": chat(DEEP),
    "a deep field that is not known": chat(more=b',"unknown":' + DEEP),
    "a deep tool": chat(more=b',"tools":[{"type":"function","function":{"parameters":%b}}]' % DEEP),
    "invalid UTF-8": chat(b'"\xff\xfe"'),
    "invalid UTF-8 in a field that is not known": chat(more=b',"unknown":"\xff\xfe"'),
    "a lone surrogate": chat(b'"\\ud800"'),
    "a lone surrogate as bytes": chat(b'"\xed\xa0\x80"'),
    "a lone surrogate in a field that is not known": chat(more=b',"unknown":"\\ud800"'),
    "a raw NUL": chat(b'"a\0b"'),
    "UTF-16": chat().decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + chat(),
    "not a number": chat(more=b',"temperature":NaN'),
    "a number beyond floats": chat(more=b',"temperature":1e400'),
    "a number below its range": chat(more=b',"max_tokens":-1'),
    "too many choices": chat(more=b',"n":1000000'),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_broken_body_is_refused(fleet, body):
    """A body that is no request is the caller's mistake: 400 in OpenAI's shape, never a 500 that pages somebody."""
    begun = time.monotonic()

    answer = fleet.call("POST", CHAT, body)

    assert 400 == answer.status, answer.body
    assert "invalid_request_error" == error(answer)["type"]
    assert time.monotonic() - begun < AT_ONCE


ODD = {
    "NUL in a text": (chat(b'"a\\u0000b"'), 200),
    "a number beyond 64 bits that only the model server reads": (
        chat(more=b',"max_tokens":' + b"9" * 100),
        200,
    ),
    "the last of two equal keys": (chat(more=b',"model":"nobody/x"'), 404),
    "NUL in a model": (chat(model=b'"a\\u0000b"'), 404),
    "a line break in a model": (chat(model=b'"a\\r\\nx-evil: 1"'), 404),
    "a long model": (chat(model=b'"%b"' % (b"m" * 100_000)), 404),
}


@pytest.mark.parametrize(("body", "status"), ODD.values(), ids=ODD)
def test_odd_but_valid_json_is_understood(fleet, body, status):
    """What JSON allows is no error of form. Names travel in headers and logs, where they must break nothing."""
    answer = fleet.call("POST", CHAT, body)

    assert status == answer.status, answer.body
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("more", [b',"seed":9223372036854775808', b',"max_tokens":' + b"9" * 400])
def test_numbers_that_the_engine_cannot_take_are_refused(fleet, more):
    """Between services requests are protos, whose integers have 64 bits; what does not fit is no bug of ours."""
    answer = fleet.call("POST", CHAT, chat(more=more, model=b'"engine"'))

    assert 400 == answer.status, answer.body
    assert "invalid_value" == error(answer)["code"]


STRANGE_PATHS = {
    f"GET {CHAT}?after=%00": 400,
    f"GET {CHAT}?model=%00": 400,
    f"GET {CHAT}?metadata[%00]=x": 400,
    f"GET {CHAT}?metadata[a]=x&metadata=y": 400,
    f"GET {CHAT}?limit=many": 400,
    f"GET {CHAT}?limit=-1": 400,
    f"GET {CHAT}?limit=99999999999999999999": 400,
    f"GET {CHAT}?order=upwards": 400,
    f"GET {CHAT}/%00": 400,
    f"GET {CHAT}/%FF": 404,
    f"GET {CHAT}/nobody": 404,
    "GET /v1/models/%00": 400,
    "GET /v1/models/%ED%A0%80": 404,
    "GET /v1/models/" + 9000 * "m": 404,
    "GET /v1/nothing": 404,
    f"PUT {CHAT}": 405,
}


@pytest.mark.parametrize(("call", "status"), STRANGE_PATHS.items(), ids=lambda x: str(x)[:60])
def test_strange_paths_and_queries_are_refused(fleet, call, status):
    """Paths and queries come from anybody, and some end in SQL: what the database cannot hold is a 400, not a 500."""
    answer = fleet.call(*call.split(" "))

    assert status == answer.status, answer.body
    assert error(answer)["type"]


def test_a_compressed_body_is_refused(fleet):
    """Nobody here unpacks bodies: a bomb of gzip does nothing, and an honest one is told."""
    answer = fleet.call("POST", CHAT, gzip.compress(chat()), {"content-encoding": "gzip"})

    assert 400 == answer.status, answer.body
    assert error(answer)["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/xml"])
def test_a_body_of_another_type_is_refused(fleet, kind):
    """Pages of the web may send these types anywhere without asking: they must not run models on somebody's laptop."""
    answer = fleet.call("POST", CHAT, chat(), {"content-type": kind})

    assert 415 == answer.status, answer.body
    assert "unsupported_media_type" == error(answer)["code"]


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", ""])
def test_json_may_be_called_in_other_ways(fleet, kind):
    """Types have parameters and any case, and plain HTTP clients send none."""
    assert 200 == fleet.call("POST", CHAT, chat(), {"content-type": kind}).status


def test_a_20_mb_body_reaches_a_model_server(fleet):
    """Images travel inside of requests: a body below the limit of 32 MiB is passed on whole."""
    text = b"a" * 20_000_000

    answer = fleet.call("POST", CHAT, chat(b'"%b"' % text))

    assert 200 == answer.status, answer.body[:500]
    assert text.decode() == answer.json()["choices"][0]["message"]["content"]


@pytest.mark.parametrize("path", [CHAT, "/v1/completions"])
def test_a_20_mb_prompt_does_not_stop_the_engine(fleet, path):
    """Making tokens of it would stop a runner for a minute, and so everybody's streams: it is refused unread."""
    text = b"a" * 20_000_000
    body = chat(b'"%b"' % text, model=b'"engine"')
    if path != CHAT:
        body = b'{"model":"engine","prompt":"%b"}' % text
    begun = time.monotonic()

    answer = fleet.call("POST", path, body)

    assert 400 == answer.status, answer.body[:500]
    assert "context_length_exceeded" == error(answer)["code"]
    assert time.monotonic() - begun < AT_ONCE


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/v1/completions", b'"model":"engine","prompt":"hi","best_of":2147483647'),
        ("/v1/completions", b'"model":"engine","n":128,"prompt":[%b"hi"]' % (b'"hi",' * 100_000)),
        ("/v1/embeddings", b'"model":"encoder","input":"%b"' % (20_000_000 * b"a")),
        ("/v1/embeddings", b'"model":"encoder","input":[%b"hi"]' % (b'"hi",' * 100_000)),
        (
            "/v1alpha/inference/rerank",
            b'"model":"encoder","query":"hi","items":["%b"]' % (20_000_000 * b"a"),
        ),
        (
            "/v1alpha/inference/rerank",
            b'"model":"encoder","query":"hi","items":[%b"hi"]' % (b'"hi",' * 100_000),
        ),
    ],
    ids=["best_of", "prompts", "a long input", "inputs", "a long item", "items"],
)
def test_a_request_for_too_much_is_refused(fleet, path, more):
    """One small request that asks for two billion answers would take a runner, and all who wait for it, down."""
    begun = time.monotonic()

    answer = fleet.call("POST", path, b"{%b}" % more)

    assert 400 == answer.status, answer.body[:500]
    assert "invalid_value" == error(answer)["code"]
    assert time.monotonic() - begun < AT_ONCE


def test_a_40_mb_body_is_too_large(fleet):
    """The limit is said in the answer, in OpenAI's shape, though Envoy refuses it before any service sees it."""
    answer = fleet.call("POST", CHAT, chat(b'"%b"' % (b"a" * 40_000_000)))

    assert 413 == answer.status
    assert "request_too_large" == error(answer)["code"]
    assert str(32 * MIB) in error(answer)["message"]


@pytest.mark.parametrize(
    "headers",
    [{"x-large": 200_000 * "a"}, {f"x-{number}": "a" for number in range(300)}],
    ids=["large", "many"],
)
def test_headers_that_are_too_large_or_too_many_are_refused(fleet, headers):
    """Headers are copied at each hop. 431 says so; the 429 that gRPC makes of it would have clients try again."""
    answer = fleet.call("POST", CHAT, chat(), headers)

    assert 431 == answer.status
    assert "headers_too_large" == error(answer)["code"]


@pytest.mark.parametrize(
    "headers",
    [
        {"grpc-timeout": "1n"},
        {"x-junk-bin": "no base64!"},
        {"x-llamastack-provider-data": 1000 * "["},
        {"x-envoy-original-path": "/v1/models/other", "x-fleet-status": "200"},
        {"traceparent": "no trace"},
        {"te": "trailers", "accept": "application/xml", "accept-encoding": "br"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_junk_in_headers_changes_nothing(fleet, headers):
    """Headers of REST callers become gRPC's metadata, some of which would end calls early or fail them."""
    assert 200 == fleet.call("POST", CHAT, chat(), headers).status


def test_headers_that_trickle_are_cut_off(fleet):
    """Else a few thousand sockets that send a byte a minute would hold every connection there is."""
    with socket.create_connection(("127.0.0.1", fleet.running.port), timeout=AT_ONCE) as slow:
        slow.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: fleet\r\n")
        begun = time.monotonic()
        answer = trickle(slow, b"x")

    assert b" 408 " in answer.partition(b"\r\n")[0]
    assert time.monotonic() - begun < AT_ONCE


def test_a_body_that_trickles_is_cut_off(fleet):
    """As with headers: a byte now and then keeps the idle timeout away, and the connection open for days."""
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: fleet\r\ncontent-length: 1000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", fleet.running.port), timeout=AT_ONCE) as slow:
        slow.sendall(head)

        assert b" 408 " in trickle(slow, b" ").partition(b"\r\n")[0]


def trickle(slow: socket.socket, piece: bytes) -> bytes:
    """Send `piece` again and again until there is an answer, and return that."""
    deadline = time.monotonic() + AT_ONCE
    slow.settimeout(0.2)
    while time.monotonic() < deadline:
        slow.sendall(piece)
        try:
            return slow.recv(65536)
        except TimeoutError:
            continue
    raise AssertionError("the slow sender was never cut off")


def error(answer: Any) -> dict[str, Any]:
    """Return the error in `answer`, which must be in OpenAI's shape."""
    assert "application/json" == answer.headers["content-type"]
    body: dict[str, Any] = json.loads(answer.body)
    assert {"error"} == body.keys()
    assert {"message", "type", "param", "code"} == body["error"].keys()
    return body["error"]
