"""Reading OpenAI's requests for vendors with wires of their own."""

import json

import msgspec
import pytest

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import InvalidArgument
from fleet_upstream.native.arguments import as_object
from fleet_upstream.native.conversation import Text, ToolReturn, ToolUse, conversation
from fleet_upstream.native.fields import refuse
from fleet_upstream.native.thoughts import ThoughtsInMemory
from fleet_upstream.native.tools import NO_PARAMETERS, offered

IMAGE = {"type": "image_url"}
BROKEN = IMAGE | {"image_url": {"url": "data:image/png;base64,%"}}
CALL = {"id": "c", "type": "function", "function": {"name": "find"}}


def read(*messages):
    return conversation(msgspec.json.decode(json.dumps(messages), type=list[m.ChatMessage]))


def asking(**fields):
    body = {"model": "m", "messages": [{"role": "user", "content": "a"}]} | fields
    return msgspec.json.decode(json.dumps(body), type=m.ChatCompletionRequest)


def test_tools_speak_for_the_user():
    """Vendors know two sides, and the results of one turn belong together."""
    told = read(
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c", "content": "d"},
        {"role": "user", "content": "e"},
    )

    assert ["user", "assistant", "user"] == [turn.role for turn in told.turns]
    assert [Text("b"), ToolUse("c", "find", "{}")] == told.turns[1].items
    assert [ToolReturn("c", "find", [Text("d")]), Text("e")] == told.turns[2].items


def test_who_says_nothing_has_no_turn():
    """Vendors refuse empty texts."""
    told = read({"role": "user", "content": ""}, {"role": "user", "content": "a"})

    assert [[Text("a")]] == [turn.items for turn in told.turns]


def test_what_the_model_refused_to_say_was_said():
    """It stands in the place of an answer."""
    told = read({"role": "user", "content": "a"}, {"role": "assistant", "refusal": "No."})

    assert [Text("No.")] == told.turns[1].items


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ({"role": "function", "name": "f", "content": "a"}, "role"),
        ({"role": "assistant", "function_call": {"name": "f"}}, "function_call"),
        ({"role": "assistant", "tool_calls": [{"id": "c", "type": "custom"}]}, "tool_calls[0].function"),
        ({"role": "assistant", "tool_calls": [CALL | {"id": None}]}, "tool_calls[0].id"),
        ({"role": "tool", "tool_call_id": "c", "content": "a"}, "tool_call_id"),
        ({"role": "system", "content": [IMAGE | {"image_url": {"url": "http://a"}}]}, "content[0].type"),
        ({"role": "user", "content": [IMAGE | {"image_url": {"url": "a.png"}}]}, "content[0].image_url.url"),
        ({"role": "user", "content": [BROKEN]}, "content[0].image_url.url"),
        ({"role": "user", "content": [{"type": "file", "file": []}]}, "content[0].file"),
        ({"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}, "content[0].input_audio"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place(message, param):
    """A caller finds it among many."""
    with pytest.raises(InvalidArgument) as caught:
        read(message)

    assert f"messages[0].{param}" == caught.value.param


def test_a_function_without_parameters_takes_none():
    """Whether they are left out, or empty."""
    tools = [
        {"type": "function", "function": {"name": "a"}},
        {"type": "function", "function": {"name": "b", "parameters": {}}},
        {"type": "function", "function": {"name": "c", "parameters": {"type": "object"}}},
    ]
    told = offered(asking(tools=tools))

    assert [True, True, False] == [f.parameters is NO_PARAMETERS for f in told.functions]


@pytest.mark.parametrize("tool", [{"type": "custom", "custom": {"name": "a"}}, {"type": "search"}])
def test_tools_that_are_no_functions_are_refused(tool):
    """With their place."""
    with pytest.raises(InvalidArgument) as caught:
        offered(asking(tools=[tool]))

    assert "tools[0].type" == caught.value.param


def test_what_asks_for_nothing_is_not_refused():
    """Clients send defaults."""
    request = asking(
        logit_bias={}, logprobs=False, frequency_penalty=0, repetition_penalty=1, top_k=-1, min_p=0
    )

    refuse(request, "them", ("logit_bias", "logprobs", "frequency_penalty", "min_p", "top_k"))
    refuse(request, "them", ("repetition_penalty", "seed"))
    with pytest.raises(InvalidArgument, match="seed"):
        refuse(asking(seed=0), "them", ("seed",))


@pytest.mark.parametrize(
    ("text", "given"), [('{"a":1}', b'{"a":1}'), ("", b"{}"), ('{"a":', b"{}"), ("[1]", b"{}")]
)
def test_arguments_are_objects(text, given):
    """Models are cut off, and write what they like."""
    assert given == as_object(text)


async def test_what_was_not_used_for_longest_is_forgotten_first():
    """Memory has an end."""
    thoughts = ThoughtsInMemory(most=8)
    await thoughts.keep({"a": msgspec.Raw(b'"1"'), "b": msgspec.Raw(b'"2"')})
    await thoughts.recall(["a"])
    await thoughts.keep({"c": msgspec.Raw(b'"3"')})

    assert {"a", "c"} == set(await thoughts.recall(["a", "b", "c"]))
