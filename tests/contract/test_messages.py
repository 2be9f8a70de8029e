"""Anthropic's Messages API: its SDK against a running fleet, and the wire where no SDK looks."""

import json
import re
import time

import pytest

pytestmark = pytest.mark.timeout(900)  # the first test waits for the fleet, and for pip

MESSAGES = "/v1/messages"
PATIENCE = 20.0
HELLO = [{"role": "user", "content": "Hello there"}]
ASK = {"model": "remote/chat", "max_tokens": 9, "messages": HELLO}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
EVENT = re.compile(rb"event: (.*)\ndata: (.*)\n\n")


@pytest.fixture
def seen(side, play):
    """What the SDK saw in each scenario."""
    return play("anthropic", side.name)


def post(wire, **fields):
    return wire.post(MESSAGES, ASK | fields)


def events(answer):
    """Return name and data of each event of a stream."""
    assert "text/event-stream; charset=utf-8" == answer.headers["content-type"]
    assert b"" == EVENT.sub(b"", answer.body)  # no comments, no ids, no [DONE]
    return [(name.decode(), json.loads(data)) for name, data in EVENT.findall(answer.body)]


def test_sdk(seen, side):
    """The plainest request there is."""
    chat = seen["chat"]

    assert ("message", "assistant", side.chat) == (chat["type"], chat["role"], chat["model"])
    assert chat["id"].startswith("msg_")
    assert chat["text"]
    assert chat["stop"] in ("end_turn", "max_tokens")
    assert min(chat["usage"]) > 0


def test_sdk_streams_the_same(seen):
    """The SDK folds the events into a message, and checks their order on the way."""
    stream = seen["chat_stream"]
    texts = stream.pop("texts")

    assert seen["chat"]["text"] == "".join(texts)
    assert seen["chat"] | {"id": ""} == stream | {"id": ""}


def test_sdk_sees_every_kind_of_event(seen):
    """Each block is opened, told and closed."""
    first, second, *deltas, third, fourth, last = seen["events"]

    assert ("message_start", "content_block_start") == (first, second)
    assert {"content_block_delta"} == set(deltas)
    assert ("content_block_stop", "message_delta", "message_stop") == (third, fourth, last)


@pytest.mark.parametrize("scenario", ["tools", "tools_stream"])
def test_sdk_calls_tools(scenario, seen):
    """Agents stand on this, whole and streamed."""
    assert [["say", {"text": "hello"}]] == seen[scenario]["calls"]
    assert "tool_use" == seen[scenario]["stop"]


def test_sdk_hands_back_what_a_tool_returned(seen):
    """The second half of each call of a tool."""
    assert seen["turns"]["text"]


def test_sdk_gets_what_its_schema_says(seen):
    """Structured output, even from a small model."""
    assert {"city": "Paris"} == json.loads(seen["json_schema"]["text"])


def test_sdk_lists_models(seen, side):
    """Page by page, in the form that it knows."""
    found = seen["models"]

    assert ["model"] == found["types"]
    assert side.chat in found["ids"]
    assert sorted(set(found["ids"])) == found["ids"]


def test_sdk_counts_tokens(play):
    """The system prompt and the tools count, too, where the model's template has them."""
    plain, more = play("anthropic", "engine")["count"]

    assert 0 < plain < more
    assert [2, 2] == play("anthropic", "remote")["count"]  # a fake, which counts the last words


def test_sdk_has_batches_answered(seen):
    """From the first word to the last: each request has an outcome of its own."""
    found = seen["batches"]
    counts = found["ended"]["request_counts"]

    assert ("in_progress", 2) == (
        found["started"]["processing_status"],
        found["started"]["request_counts"]["processing"],
    )
    assert {"succeeded": 1, "errored": 1} == {k: n for k, n in counts.items() if n}
    assert seen["chat"] | {"id": ""} == found["good"] | {"id": ""}
    assert ["errored", "not_found_error"] == found["bad"]
    assert found["listed"]


def test_sdk_forgets_batches(seen):
    """An ended one may be canceled without effect, and deleted with."""
    found = seen["batches"]

    assert ("ended", "message_batch_deleted") == (found["canceled"], found["deleted"])
    assert "NotFoundError" == found["gone"]["class"]


@pytest.mark.parametrize(
    ("case", "kind", "status"),
    [
        ("unknown model", "NotFoundError", 404),
        ("wrong kind", "BadRequestError", 400),
        ("wrong type", "BadRequestError", 400),
        ("too many", "RateLimitError", 429),
    ],
)
def test_sdk_errors(case, kind, status, play):
    """Programs catch these classes."""
    found = play("anthropic", "remote")["errors"][case]

    assert (kind, status) == (found["class"], found["status_code"])


def test_sdk_error_within_a_stream(play):
    """What was streamed must not pass for a whole answer."""
    found = play("anthropic", "remote")["errors"]["broken stream"]

    assert "The engine fell over." in found["message"]


def test_answer(wire):
    """Byte for byte what Anthropic documents, `null`s too."""
    body = post(wire).json()
    body.pop("id")

    assert {
        "type": "message",
        "role": "assistant",
        "model": "remote/chat",
        "content": [{"type": "text", "text": "Hello there"}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 2, "output_tokens": 2},
    } == body


def test_stream(wire):
    """Events have names, which are their types; the last one is no `[DONE]`."""
    found = events(post(wire, stream=True))
    data = [data for _, data in found]
    identity = data[0]["message"].pop("id")

    assert [name for name, _ in found] == [one["type"] for one in data]
    assert identity.startswith("msg_")
    assert [
        {
            "type": "message_start",
            "message": {
                "type": "message",
                "role": "assistant",
                "model": "remote/chat",
                "content": [],
                "stop_reason": None,
                "stop_sequence": None,
                "usage": {"input_tokens": 0, "output_tokens": 0},
            },
        },
        {"type": "ping"},
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "text", "text": ""},
        },
        delta("Hello"),
        delta(" there"),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn"},
            "usage": {"input_tokens": 2, "output_tokens": 2},
        },
        {"type": "message_stop"},
    ] == data


def delta(text):
    return {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": text},
    }


@pytest.mark.parametrize(
    ("fields", "status", "kind"),
    [
        ({"model": "nope"}, 404, "not_found_error"),
        ({"max_tokens": 0}, 400, "invalid_request_error"),
        ({"messages": []}, 400, "invalid_request_error"),
        ({"model": "remote/fail-429"}, 429, "rate_limit_error"),
        ({"model": "down/x"}, 502, "api_error"),
        ({"tools": [{"type": "bash_20250124", "name": "bash"}]}, 400, "invalid_request_error"),
    ],
)
def test_errors_have_anthropics_envelope(fields, status, kind, wire):
    """Before a stream as well."""
    for stream in (False, True):
        answer = post(wire, stream=stream, **fields)
        body = answer.json()

        assert (status, "error", kind) == (answer.status, body["type"], body["error"]["type"])
        assert body["error"]["message"]
        assert {"type", "error"} == set(body)


def test_gateways_own_errors_have_it_too(wire):
    """Envoy refuses some requests before any service sees them."""
    answer = wire.call("GET", MESSAGES)

    assert 405 == answer.status
    assert "invalid_request_error" == answer.json()["error"]["type"]


def test_error_within_a_stream_is_an_event(wire):
    """Named as such, in the same envelope."""
    name, data = events(post(wire, model="remote/error-mid-stream", stream=True))[-1]

    assert "error" == name
    assert {
        "type": "error",
        "error": {"type": "api_error", "message": "The engine fell over."},
    } == data


def test_unknown_fields_go_on(wire, upstream):
    """What the contract does not know, a model server may."""
    post(wire, min_tokens=3)
    sent = upstream.requests[-1].json()

    assert 3 == sent["min_tokens"]
    assert HELLO == sent["messages"]
    assert 9 == sent["max_completion_tokens"]


def test_tokens_are_counted(wire):
    """The model server tells; the question goes on with all that it has."""
    asked = {"model": "remote/chat", "messages": HELLO}

    assert {"input_tokens": 2} == wire.post(f"{MESSAGES}/count_tokens", asked).json()


BATCHES = f"{MESSAGES}/batches"


def ended(wire, batch):
    deadline = time.monotonic() + PATIENCE
    while "ended" != batch["processing_status"] and time.monotonic() < deadline:
        time.sleep(0.05)
        batch = wire.call("GET", f"{BATCHES}/{batch['id']}").json()
    return batch


def test_batches(wire):
    """Byte for byte what Anthropic documents: `null`s, times, and results as lines."""
    answer = wire.post(BATCHES, {"requests": [{"custom_id": "a", "params": ASK}]})
    created = answer.json()
    batch = ended(wire, created)
    results = wire.call("GET", batch["results_url"])
    (line,) = [json.loads(line) for line in results.body.splitlines()]

    assert list(created) == list(batch)
    assert [None] * 4 == [
        created[name] for name in ("ended_at", "archived_at", "cancel_initiated_at", "results_url")
    ]
    assert all(MOMENT.fullmatch(batch[n]) for n in ("created_at", "expires_at", "ended_at"))
    assert "application/x-jsonl" == results.headers["content-type"]
    assert ("a", "succeeded") == (line["custom_id"], line["result"]["type"])
    assert "Hello there" == line["result"]["message"]["content"][0]["text"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "", 404), ("DELETE", "", 404), ("POST", "/cancel", 404), ("GET", "/results", 404)],
)
def test_batches_that_are_not_there(method, path, status, wire):
    """In Anthropic's envelope."""
    answer = wire.call(method, f"{BATCHES}/msgbatch_nope{path}")

    assert (status, "not_found_error") == (answer.status, answer.json()["error"]["type"])


def test_wrong_batches_are_refused_whole(wire):
    """Before anything is kept."""
    params = {name: value for name, value in ASK.items() if name != "max_tokens"}
    answer = wire.post(BATCHES, {"requests": [{"custom_id": "a", "params": params}]})

    assert (400, "invalid_request_error") == (answer.status, answer.json()["error"]["type"])
    assert "requests[0].params.max_tokens" in answer.json()["error"]["message"]


def test_messages_are_stored_like_all_chats(wire):
    """One store for all dialects."""
    said = [{"role": "user", "content": "keep me"}]
    identity = post(wire, model="engine", max_tokens=2, messages=said).json()["id"]
    stored = f"/v1/chat/completions/{identity.replace('msg_', 'chatcmpl-')}"
    deadline = time.monotonic() + PATIENCE
    while 404 == (found := wire.call("GET", stored)).status and time.monotonic() < deadline:
        time.sleep(0.05)

    assert said == found.json()["input_messages"]
