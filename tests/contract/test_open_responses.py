"""What the acceptance tests of Open Responses look for, one test each, by their names.

Source: https://www.openresponses.org/compliance
"""

import json
from contextlib import contextmanager

import pytest
from websockets.sync.client import connect

from fleet_testing import open_responses

MODEL = "remote/chat"
SECONDS = 30
WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "Get the current weather for a location",
    "parameters": {
        "type": "object",
        "properties": {"location": {"type": "string"}},
        "required": ["location"],
    },
}
PNG = "data:image/png;base64,iVBORw0KGgo="


def message(role, content, **more):
    return {"type": "message", "role": role, "content": content, **more}


@pytest.fixture
def respond(wire):
    """Return the response to a request that is complete, and has every field that it must have."""

    def respond(*items, **fields):
        answer = wire.post("/v1/responses", {"model": MODEL, "input": items, **fields})
        return whole(answer.json())

    return respond


@pytest.fixture
def stream(wire):
    """Return the events of a stream."""

    def stream(*items, **fields):
        body = {"model": MODEL, "input": items, "stream": True, **fields}
        frames = wire.post("/v1/responses", body).body.decode().strip().split("\n\n")
        assert "data: [DONE]" == frames.pop()
        pairs = [frame.split("\n") for frame in frames]
        events = [json.loads(data.removeprefix("data: ")) for _, data in pairs]
        assert [f"event: {event['type']}" for event in events] == [name for name, _ in pairs]
        return events

    return stream


class Socket:
    """A connection over which requests go, one after another."""

    def __init__(self, connection):
        self._connection = connection

    def create(self, content, **fields):
        """Return the last event of the answer to a request."""
        request = {"type": "response.create", "model": MODEL, "input": content, **fields}
        self._connection.send(json.dumps(request))
        events = [json.loads(self._connection.recv(SECONDS))]
        while "error" != events[-1]["type"] and not is_last(events[-1]):
            events.append(json.loads(self._connection.recv(SECONDS)))
        return events[-1]


@pytest.fixture
def socket(fleet):
    """Return what opens a WebSocket for a block."""

    @contextmanager
    def socket():
        with connect(f"ws://{fleet.target}/v1/responses") as connection:
            yield Socket(connection)

    return socket


def is_last(event):
    kind = event["type"].removeprefix("response.")
    return kind in {"completed", "failed", "incomplete"}


def whole(response):
    """Return a response of which nothing is missing."""
    assert [] == open_responses.missing(response)
    return response


def said(response):
    """Return the text of a response that is complete."""
    assert "completed" == response["status"]
    (item,) = whole(response)["output"]
    return item["content"][0]["text"]


def test_basic_response(respond):
    assert "Say hello." == said(respond(message("user", "Say hello.")))


def test_assistant_phase(respond, upstream):
    """What an assistant said on its way is history, as its answers are."""
    response = respond(
        message("user", "What is two and two?"),
        message("assistant", "Let me see.", phase="commentary"),
        message("assistant", "Four.", phase="final_answer"),
        message("user", "And three?"),
    )

    assert "And three?" == said(response)
    contents = [asked["content"] for asked in upstream.requests[-1].json()["messages"]]
    assert ["What is two and two?", "Let me see.", "Four.", "And three?"] == contents


def test_response_output_phase_schema(wire, respond):
    """Phases are among what is kept of a message."""
    asked = respond(
        message("user", "What is two and two?"),
        message("assistant", "Let me see.", phase="commentary"),
        message("user", "Well?"),
    )

    items = wire.call("GET", f"/v1/responses/{asked['id']}/input_items").json()["data"]

    assert ["commentary"] == [item["phase"] for item in items if item["role"] == "assistant"]


def test_streaming_response(stream):
    events = stream(message("user", "Count from one to five."))

    assert list(range(len(events))) == [event["sequence_number"] for event in events]
    assert "response.created" == events[0]["type"]
    assert "response.completed" == events[-1]["type"]
    assert "Count from one to five." == said(events[-1]["response"])


def test_system_prompt(respond, upstream):
    respond(message("system", "You are a pirate."), message("user", "Say hello."))

    roles = [asked["role"] for asked in upstream.requests[-1].json()["messages"]]
    assert ["system", "user"] == roles


def test_tool_calling(respond):
    response = respond(message("user", "What is the weather like?"), tools=[WEATHER])

    (call,) = response["output"]
    assert ("function_call", "get_weather") == (call["type"], call["name"])


def test_tool_calling_streaming(stream):
    events = stream(message("user", "What is the weather like?"), tools=[WEATHER])

    names = [event["type"].removeprefix("response.") for event in events]
    assert "function_call_arguments.delta" in names
    assert "function_call_arguments.done" in names
    items = [event["item"]["type"] for event in events if "output_item" in event["type"]]
    assert ["function_call", "function_call"] == items


def test_image_input(respond, upstream):
    parts = [
        {"type": "input_text", "text": "What do you see?"},
        {"type": "input_image", "image_url": PNG},
    ]

    assert "completed" == respond(message("user", parts))["status"]
    (asked,) = upstream.requests[-1].json()["messages"]
    assert PNG == asked["content"][1]["image_url"]["url"]


def test_multi_turn(respond, upstream):
    respond(
        message("user", "My name is Alice."),
        message("assistant", "Hello Alice!"),
        message("user", "What is my name?"),
    )

    roles = [asked["role"] for asked in upstream.requests[-1].json()["messages"]]
    assert ["user", "assistant", "user"] == roles


def test_compact_response(wire):
    """What it makes stands for what was said before."""
    answer = wire.post(
        "/v1/responses/compact",
        {
            "model": MODEL,
            "input": [message("user", "I like fish."), message("assistant", "So do I.")],
            "prompt_cache_key": "fish",
        },
    )

    assert (200, "response.compaction") == (answer.status, answer.json()["object"])
    assert "compaction" == answer.json()["output"][-1]["type"]
    assert answer.json()["usage"]


def test_compact_missing_model(wire):
    answer = wire.post("/v1/responses/compact", {"input": "Hello"})

    assert (400, "model") == (answer.status, answer.json()["error"]["param"])


def test_websocket_response(socket):
    with socket() as opened:
        assert "Hello" == said(opened.create("Hello")["response"])


def test_websocket_sequential_responses(socket):
    with socket() as opened:
        assert "first" == said(opened.create("first")["response"])
        assert "second" == said(opened.create("second")["response"])


def test_websocket_continuation(socket, upstream):
    """The connection remembers what nobody stores."""
    with socket() as opened:
        first = opened.create("cobalt", store=False)["response"]
        opened.create("Which?", store=False, previous_response_id=first["id"])

    contents = [asked["content"] for asked in upstream.requests[-1].json()["messages"]]
    assert ["cobalt", "cobalt", "Which?"] == contents


def test_websocket_reconnect_store_false_recovery(socket):
    """Another connection does not know it, and goes on with the next request."""
    with socket() as opened:
        first = opened.create("cobalt", store=False)["response"]
    with socket() as opened:
        refused = opened.create("Which?", store=False, previous_response_id=first["id"])

        assert "previous_response_not_found" == refused["error"]["code"]
        assert "anew" == said(opened.create("anew", store=False)["response"])


def test_websocket_previous_response_not_found(socket):
    with socket() as opened:
        refused = opened.create("Hello", store=False, previous_response_id="resp_missing")

    assert "previous_response_not_found" == refused["error"]["code"]


def test_websocket_failed_continuation_evicts_cache(socket):
    """What a failed response went on from is forgotten, so that nobody goes on from a state that is half there."""
    orphan = {"type": "function_call_output", "call_id": "call_nobody_made", "output": "rain"}
    with socket() as opened:
        first = opened.create("ember", store=False)["response"]
        failed = opened.create([orphan], store=False, previous_response_id=first["id"])
        again = opened.create("On.", store=False, previous_response_id=first["id"])

    assert failed["type"] in {"error", "response.failed"}
    assert "previous_response_not_found" == again["error"]["code"]


def test_websocket_compact_new_chain(wire, socket):
    """A chain begins anew with what was compacted."""
    history = [message("user", "I like fish."), message("assistant", "So do I.")]
    body = {"model": MODEL, "input": history}
    compacted = wire.post("/v1/responses/compact", body).json()["output"]
    with socket() as opened:
        first = opened.create([*compacted, message("user", "Well?")], store=False)["response"]
        second = opened.create("And?", store=False, previous_response_id=first["id"])

    assert ["completed", "completed"] == [first["status"], second["response"]["status"]]
