"""`remote::` providers before the servers of real engines: what their makers document, and what they then do."""

import json
from contextlib import closing
from http.client import HTTPConnection

import pytest

from fleet_testing.gateway import eventually

pytestmark = pytest.mark.timeout(600)  # the first test waits for an engine

# In seconds.
SOON = 30.0
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string", "maxLength": 10}, "people": {"type": "integer"}},
    "required": ["city", "people"],
    "additionalProperties": False,
}
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Says what the weather is in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "maxLength": 10}},
            "required": ["city"],
        },
    },
}


def choice_of(answer):
    assert 200 == answer.status, answer.body
    return answer.json()["choices"][0]


def text_of(chunks):
    return "".join(c["delta"].get("content") or "" for chunk in chunks for c in chunk["choices"])


def test_chat(engine):
    """One whole answer, under the fleet's name for the model."""
    answer = engine.chat(max_tokens=8)

    assert choice_of(answer)["message"]["content"]
    assert engine.model == answer.json()["model"]


def test_chat_in_pieces(engine):
    """As many events as tokens, or nearly, and an end."""
    chunks = engine.chunks(max_tokens=8)

    assert len(chunks) > 3
    assert text_of(chunks)
    assert {engine.model} == {chunk["model"] for chunk in chunks}


def test_no_length_need_be_given(engine):
    """Even where ours is longer than the whole context of the model."""
    answer = engine.chat(temperature=0, stop=["e", "o"])

    assert "stop" == choice_of(answer)["finish_reason"]


def test_usage(engine):
    """What was read and what was produced make up the total."""
    usage = engine.chat(max_tokens=4).json()["usage"]

    assert 0 < usage["completion_tokens"] <= 4
    assert usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"]


def test_usage_of_a_stream(engine):
    """It comes in the last chunk, for whoever asks for it."""
    usage = engine.chunks(max_tokens=4, stream_options={"include_usage": True})[-1]["usage"]

    assert 0 < usage["completion_tokens"] <= 4
    assert usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"]


def test_json_schema(engine):
    """The grammar holds the model to it, however small the model is."""
    engine.needs("guided answers")
    schema = {"type": "json_schema", "json_schema": {"name": "city", "schema": CITY}}
    answer = engine.chat("Name a city.", max_tokens=200, temperature=0, response_format=schema)

    assert {"city", "people"} == json.loads(choice_of(answer)["message"]["content"]).keys()


def test_a_tool_that_must_be_called(engine):
    """The call has the tool's name and arguments of its shape; whether it is wise is the model's affair."""
    engine.needs("guided answers")
    fields = {"tools": [WEATHER], "tool_choice": "required", "max_tokens": 200, "temperature": 0}
    answer = engine.chat("Weather in Oslo?", **fields)
    call = choice_of(answer)["message"]["tool_calls"][0]["function"]

    assert "weather" == call["name"]
    assert "city" in json.loads(call["arguments"])


def test_a_prompt_that_is_too_long(engine):
    """Whose fault it is does not get lost on the way."""
    engine.needs("limits")
    answer = engine.chat("word " * 3000, max_tokens=1)

    assert 400 == answer.status
    assert answer.json()["error"]["message"]


def test_an_unknown_model(engine):
    """The caller learns that the name is wrong, where the server looks at names at all."""
    answer = engine.chat(model=f"{engine.model}-server/no-such-model", max_tokens=1)

    assert engine.server.unknown_model == answer.status


@pytest.mark.parametrize("stream", [True, False])
def test_the_engine_stops_when_the_caller_leaves(engine, stream):
    """The news goes through gateway, router and provider to the engine, which says itself that it stopped."""
    engine.needs(f"{'streamed' if stream else 'whole'} answers that stop")
    body = {
        "model": engine.model,
        "messages": [{"role": "user", "content": "Count to a thousand."}],
        "stream": stream,
        "ignore_eos": True,
        "max_tokens": 900,
    }
    with closing(HTTPConnection(engine.fleet.target, timeout=SOON)) as connection:
        headers = {"content-type": "application/json"}
        connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
        eventually(lambda: 1 == engine.running(), SOON)

    eventually(lambda: 0 == engine.running(), SOON)
