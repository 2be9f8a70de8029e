"""Anthropic's messages are chat completions, there and back."""

import json
from contextlib import aclosing
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.anthropic.answers import to_message
from fleet_inference.dialects.anthropic.events import to_events
from fleet_inference.dialects.anthropic.requests import to_chat, to_counting
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_testing.calls import rest_call

USER = {"role": "user", "content": "hi"}
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "QQ=="}}
IMAGE_PART = {"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}}


def chat(**fields):
    """Return what a request comes to, as JSON."""
    body = {"model": "m", "max_tokens": 9, "messages": [USER]} | fields
    request, call = rest_call(m.CreateMessageRequest, body)
    return json.loads(msgspec.json.encode(to_chat(request, call)))


def said(*content):
    """Return what the content of a user's message comes to."""
    return chat(messages=[{"role": "user", "content": list(content)}])["messages"]


def answer(finish_reason="stop", usage=None, **message):
    choice = m.Choice(finish_reason=finish_reason, index=0, message=m.AssistantMessage(**message))
    return m.ChatCompletion(id="chatcmpl-1", choices=[choice], created=1, model="m", usage=usage)


def chunk(finish_reason=None, **delta):
    choice = m.ChunkChoice(delta=m.Delta(**delta), index=0, finish_reason=finish_reason)
    return m.ChatCompletionChunk(id="chatcmpl-1", choices=[choice], created=1, model="m")


def call(index, name=None, arguments=None):
    function = m.FunctionCall(name=name, arguments=arguments)
    return m.ToolCall(index=index, id=name and f"call_{name}", type="function", function=function)


async def events(*chunks):
    async def stream():
        for item in chunks:
            yield item

    return [event async for event in to_events(stream())]


def folded(found):
    """Return the content that events spell out, as Anthropic's SDKs fold them."""
    blocks = []
    for event in found:
        if event.type == "content_block_start":
            assert len(blocks) == event.index
            blocks.append([event.content_block.type, event.content_block.name, ""])
        if event.type == "content_block_delta":
            assert len(blocks) - 1 == event.index
            delta = event.delta
            blocks[-1][2] += delta.text or delta.partial_json or delta.thinking
    return [tuple(block) for block in blocks]


def test_plain_request():
    """The smallest request there is adds nothing of ours."""
    assert {
        "model": "m",
        "messages": [{"role": "user", "content": "hi"}],
        "max_completion_tokens": 9,
    } == chat()


def test_counting_has_the_model_read_all_and_say_next_to_nothing():
    """What is read is what costs; nobody wants to find the answer among stored ones."""
    tool = {"name": "t", "input_schema": {"type": "object"}}
    body = {"model": "m", "messages": [USER], "system": "be", "tools": [tool], "min_tokens": 3}
    request, call = rest_call(m.CountMessageTokensRequest, body)
    counting = to_counting(request, call)

    assert ["system", "user"] == [message.role for message in counting.messages]
    assert ["t"] == [tool.function.name for tool in counting.tools]
    assert (1, False) == (counting.max_completion_tokens, counting.store)
    assert b"3" == bytes(counting.extra["min_tokens"])


def test_settings_have_other_names():
    """Each setting that both dialects have arrives."""
    found = chat(
        temperature=0.5,
        top_p=0.9,
        top_k=3,
        stop_sequences=["x"],
        metadata={"user_id": "u"},
        service_tier="standard_only",
    )

    assert {
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 3,
        "stop": ["x"],
        "user": "u",
        "service_tier": "default",
    }.items() <= found.items()


@pytest.mark.parametrize("system", ["a\nb", [{"type": "text", "text": t} for t in "ab"]])
def test_system_comes_first(system):
    """Models know it as a message, in one piece."""
    assert {"role": "system", "content": "a\nb"} == chat(system=system)["messages"][0]


def test_images_are_urls():
    """Both ways to hand one over."""
    by_url = {"type": "image", "source": {"type": "url", "url": "https://x/y.png"}}
    (message,) = said({"type": "text", "text": "see"}, IMAGE, by_url)

    assert [
        {"type": "text", "text": "see"},
        IMAGE_PART,
        {"type": "image_url", "image_url": {"url": "https://x/y.png"}},
    ] == message["content"]


def test_documents_are_text_where_they_are():
    """Only then do all models read them; others go on as files."""
    plain = {"type": "text", "media_type": "text/plain", "data": "words"}
    pdf = {"type": "base64", "media_type": "application/pdf", "data": "QQ=="}
    (message,) = said(
        {"type": "document", "source": plain, "title": "T", "context": "C"},
        {"type": "document", "source": {"type": "content", "content": "more"}},
        {"type": "document", "source": pdf, "title": "a.pdf"},
    )
    parts = message["content"]

    assert ["T\nC", "words", "more", "a.pdf"] == [part["text"] for part in parts[:4]]
    assert {
        "filename": "a.pdf",
        "file_data": "data:application/pdf;base64,QQ==",
    } == parts[4]["file"]


def test_what_tools_returned_comes_before_what_the_user_says():
    """Chat models want each call answered at once."""
    found = said(
        {"type": "text", "text": "and now?"},
        {"type": "tool_result", "tool_use_id": "a", "content": "1"},
        {"type": "tool_result", "tool_use_id": "b", "content": [{"type": "text", "text": "2"}]},
        {"type": "tool_result", "tool_use_id": "c", "content": [IMAGE]},
        {"type": "tool_result", "tool_use_id": "d"},
    )

    assert [
        {"role": "tool", "tool_call_id": "a", "content": "1"},
        {"role": "tool", "tool_call_id": "b", "content": "2"},
        {"role": "tool", "tool_call_id": "c", "content": [IMAGE_PART]},
        {"role": "tool", "tool_call_id": "d", "content": ""},
        {"role": "user", "content": "and now?"},
    ] == found


def test_turns_of_the_assistant():
    """What it thought, said and called, in one message."""
    content = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": "so"},
        {"type": "tool_use", "id": "c", "name": "f", "input": {"b": 1, "a": 2}},
    ]
    (message,) = chat(messages=[{"role": "assistant", "content": content}])["messages"]
    (called,) = message["tool_calls"]

    assert ("so", "hm") == (message["content"], message["reasoning_content"])
    assert ("c", "f", '{"b": 1, "a": 2}') == (
        called["id"],
        called["function"]["name"],
        called["function"]["arguments"],
    )


def test_tools():
    """The schema keeps its bytes."""
    schema = {"type": "object", "properties": {"z": {}, "a": {}}}
    found = chat(tools=[{"name": "f", "description": "d", "input_schema": schema}])
    (tool,) = found["tools"]

    assert ("function", "f", "d") == (
        tool["type"],
        tool["function"]["name"],
        tool["function"]["description"],
    )
    assert list("za") == list(tool["function"]["parameters"]["properties"])


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"type": "auto"}, "auto"),
        ({"type": "any"}, "required"),
        ({"type": "none"}, "none"),
        ({"type": "tool", "name": "f"}, {"type": "function", "function": {"name": "f"}}),
    ],
)
def test_tool_choice(choice, expected):
    """The four ways to choose."""
    tools = [{"name": "f", "input_schema": {}}]

    assert expected == chat(tools=tools, tool_choice=choice)["tool_choice"]
    assert "parallel_tool_calls" not in chat(tools=tools, tool_choice=choice)
    alone = choice | {"disable_parallel_tool_use": True}
    assert chat(tools=tools, tool_choice=alone)["parallel_tool_calls"] is False


@pytest.mark.parametrize(
    ("thinking", "effort"),
    [
        ({"type": "enabled", "budget_tokens": 1024}, "low"),
        ({"type": "enabled", "budget_tokens": 4096}, "medium"),
        ({"type": "enabled", "budget_tokens": 32000}, "high"),
        ({"type": "disabled"}, None),
        ({"type": "adaptive"}, None),
    ],
)
def test_thinking_is_an_effort(thinking, effort):
    """Other models know no budget."""
    assert effort == chat(thinking=thinking).get("reasoning_effort")


@pytest.mark.parametrize(("wanted", "effort"), [("low", "low"), ("max", "xhigh")])
def test_effort_wins_over_a_budget(wanted, effort):
    """Newer programs say it directly; the highest one has another name."""
    thinking = {"type": "enabled", "budget_tokens": 4096}
    found = chat(thinking=thinking, output_config={"effort": wanted})

    assert effort == found["reasoning_effort"]


def test_structured_output():
    """The schema is held exactly, as Anthropic promises."""
    schema = {"type": "object", "properties": {"z": {}, "a": {}}}
    wanted = {"format": {"type": "json_schema", "schema": schema}}

    assert {
        "type": "json_schema",
        "json_schema": {"name": "output", "schema": schema, "strict": True},
    } == chat(output_config=wanted)["response_format"]


def test_hints_for_anthropics_own_servers_stay_here():
    """Other model servers refuse requests with fields that they do not know."""
    hints = {"cache_control": {"type": "ephemeral"}, "inference_geo": "eu", "speed": "fast"}

    assert chat() == chat(**hints)


def test_unknown_fields_are_kept():
    """Providers that know them get them."""
    unknown = {"container": "c", "min_tokens": 3}

    assert unknown == chat(**unknown)["fleet.extra"]


@pytest.mark.parametrize(
    "fields",
    [
        {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        {"tool_choice": {"type": "tool"}},
        {"thinking": {"type": "enabled"}},
        {"system": [IMAGE]},
        {"messages": [{"role": "assistant", "content": [IMAGE]}]},
        *(
            {"messages": [{"role": "user", "content": [block]}]}
            for block in (
                {"type": "text"},
                {"type": "image"},
                {"type": "search_result"},
                {"type": "tool_result"},
                {"type": "image", "source": {"type": "file", "file_id": "f"}},
                {"type": "image", "source": {"type": "base64", "data": "QQ=="}},
                {"type": "document", "source": {"type": "url", "url": "https://x"}},
            )
        ),
    ],
)
def test_what_cannot_be_served_is_refused(fields):
    """An answer that left half of the question out would be wrong, and nobody would know."""
    with pytest.raises(InvalidArgument):
        chat(**fields)


def test_answer():
    """Thoughts, text and calls, in Anthropic's order, and the cost without what came from the cache."""
    details = m.PromptTokensDetails(cached_tokens=4)
    usage = m.Usage(
        prompt_tokens=10, completion_tokens=2, total_tokens=12, prompt_tokens_details=details
    )
    calls = [call(0, "f", '{"a": 1}')]
    found = to_message(
        answer("tool_calls", usage, content="so", reasoning_content="hm", tool_calls=calls)
    )

    assert {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": ""},
            {"type": "text", "text": "so"},
            {"type": "tool_use", "id": "call_f", "name": "f", "input": {"a": 1}},
        ],
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": 6, "output_tokens": 2, "cache_read_input_tokens": 4},
    } == json.loads(msgspec.json.encode(found))


@pytest.mark.parametrize(
    ("finish_reason", "stop_reason"),
    [
        ("stop", "end_turn"),
        ("length", "max_tokens"),
        ("tool_calls", "tool_use"),
        ("content_filter", "refusal"),
        ("of a server's own", "end_turn"),
    ],
)
async def test_stop_reason(finish_reason, stop_reason):
    """Programs decide by it whether to run tools, or to ask for more."""
    *_, delta, _ = await events(chunk(content="x", finish_reason=finish_reason))

    assert stop_reason == to_message(answer(finish_reason)).stop_reason
    assert stop_reason == delta.delta.stop_reason


@pytest.mark.parametrize(("found", "sequence"), [("END", "END"), (128009, None), (None, None)])
async def test_stop_sequence(found, sequence):
    """Told where the model's server tells, as vLLM does; a token is none."""
    body = answer(content="x")
    body.choices[0].stop_reason = found
    last = chunk(finish_reason="stop")
    last.choices[0].stop_reason = found
    whole = to_message(body)
    *_, delta, _ = await events(chunk(content="x"), last)
    reason = "stop_sequence" if sequence else "end_turn"

    assert (reason, sequence) == (whole.stop_reason, whole.stop_sequence)
    assert (reason, sequence) == (delta.delta.stop_reason, delta.delta.stop_sequence)


@given(st.text())
def test_calls_that_are_cut_off_are_no_broken_json(arguments):
    """A body that cannot be parsed would cost the caller the whole answer."""
    found = to_message(answer(tool_calls=[call(0, "f", arguments)]))

    assert isinstance(json.loads(msgspec.json.encode(found))["content"][0]["input"], dict)


async def test_stream():
    """Each block is opened, told and closed before the next one."""
    found = await events(
        chunk(role="assistant", content=""),
        chunk(reasoning_content="hm"),
        chunk(content="so "),
        chunk(content="far"),
        chunk(tool_calls=[call(0, "f", "")]),
        chunk(tool_calls=[call(0, None, '{"a":')]),
        chunk(tool_calls=[call(0, None, "1}")]),
        chunk(tool_calls=[call(1, "g", "{}")]),
        chunk(finish_reason="tool_calls"),
    )
    block = ["content_block_start", "content_block_delta", "content_block_stop"]

    assert [
        ("thinking", None, "hm"),
        ("text", None, "so far"),
        ("tool_use", "f", '{"a":1}'),
        ("tool_use", "g", "{}"),
    ] == folded(found)
    assert [
        *("message_start", "ping", *block),
        *(block[0], block[1], block[1], block[2]),
        *(block[0], block[1], block[1], block[2]),
        *block,
        *("message_delta", "message_stop"),
    ] == [event.type for event in found]


PIECES = st.one_of(
    st.builds(lambda text: {"content": text}, st.text()),
    st.builds(lambda text: {"reasoning_content": text}, st.text()),
)


@given(st.lists(PIECES))
async def test_streams_lose_nothing(pieces):
    """However a model mixes thoughts and text, all of it arrives, in its order."""
    found = await events(*(chunk(**piece) for piece in pieces))
    spelled = folded(found)

    for kind, name in (("text", "content"), ("thinking", "reasoning_content")):
        expected = "".join(piece.get(name, "") for piece in pieces)
        assert expected == "".join(text for found_kind, _, text in spelled if found_kind == kind)
    assert all(a[0] != b[0] for a, b in pairwise(spelled))


async def test_usage_of_a_stream_comes_at_its_end():
    """It is not known before."""
    usage = m.Usage(prompt_tokens=3, completion_tokens=2, total_tokens=5)
    cost = m.ChatCompletionChunk(id="", choices=[], created=1, model="m", usage=usage)
    found = await events(chunk(content="x"), chunk(finish_reason="stop"), cost)

    assert (3, 2) == (found[-2].usage.input_tokens, found[-2].usage.output_tokens)


async def test_leaving_a_stream_stops_the_model():
    """Nobody pays for what nobody reads."""
    left = []

    async def stream():
        try:
            while True:
                yield chunk(content="x")
        finally:
            left.append(True)

    async with aclosing(to_events(stream())) as found:
        await anext(found)

    assert [True] == left


def test_gRPC_callers_have_their_fields_in_extra():  # noqa: N802 - its name
    """They have no body to be read again."""
    request = m.CreateMessageRequest(
        model="m",
        messages=[m.InputMessage(role="user", content="hi")],
        max_tokens=1,
        extra={"x": msgspec.Raw(b"1")},
    )

    assert b"1" == bytes(to_chat(request, Call("x")).extra["x"])
