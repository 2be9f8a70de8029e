"""Google's interactions are chat completions, there and back."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.interactions import Interactions
from fleet_inference.dialects.interactions.answers import to_interaction
from fleet_inference.dialects.interactions.events import to_events
from fleet_inference.dialects.interactions.requests import to_chat
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_testing.calls import rest_call

TEXT = {"type": "text", "text": "see"}
IMAGE = {"type": "image", "mime_type": "image/png", "data": "QQ=="}
CALL = {"type": "function_call", "id": "c", "name": "f", "arguments": {"a": 1}}
RESULT = {"type": "function_result", "call_id": "c", "name": "f", "result": {"b": 2}}
IMAGE_PART = {"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}}


def plain(struct):
    return json.loads(msgspec.json.encode(struct))


def chat(**fields):
    """Return what a request comes to, as JSON."""
    request, call = rest_call(m.CreateInteractionRequest, {"model": "m", "input": "hi"} | fields)
    return plain(to_chat(request, [], call))


def messages(said):
    return chat(input=said)["messages"]


def chunk(**delta):
    choice = m.ChunkChoice(delta=m.Delta(**delta), index=0)
    return m.ChatCompletionChunk(id="chatcmpl-1", choices=[choice], created=1, model="m")


def call(index, name=None, arguments=None):
    function = m.FunctionCall(name=name, arguments=arguments)
    return m.ToolCall(index=index, id=name and f"call_{name}", type="function", function=function)


async def events(*chunks):
    async def stream():
        for item in chunks:
            yield item

    return [plain(event) async for event in to_events(stream())]


def test_plain_request():
    """Stored unless the caller says otherwise, as Google has it."""
    assert {
        "model": "m",
        "messages": [{"role": "user", "content": "hi"}],
        "store": True,
    } == chat()
    assert chat(store=False)["store"] is False


def test_settings_have_other_names():
    """Each setting that both dialects have arrives."""
    config = {
        "temperature": 0.5,
        "top_k": 3,
        "top_p": 0.9,
        "max_output_tokens": 9,
        "seed": 7,
        "stop_sequences": ["x"],
        "thinking_level": "low",
    }
    found = chat(generation_config=config, system_instruction="be", service_tier="standard")

    assert {
        "temperature": 0.5,
        "top_k": 3,
        "top_p": 0.9,
        "max_completion_tokens": 9,
        "seed": 7,
        "stop": ["x"],
        "reasoning_effort": "low",
        "service_tier": "default",
    }.items() <= found.items()
    assert {"role": "system", "content": "be"} == found["messages"][0]


@pytest.mark.parametrize(
    "said",
    [
        "see",
        TEXT,
        [TEXT],
        [{"text": "see"}],
        [{"role": "user", "content": "see"}],
        [{"role": "user", "content": [{"text": "see"}]}],
    ],
)
def test_many_ways_to_say_a_text(said):
    """All of Google's input forms."""
    assert [{"role": "user", "content": "see"}] == messages(said)


@pytest.mark.parametrize("in_turns", [True, False])
def test_conversation_with_a_function(in_turns):
    """As turns, and as items whose types tell who says them."""
    said = [TEXT, {"type": "thought"}, CALL, RESULT, IMAGE]
    if in_turns:
        turns = (("user", said[:1]), ("model", said[1:3]), ("user", said[3:]))
        said = [{"role": role, "content": content} for role, content in turns]
    user, model, tool, more = messages(said)
    (called,) = model.pop("tool_calls")

    assert {"role": "user", "content": "see"} == user
    assert {"role": "assistant"} == model
    assert ("c", "f", {"a": 1}) == (
        called["id"],
        called["function"]["name"],
        json.loads(called["function"]["arguments"]),
    )
    assert ("tool", "c", {"b": 2}) == (
        tool["role"],
        tool["tool_call_id"],
        json.loads(tool["content"]),
    )
    assert {"role": "user", "content": [IMAGE_PART]} == more


@pytest.mark.parametrize(
    ("fields", "content"),
    [
        ({"result": "plain"}, "plain"),
        ({"response": {"b": 2}}, '{"b": 2}'),
        ({"result": [1]}, "[1]"),
        ({}, ""),
    ],
)
def test_what_functions_return(fields, content):
    """A text as it is, all else as JSON."""
    (tool,) = messages([{"type": "function_result", "call_id": "c", **fields}])

    assert content == tool["content"]


@pytest.mark.parametrize(
    "tool",
    [
        {"type": "function", "name": "f", "description": "d", "parameters": {"z": 1, "a": 2}},
        {
            "function_declarations": [
                {"name": "f", "description": "d", "parameters": {"z": 1, "a": 2}}
            ]
        },
    ],
)
def test_tools(tool):
    """In the form of the API, and in that of `generateContent`."""
    found = chat(tools=[tool], generation_config={"tool_choice": "any"})

    assert [
        {
            "type": "function",
            "function": {"name": "f", "description": "d", "parameters": {"z": 1, "a": 2}},
        }
    ] == found["tools"]
    assert "required" == found["tool_choice"]


def test_structured_output():
    """A schema, or JSON of any shape."""
    schema = {"type": "object"}
    by_schema = chat(response_format=schema, response_mime_type="application/json")

    assert schema == by_schema["response_format"]["json_schema"]["schema"]
    assert {"type": "json_object"} == chat(response_mime_type="application/json")["response_format"]
    assert "response_format" not in chat(response_mime_type="text/plain", response_format=None)


@pytest.mark.parametrize(
    "fields",
    [
        {"background": True},
        {"tools": [{"type": "google_search"}]},
        {"tools": [{"type": "function"}]},
        {"input": [{"type": "video", "uri": "x"}]},
        {"input": [{"type": "image", "data": "QQ=="}]},
        {"input": [{"type": "text"}]},
        {"input": [{"role": "user"}]},
        {"input": [{"role": "model", "content": [IMAGE]}]},
    ],
)
def test_what_cannot_be_served_is_refused(fields):
    """An answer that left it out would be another one."""
    with pytest.raises(InvalidArgument):
        chat(**fields)


def answer(**message):
    usage = m.Usage(
        prompt_tokens=3,
        completion_tokens=2,
        total_tokens=5,
        prompt_tokens_details=m.PromptTokensDetails(cached_tokens=1),
        completion_tokens_details=m.CompletionTokensDetails(reasoning_tokens=1),
    )
    choice = m.Choice(finish_reason="stop", index=0, message=m.AssistantMessage(**message))
    return m.ChatCompletion(id="chatcmpl-1", choices=[choice], created=1, model="m", usage=usage)


@given(st.text())
def test_answer(arguments):
    """Thoughts, text and calls; arguments that are no object are none."""
    calls = [call(0, "f", '{"a": 1}'), call(1, "g", arguments)]
    found = plain(to_interaction(answer(content="so", reasoning_content="hm", tool_calls=calls)))

    assert {
        "id": "chatcmpl-1",
        "object": "interaction",
        "status": "completed",
        "created": "1970-01-01T00:00:01Z",
        "model": "m",
        "role": "model",
        "usage": {
            "total_input_tokens": 3,
            "total_output_tokens": 2,
            "total_tokens": 5,
            "total_cached_tokens": 1,
            "total_thought_tokens": 1,
        },
    }.items() <= found.items()
    assert [
        {"type": "thought", "summary": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": "so"},
        {"type": "function_call", "id": "call_f", "name": "f", "arguments": {"a": 1}},
    ] == found["outputs"][:3]
    assert isinstance(found["outputs"][3]["arguments"], dict)


async def test_stream():
    """Each item is opened, told and closed; a call is told when it is whole."""
    usage = m.Usage(prompt_tokens=3, completion_tokens=2, total_tokens=5)
    cost = m.ChatCompletionChunk(id="", choices=[], created=1, model="m", usage=usage)
    start, *found, complete = await events(
        chunk(role="assistant", content=""),
        chunk(reasoning_content="hm"),
        chunk(content="so "),
        chunk(content="far"),
        chunk(tool_calls=[call(0, "f", "")]),
        chunk(tool_calls=[call(0, None, '{"a":')]),
        chunk(tool_calls=[call(0, None, "1}")]),
        chunk(tool_calls=[call(1, "g", "{}")]),
        cost,
    )
    calls = [{"type": "function_call", "id": f"call_{name}", "name": name} for name in "fg"]

    def item(place, content, *deltas):
        head = {"event_type": "content.start", "index": place, "content": content}
        told = [{"event_type": "content.delta", "index": place, "delta": d} for d in deltas]
        return [head, *told, {"event_type": "content.stop", "index": place}]

    assert [
        *item(
            0,
            {"type": "thought"},
            {"type": "thought_summary", "content": {"type": "text", "text": "hm"}},
        ),
        *item(
            1,
            {"type": "text", "text": ""},
            {"type": "text", "text": "so "},
            {"type": "text", "text": "far"},
        ),
        *item(2, calls[0], calls[0] | {"arguments": {"a": 1}}),
        *item(3, calls[1], calls[1] | {"arguments": {}}),
    ] == found
    assert ("interaction.start", "in_progress", "chatcmpl-1") == (
        start["event_type"],
        start["interaction"]["status"],
        start["interaction"]["id"],
    )
    assert ("interaction.complete", "completed", 5) == (
        complete["event_type"],
        complete["interaction"]["status"],
        complete["interaction"]["usage"]["total_tokens"],
    )


class Remembering:
    """An inference service that finds stored answers only when asked for the `patience`th time."""

    def __init__(self, patience):
        self.patience = patience
        self.requests = []

    async def create_chat_completion(self, request, call):
        self.requests.append(request)
        return answer(content="again")

    async def get_chat_completion(self, request, call):
        self.patience -= 1
        if self.patience:
            raise NotFound("not there")
        said = [
            m.ChatMessage(role="system", content="old"),
            m.ChatMessage(role="user", content="hi"),
        ]
        stored = answer(content="so", tool_calls=[call_of_a_stream])
        return m.StoredChatCompletion(
            id="chatcmpl-1",
            choices=stored.choices,
            created=1,
            model="m",
            input_messages=said,
        )


call_of_a_stream = call(0, "f", "{}")


@pytest.mark.parametrize("patience", [1, 2])
async def test_going_on_from_a_stored_interaction(patience):
    """It may still be on its way to the store; its system message is not this one's."""
    inference = Remembering(patience)
    body = {
        "model": "m",
        "input": RESULT,
        "previous_interaction_id": "chatcmpl-1",
        "system_instruction": "new",
    }
    await Interactions(inference).create_interaction(*rest_call(m.CreateInteractionRequest, body))
    (asked,) = inference.requests

    assert [
        ("system", "new"),
        ("user", "hi"),
        ("assistant", "so"),
        ("tool", '{"b": 2}'),
    ] == [(turn.role, turn.content) for turn in asked.messages]
    assert asked.messages[2].tool_calls[0].index is None


async def test_going_on_from_nothing_is_refused():
    """The caller learns which field is wrong."""
    body = {"model": "m", "input": "hi", "previous_interaction_id": "chatcmpl-nope"}

    with pytest.raises(NotFound, match="chatcmpl-nope") as refused:
        await Interactions(Remembering(1000)).create_interaction(
            *rest_call(m.CreateInteractionRequest, body)
        )
    assert "previous_interaction_id" == refused.value.param
