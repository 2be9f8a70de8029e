"""Google's Interactions API: its SDK against a running fleet, and the wire where no SDK looks."""

import json
import re

import pytest

pytestmark = pytest.mark.timeout(900)  # the first test waits for the fleet, and for pip

INTERACTIONS = "/v1alpha/interactions"
ASK = {"model": "remote/chat", "input": "Hello there"}
EVENT = re.compile(rb"event: (.*)\ndata: (.*)\n\n")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def seen(side, play):
    """What the SDK saw in each scenario."""
    return play("google-genai", side.name)


def post(wire, **fields):
    return wire.post(INTERACTIONS, ASK | fields)


def events(answer):
    """Return name and data of each event of a stream."""
    assert "text/event-stream; charset=utf-8" == answer.headers["content-type"]
    assert b"" == EVENT.sub(b"", answer.body)  # no comments, no ids, no [DONE]
    return [(name.decode(), json.loads(data)) for name, data in EVENT.findall(answer.body)]


def untimed(interaction):
    """Return `interaction` without its times, which must be some."""
    assert MOMENT.fullmatch(interaction.pop("created"))
    assert MOMENT.fullmatch(interaction.pop("updated"))
    return interaction


def test_sdk(seen, side):
    """The plainest request there is."""
    found = seen["interaction"]
    read, made, both = found["usage"]

    assert ("completed", side.chat) == (found["status"], found["model"])
    assert found["text"]
    assert read + made == both
    assert made > 0


def test_sdk_streams_the_same(seen):
    """Each item is opened, told and closed."""
    found = seen["interaction_stream"]
    first, second, *deltas, third, last = found["types"]

    assert ("interaction.start", "content.start") == (first, second)
    assert {"content.delta"} == set(deltas)
    assert ("content.stop", "interaction.complete") == (third, last)
    assert seen["interaction"]["text"] == found["text"]
    assert seen["interaction"]["usage"][2] == found["usage"]


def test_sdk_calls_tools(seen):
    """Whole and streamed."""
    assert [["say", {"text": "hello"}]] == seen["tools"]["whole"]
    assert seen["tools"]["whole"] == seen["tools"]["stream"]


def test_sdk_gets_what_its_schema_says(seen):
    """Structured output, even from a small model."""
    assert {"city": "Paris"} == json.loads(seen["json_schema"]["text"])


def test_sdk_hands_over_turns(seen):
    """Conversations that the caller keeps."""
    assert seen["turns"]["text"]


def test_sdk_goes_on_from_a_stored_interaction(seen):
    """What was said before is read again: there is more for the model to read."""
    alone, after = seen["continued"]["alone"], seen["continued"]["after"]

    assert after["text"]
    assert after["usage"][0] >= alone["usage"][0]


def test_sdk_lists_models(seen, side):
    """In the form that it knows."""
    assert f"models/{side.chat}" in seen["models"]


@pytest.mark.parametrize(
    ("case", "status"), [("unknown model", 404), ("unknown interaction", 404), ("too many", 429)]
)
def test_sdk_errors(case, status, play):
    """Programs read the status."""
    found = play("google-genai", "remote")["errors"][case]

    assert status == found["status_code"]


def test_answer(wire):
    """All that the reference says."""
    body = untimed(post(wire).json())

    assert {
        "id": "chatcmpl-1",
        "object": "interaction",
        "status": "completed",
        "model": "remote/chat",
        "role": "model",
        "outputs": [{"type": "text", "text": "Hello there"}],
        "usage": {"total_input_tokens": 2, "total_output_tokens": 2, "total_tokens": 4},
    } == body


def test_stream(wire):
    """Events have names, which are their types."""
    found = events(post(wire, stream=True))
    data = [data for _, data in found]
    for event in (data[0], data[-1]):
        untimed(event["interaction"])
    state = {"id": "chatcmpl-1", "object": "interaction", "model": "remote/chat", "role": "model"}
    usage = {"total_input_tokens": 2, "total_output_tokens": 2, "total_tokens": 4}

    assert [name for name, _ in found] == [one["event_type"] for one in data]
    assert [
        {"event_type": "interaction.start", "interaction": state | {"status": "in_progress"}},
        {"event_type": "content.start", "index": 0, "content": {"type": "text", "text": ""}},
        delta("Hello"),
        delta(" there"),
        {"event_type": "content.stop", "index": 0},
        {
            "event_type": "interaction.complete",
            "interaction": state | {"status": "completed", "usage": usage},
        },
    ] == data


def delta(text):
    return {"event_type": "content.delta", "index": 0, "delta": {"type": "text", "text": text}}


def test_what_was_said_before_is_sent_again(wire, upstream):
    """The model server keeps nothing; the system message is each interaction's own."""
    few = {"max_output_tokens": 4}
    asked = {"input": "One", "system_instruction": "be", "generation_config": few}
    first = post(wire, model="engine", **asked).json()
    post(wire, input="Two", previous_interaction_id=first["id"])

    assert [("user", "One"), ("assistant", first["outputs"][0]["text"]), ("user", "Two")] == [
        (turn["role"], turn["content"]) for turn in upstream.requests[-1].json()["messages"]
    ]


@pytest.mark.parametrize(
    ("fields", "status", "name"),
    [
        ({"model": "nope"}, 404, "NOT_FOUND"),
        ({"input": 1}, 400, "INVALID_ARGUMENT"),
        ({"model": "remote/fail-429"}, 429, "RESOURCE_EXHAUSTED"),
        ({"tools": [{"type": "google_search"}]}, 400, "INVALID_ARGUMENT"),
    ],
)
def test_errors_have_googles_envelope(fields, status, name, wire):
    """Before a stream as well."""
    for stream in (False, True):
        answer = post(wire, stream=stream, **fields)
        error = answer.json()["error"]

        assert (status, status, name) == (answer.status, error["code"], error["status"])
        assert error["message"]


def test_gateways_own_errors_have_it_too(wire):
    """Envoy refuses some requests before any service sees them."""
    answer = wire.call("GET", INTERACTIONS)

    assert (405, 405) == (answer.status, answer.json()["error"]["code"])


def test_error_within_a_stream_is_an_event(wire):
    """Named as such, with the type that all events have."""
    name, data = events(post(wire, model="remote/error-mid-stream", stream=True))[-1]

    assert ("error", "error") == (name, data["event_type"])
    assert "The engine fell over." == data["error"]["message"]
