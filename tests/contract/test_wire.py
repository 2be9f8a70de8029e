"""The wire itself, byte for byte where OpenAI documents bytes: no SDK hides anything here."""

import json
import re

import pytest

from fleet_testing.openai_upstream import Canned

pytestmark = pytest.mark.timeout(600)  # the first test waits for the fleet

CHAT = "/v1/chat/completions"
HELLO = [{"role": "user", "content": "Hello there"}]
EVENT = re.compile(rb"data: (.*)\n\n")

ENVELOPE = {"message", "type", "param", "code"}


def chat(wire, **fields):
    return wire.post(CHAT, {"model": "remote/chat", "messages": HELLO} | fields)


def events(answer):
    """Return what each event of a stream carries, `[DONE]` too."""
    assert "text/event-stream; charset=utf-8" == answer.headers["content-type"]
    assert b"" == EVENT.sub(b"", answer.body)  # no comments, no names, no ids
    return EVENT.findall(answer.body)


def chunks(answer):
    *found, done = events(answer)
    assert b"[DONE]" == done
    return [json.loads(chunk) for chunk in found]


def last_body(upstream):
    return upstream.requests[-1].body


# Answers


def test_nulls_are_there(wire, side):
    """Strict decoders want the key of a nullable field, not its absence."""
    body = chat(wire, model=side.chat, max_tokens=2).json()
    (choice,) = body["choices"]

    assert "chat.completion" == body["object"]
    assert choice["logprobs"] is None
    assert choice["message"]["refusal"] is None
    assert choice["finish_reason"] in ("stop", "length")


def test_chunks_have_a_null_finish_reason_until_the_last(wire, side):
    """Clients compare it with null to see whether the answer goes on."""
    found = chunks(chat(wire, model=side.chat, max_tokens=2, stream=True))
    reasons = [chunk["choices"][0]["finish_reason"] for chunk in found]

    assert {None} == set(reasons[:-1])
    assert reasons[-1] in ("stop", "length")
    assert "assistant" == found[0]["choices"][0]["delta"]["role"]


def test_content_is_null_beside_tool_calls(wire, side):
    """OpenAI's shape; an empty text would be an answer."""
    tool = {
        "type": "function",
        "function": {"name": "go", "parameters": {"type": "object", "properties": {}}},
    }
    asked = {"tools": [tool], "tool_choice": "required", "temperature": 0, "max_tokens": 200}
    message = chat(wire, model=side.chat, **asked).json()["choices"][0]["message"]

    assert "content" in message
    assert message["content"] is None
    assert "function" == message["tool_calls"][0]["type"]


def test_integers_are_integers(wire, side):
    """Proto's JSON writes 64-bit integers as strings; OpenAI's does not."""
    body = chat(wire, model=side.chat, max_tokens=1).json()

    assert type(body["created"]) is int
    assert {int} == {type(count) for count in body["usage"].values() if type(count) is not dict}


def test_the_model_is_named_as_asked(wire, side):
    """In every chunk: callers tell answers apart by it."""
    found = chunks(chat(wire, model=side.chat, max_tokens=3, stream=True))

    assert {side.chat} == {chunk["model"] for chunk in found}


@pytest.mark.parametrize("path", [CHAT, "/v1/completions"])
def test_usage_chunk_only_when_asked(wire, side, path):
    """One chunk with `choices: []` before `[DONE]`, and none if nobody asked."""
    body = {"model": side.chat, "messages": HELLO, "prompt": "One", "max_tokens": 2, "stream": True}
    body.pop("prompt" if path == CHAT else "messages")
    without = chunks(wire.post(path, body))
    asked = chunks(wire.post(path, body | {"stream_options": {"include_usage": True}}))

    assert all(chunk["choices"] for chunk in without)
    assert [] == asked[-1]["choices"]
    assert asked[-1]["usage"]["total_tokens"] > 0
    assert all(chunk["choices"] for chunk in asked[:-1])


def test_answer_fields_that_we_do_not_know_pass(wire, upstream):
    """Model servers are ahead of us; what they add is for the caller."""
    body = (
        b'{"id":"x","object":"chat.completion","created":1,"model":"odd","choices":[{"index":0,'
        b'"message":{"role":"assistant","content":"\xc3\xa9","thought":{"b":1,"a":[1.0,1e3]}},'
        b'"finish_reason":"stop","stop_reason":null}],"kv_transfer_params":null}'
    )
    upstream.canned["odd"] = Canned(body)
    answer = chat(wire, model="remote/odd")

    assert body.replace(b'"model":"odd"', b'"model":"remote/odd"') == answer.body


def test_answers_that_lack_fields_pass(wire, upstream):
    """Not every server says all; the caller has what it said, and no 500."""
    body = b'{"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":"many"}}'
    upstream.canned["terse"] = Canned(body)
    answer = chat(wire, model="remote/terse")

    assert 200 == answer.status, answer.body
    assert body == answer.body


def test_streams_that_lack_fields_pass(wire, upstream):
    """As above; the store that cannot keep such an answer says nothing to the caller."""
    event = b'data: {"choices":[{"delta":{"content":"hi"}}],"usage":null}\n\n'
    kind = {"content-type": "text/event-stream"}
    upstream.canned["terse-stream"] = Canned(event + b"data: [DONE]\n\n", headers=kind)
    answer = chat(wire, model="remote/terse-stream", stream=True)

    assert event + b"data: [DONE]\n\n" == answer.body


# Requests


def test_schemas_keep_the_order_of_their_keys(wire, upstream):
    """Models write keys in the order of the schema, so sorting them changes answers."""
    schema = b'{"type":"object","properties":{"z":{"type":"null"},"a":{"enum":[1.0,1e3,null]}}}'
    tools = b'[{"type":"function","function":{"name":"f","parameters":' + schema + b',"x-new":1}}]'
    form = b'{"type":"json_schema","json_schema":{"name":"n","schema":' + schema + b"}}"
    messages = b'[{"role":"user","content":"hi","x-cache":{"b":1,"a":2}}]'
    fields = b'"messages":%b,"tools":%b,"response_format":%b' % (messages, tools, form)
    wire.post(CHAT, b'{"model":"remote/chat",' + fields + b',"tool_choice":"auto"}')
    sent = last_body(upstream)

    assert tools in sent
    assert form in sent
    assert messages in sent


def test_unknown_fields_are_forwarded(wire, upstream):
    """What a model server takes beyond OpenAI's API is between it and the caller."""
    chat(wire, guided_choice=["a", "b"], vendor={"z": None, "a": 1})
    sent = json.loads(last_body(upstream))

    assert ["a", "b"] == sent["guided_choice"]
    assert ["z", "a"] == list(sent["vendor"])
    assert "chat" == sent["model"]


@pytest.mark.parametrize("seed", [2**53 + 1, -(2**63), 2**63 - 1])
def test_large_seeds_arrive(wire, upstream, seed):
    """Beyond 2^53 a float would be another number."""
    wire.post(
        CHAT, b'{"model":"remote/chat","messages":[{"role":"user","content":"a"}],"seed":%d}' % seed
    )

    assert b'"seed":%d' % seed in last_body(upstream)


def test_nulls_of_a_request_are_the_defaults(wire, side):
    """SDKs and people send `null` for what they do not set."""
    unset = dict.fromkeys(("temperature", "tools", "stop", "seed", "stream", "response_format"))

    assert 200 == chat(wire, model=side.chat, max_tokens=1, **unset).status


# Errors


def error(answer):
    """Return the error in OpenAI's envelope: four keys, no more."""
    assert "application/json" == answer.headers["content-type"]
    assert ["error"] == list(answer.json())
    assert set(answer.json()["error"]) == ENVELOPE
    return answer.json()["error"]


@pytest.mark.parametrize(
    ("change", "status", "kind", "param", "code"),
    [
        ({"model": "nope"}, 404, "invalid_request_error", "model", "model_not_found"),
        ({"model": "encoder"}, 400, "invalid_request_error", "model", "model_type_mismatch"),
        ({"model": 1}, 400, "invalid_request_error", "model", "invalid_value"),
        ({"messages": []}, 400, "invalid_request_error", "messages", "invalid_value"),
        (
            {"messages": [{}]},
            400,
            "invalid_request_error",
            "messages[0].role",
            "missing_required_parameter",
        ),
        ({"temperature": 3}, 400, "invalid_request_error", "temperature", "invalid_value"),
        ({"n": "two"}, 400, "invalid_request_error", "n", "invalid_value"),
        ({"model": "remote/fail-400"}, 400, "invalid_request_error", None, "made_to_fail"),
        ({"model": "remote/fail-401"}, 502, "server_error", None, "upstream_unauthorized"),
        ({"model": "remote/fail-403"}, 502, "server_error", None, "upstream_unauthorized"),
        ({"model": "remote/fail-404"}, 404, "invalid_request_error", None, "made_to_fail"),
        ({"model": "remote/fail-409"}, 409, "invalid_request_error", None, "made_to_fail"),
        ({"model": "remote/fail-413"}, 413, "invalid_request_error", None, "made_to_fail"),
        ({"model": "remote/fail-422"}, 422, "invalid_request_error", None, "made_to_fail"),
        ({"model": "remote/fail-429"}, 429, "invalid_request_error", None, "made_to_fail"),
        ({"model": "remote/fail-500"}, 500, "server_error", None, "made_to_fail"),
        ({"model": "remote/fail-503"}, 503, "server_error", None, "made_to_fail"),
        ({"model": "remote/garbage"}, 502, "server_error", None, "upstream_garbage"),
        ({"model": "down/chat"}, 502, "server_error", None, "upstream_unreachable"),
        ({"model": "impatient/hang"}, 504, "server_error", None, "upstream_timeout"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_refusals(wire, *, stream, change, status, kind, param, code):
    """The status says whose fault it is; the rest says what to do. A stream that did not begin fails the same way."""
    answer = chat(wire, stream=stream, **change)
    found = error(answer)

    assert status == answer.status
    assert (kind, param, code) == (found["type"], found["param"], found["code"])
    assert found["message"]


@pytest.mark.parametrize("status", [429, 503])
def test_upstreams_patience_is_passed_on(wire, status):
    """SDKs wait as long as `retry-after` says."""
    assert "7" == chat(wire, model=f"remote/fail-{status}").headers["retry-after"]


def test_messages_of_unknown_models_are_those_of_llama_stack(wire):
    """Scripts look for this text."""
    message = error(chat(wire, model="nope"))["message"]

    assert "Model 'nope' not found. Use 'client.models.list()' to list available Models." == message


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("/v1/completions", {"model": "engine"}, "prompt"),
        ("/v1/embeddings", {"model": "encoder"}, "input"),
        ("/v1/embeddings", {"model": "engine", "input": "x"}, "model"),
        ("/v1alpha/inference/rerank", {"model": "encoder", "query": "x"}, "items"),
        ("/v1alpha/inference/rerank", {"model": "engine", "query": "x", "items": ["y"]}, "model"),
        ("/v1/models", {"model_id": "x", "provider_id": "nobody"}, "provider_id"),
    ],
)
def test_refusals_name_the_field(wire, path, body, param):
    """On every API."""
    answer = wire.post(path, body)

    assert (400, param) == (answer.status, error(answer)["param"])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"model":"remote/chat"} x', b"null"])
def test_bodies_that_are_no_json_object(wire, body):
    """Whatever comes is answered."""
    answer = wire.post(CHAT, body)

    assert 400 == answer.status
    assert "invalid_request_error" == error(answer)["type"]


def test_what_a_provider_cannot_do_is_501(wire):
    """OpenAI has no rerank."""
    body = {"model": "remote/reranker", "query": "x", "items": ["y"]}
    answer = wire.post("/v1alpha/inference/rerank", body)

    assert 501 == answer.status
    assert error(answer)["message"]


def test_names_that_are_taken_are_409(wire):
    """Registering is no way to point others' requests elsewhere."""
    body = {"model_id": "engine", "provider_id": "remote", "provider_model_id": "chat"}
    answer = wire.post("/v1/models", body)

    assert (409, "model_exists") == (answer.status, error(answer)["code"])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nope", 404, "unknown_url"),
        ("PUT", CHAT, 405, "method_not_allowed"),
        ("GET", "/v1/embeddings", 405, "method_not_allowed"),
        ("GET", "/v1/models/nope", 404, "model_not_found"),
        ("DELETE", "/v1/models/nope", 404, "model_not_found"),
        ("GET", f"{CHAT}/chatcmpl-nope", 404, "completion_not_found"),
        ("GET", f"{CHAT}/chatcmpl-nope/messages", 404, "completion_not_found"),
        ("GET", "/v1/providers/nope", 404, "provider_not_found"),
    ],
)
def test_what_is_not_there(wire, method, path, status, code):
    """Wrong paths, wrong verbs and unknown ids, in one envelope."""
    answer = wire.call(method, path)

    assert (status, code) == (answer.status, error(answer)["code"])


def test_bodies_that_are_too_large(wire):
    """33 MiB are over the limit, and are said to be."""
    answer = wire.post(CHAT, b'{"model":"' + b"x" * (33 << 20) + b'"}')

    assert (413, "request_too_large") == (answer.status, error(answer)["code"])


def test_failure_in_mid_stream_comes_in_band(wire):
    """The status is out already; without the event a cut answer would look whole."""
    answer = chat(wire, model="remote/error-mid-stream", stream=True)
    *said, failed = events(answer)

    assert 200 == answer.status
    assert said
    assert {
        "message": "The engine fell over.",
        "type": "server_error",
        "param": None,
        "code": "engine_dead",
    } == json.loads(failed)["error"]


def test_upstream_that_breaks_off_is_told(wire):
    """As above, where the upstream says nothing itself."""
    failed = json.loads(events(chat(wire, model="remote/break-mid-stream", stream=True))[-1])

    assert "upstream_broke_off" == failed["error"]["code"]


# Headers and paths


def test_headers(wire):
    """A caller's request id comes back, and nothing tells what stands behind."""
    answer = wire.post(
        CHAT, {"model": "remote/chat", "messages": HELLO}, {"x-request-id": "req-of-mine"}
    )

    assert "application/json" == answer.headers["content-type"]
    assert "req-of-mine" == answer.headers["x-request-id"]
    assert not [name for name in answer.headers if name.startswith(("x-envoy", "x-fleet", "grpc-"))]


def test_request_id_is_made_where_none_came(wire):
    """Every answer can be found in the logs."""
    assert wire.call("GET", "/v1/models").headers["x-request-id"]


def test_request_id_reaches_the_upstream(wire, upstream):
    """One id for one request, across all hops."""
    wire.post(CHAT, {"model": "remote/chat", "messages": HELLO}, {"x-request-id": "req-across"})

    assert "req-across" == upstream.requests[-1].headers["x-request-id"]


def test_callers_key_goes_to_the_upstream_alone(wire, upstream):
    """The fleet's own key is not sent beside it, nor the header that carried it."""
    data = json.dumps({"openai_api_key": "sk-of-the-caller"})
    body = {"model": "remote/chat", "messages": HELLO}
    wire.post(CHAT, body, {"x-ogx-provider-data": data, "authorization": "Bearer fleet"})
    headers = upstream.requests[-1].headers

    assert "Bearer sk-of-the-caller" == headers["authorization"]
    assert "x-ogx-provider-data" not in headers


def test_web_pages_may_ask_first(wire):
    """A preflight gets an answer of its own, not the 405 of a wrong verb."""
    asked = {"origin": "http://localhost:3000", "access-control-request-method": "POST"}
    answer = wire.call("OPTIONS", CHAT, headers=asked)

    assert answer.status in (200, 204)
    assert "http://localhost:3000" == answer.headers["access-control-allow-origin"]


@pytest.mark.parametrize("slash", ["/", "%2F"])
def test_slashes_in_model_ids(wire, slash):
    """Clients that escape and clients that do not."""
    name = "runner/HuggingFaceTB/SmolLM2-135M-Instruct"
    answer = wire.call("GET", f"/v1/models/{name.replace('/', slash)}")

    assert name == answer.json()["identifier"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("chat/completions", {"model": "remote/chat", "messages": HELLO}),
        ("completions", {"model": "remote/chat", "prompt": "x"}),
        ("embeddings", {"model": "remote/text-embedder", "input": "x"}),
    ],
)
def test_paths_of_older_llama_stacks(wire, path, body):
    """SDKs of 0.2 call OpenAI's API below a path of its own."""
    assert wire.post(f"/v1/{path}", body).json() == wire.post(f"/v1/openai/v1/{path}", body).json()


def test_models_are_listed_in_both_envelopes(wire):
    """`object` for OpenAI's SDK, `data` for Llama Stack's."""
    body = wire.call("GET", "/v1/models").json()

    assert ["object", "data"] == list(body)
    assert body == wire.call("GET", "/v1/openai/v1/models").json()


def test_written_secrets_are_not_shown(wire):
    """A key that somebody wrote into the config is nobody's business."""
    answer = wire.call("GET", "/v1/providers/remote")

    assert "********" == answer.json()["config"]["api_key"]
    assert b"sk-test" not in answer.body
