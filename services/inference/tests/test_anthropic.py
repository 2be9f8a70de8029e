"""What `remote::anthropic` does besides the contract of all providers with a wire of their own."""

import base64
import json

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.fold import fold_chat
from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_testing.anthropic_upstream import AnthropicWire
from fleet_testing.calls import rest_call
from fleet_testing.native_subjects import ANTHROPIC
from fleet_testing.native_upstream import native_upstream
from fleet_testing.openai_upstream import Canned

HELLO = [{"role": "user", "content": "hello"}]
OPEN = {"type": "object", "properties": {"text": {"type": "string"}}}
CLOSED = OPEN | {"additionalProperties": False}
FIND = {"type": "function", "function": {"name": "find", "parameters": CLOSED}}
KEEP = {"type": "function", "function": {"name": "keep", "parameters": CLOSED}}
PDF = base64.b64encode(b"%PDF-1.7").decode()


@pytest.fixture
async def upstream():
    async with native_upstream(AnthropicWire()) as running:
        yield running


@pytest.fixture
async def provider(upstream):
    opened = ANTHROPIC.opened(upstream)
    yield opened
    await opened.aclose()


def chat(model="chat", **fields):
    return rest_call(m.ChatCompletionRequest, {"model": model, "messages": HELLO} | fields)


async def sent(provider, upstream, *args, **fields):
    """Return what the vendor gets for a request."""
    await provider.chat(*chat(*args, **fields))
    return upstream.heard[-1].seen.json()


def schema(of, **more):
    return {"type": "json_schema", "json_schema": {"name": "a", "schema": of} | more}


async def test_the_version_of_the_api_is_told(provider, upstream):
    """The vendor answers no request without it."""
    await sent(provider, upstream)

    assert "2023-06-01" == upstream.heard[-1].seen.headers["anthropic-version"]


async def test_an_answer_may_be_as_long_as_the_model_can(provider, upstream):
    """The vendor wants a length, and callers of OpenAI's API set none."""
    assert 1500 == (await sent(provider, upstream))["max_tokens"]
    assert 5 == (await sent(provider, upstream, max_tokens=5))["max_tokens"]


async def test_a_server_without_a_list_of_models_will_do(provider, upstream):
    """Other vendors serve this API without it."""
    upstream.canned["/v1/models/chat"] = Canned(b"{}", status=404)

    assert 4096 == (await sent(provider, upstream))["max_tokens"]


async def test_a_model_is_asked_about_once(provider, upstream):
    """It costs a round trip, which listing all of them spares."""
    for _ in range(3):
        await sent(provider, upstream)
    await provider.models()
    await sent(provider, upstream, "older")

    assert 1 == sum(seen.path.startswith("/v1/models/") for seen in upstream.requests)


async def test_an_effort_is_told_to_a_model_that_knows_efforts(provider, upstream):
    """By the nearest name: this one has no `xhigh`."""
    for effort, level in (("minimal", "low"), ("medium", "medium"), ("xhigh", "high")):
        told = await sent(provider, upstream, reasoning_effort=effort)

        assert {"type": "adaptive", "display": "summarized"} == told["thinking"]
        assert {"effort": level} == told["output_config"]


async def test_an_effort_is_a_budget_to_an_older_model(provider, upstream):
    """At most half of the answer, which includes what is thought."""
    most = {"max_completion_tokens": 20000}
    told = await sent(provider, upstream, "older", reasoning_effort="medium", **most)
    large = await sent(provider, upstream, "older", reasoning_effort="high", **most)

    assert {"type": "enabled", "budget_tokens": 4096} == told["thinking"]
    assert 10000 == large["thinking"]["budget_tokens"]
    assert "output_config" not in told


async def test_without_room_to_think_nothing_is_asked(provider, upstream):
    """The vendor's least budget is 1024."""
    with pytest.raises(InvalidArgument, match="max_completion_tokens"):
        await provider.chat(*chat("older", reasoning_effort="low", max_tokens=2000))
    assert [] == upstream.heard


async def test_thinking_can_be_turned_off(provider, upstream):
    """`none` is an effort too."""
    told = await sent(provider, upstream, reasoning_effort="none")

    assert {"type": "disabled"} == told["thinking"]


@pytest.mark.parametrize(
    "of", [CLOSED, CLOSED | {"properties": {"minimum": {"enum": [{"type": "object"}]}}}]
)
async def test_a_closed_schema_goes_to_the_model_itself(provider, upstream, of):
    """The vendor's own way holds the model to it. Names of properties, and values, are no keywords."""
    told = await sent(provider, upstream, response_format=schema(of))

    assert {"format": {"type": "json_schema", "schema": of}} == told["output_config"]
    assert "tools" not in told


@pytest.mark.parametrize(
    ("model", "of"),
    [
        ("chat", OPEN),
        ("chat", CLOSED | {"properties": {"a": OPEN}}),
        ("chat", CLOSED | {"properties": {"a": {"type": "integer", "minimum": 1}}}),
        ("chat", CLOSED | {"properties": {"a": {"anyOf": [{"type": "null"}, OPEN]}}}),
        ("older", CLOSED),
    ],
)
async def test_other_schemas_become_a_tool(provider, upstream, model, of):
    """The vendor takes no open or bounded ones, and older models take none."""
    told = await sent(provider, upstream, model, response_format=schema(of))

    assert {"write_answer": of} == upstream.heard[-1].asked.tools
    assert {"type": "tool", "name": "write_answer"} == {
        name: told["tool_choice"][name] for name in ("type", "name")
    }
    assert "output_config" not in told


async def test_an_answer_by_schema_leaves_tools_usable(provider, upstream):
    """The model calls one of them, or writes its answer."""
    told = await sent(provider, upstream, "older", response_format=schema(CLOSED), tools=[FIND])

    assert ["find", "write_answer"] == [tool["name"] for tool in told["tools"]]
    assert {"type": "any"} == told["tool_choice"]


async def test_tools_that_are_turned_off_stay_off_beside_a_schema(provider, upstream):
    """Only the answer may be written then."""
    told = await sent(
        provider,
        upstream,
        "older",
        response_format=schema(CLOSED),
        tools=[FIND],
        tool_choice="none",
    )

    assert ["write_answer"] == [tool["name"] for tool in told["tools"]]


async def test_what_must_be_exact_is_not_left_to_luck(provider, upstream):
    """An older model cannot be held to a schema."""
    strict = FIND | {"function": FIND["function"] | {"strict": True}}
    with pytest.raises(InvalidArgument, match="strict"):
        await provider.chat(*chat("older", response_format=schema(CLOSED, strict=True)))
    with pytest.raises(InvalidArgument, match=r"tools\[0\]\.function\.strict"):
        await provider.chat(*chat("older", tools=[strict]))
    told = await sent(provider, upstream, tools=[strict])

    assert told["tools"][0]["strict"]


async def test_only_allowed_tools_are_offered(provider, upstream):
    """The vendor has no set of allowed ones, so the others stay away."""
    allowed = {"mode": "required", "tools": [{"type": "function", "function": {"name": "keep"}}]}
    choice = {"type": "allowed_tools", "allowed_tools": allowed}
    told = await sent(provider, upstream, tools=[FIND, KEEP], tool_choice=choice)

    assert ["keep"] == [tool["name"] for tool in told["tools"]]
    assert {"type": "any"} == told["tool_choice"]


async def test_a_choice_of_a_tool_that_is_not_there_is_refused(provider):
    """As OpenAI does."""
    choice = {"type": "function", "function": {"name": "lose"}}
    with pytest.raises(InvalidArgument, match=r"tool_choice\.function\.name"):
        await provider.chat(*chat(tools=[FIND], tool_choice=choice))


async def test_documents_arrive(provider, upstream):
    """As the vendor's own blocks, with their names."""
    file = {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{PDF}"}
    parts = [{"type": "file", "file": file}, {"type": "text", "text": "?"}]
    upstream.canned["/v1/messages"] = Canned(answer([{"type": "text", "text": "!"}]))
    await provider.chat(*chat(messages=[{"role": "user", "content": parts}]))
    source = {"type": "base64", "media_type": "application/pdf", "data": PDF}

    assert {"type": "document", "title": "a.pdf", "source": source} == (
        upstream.requests[-1].json()["messages"][0]["content"][0]
    )


@pytest.mark.parametrize(
    "part",
    [
        {"type": "file", "file": {"file_data": "data:text/csv;base64,YQ=="}},
        {"type": "file", "file": {"file_id": "file-1"}},
        {"type": "input_audio", "input_audio": {"data": "YQ==", "format": "wav"}},
    ],
)
async def test_what_the_models_do_not_read_is_refused(provider, part):
    """With its place."""
    with pytest.raises(InvalidArgument) as caught:
        await provider.chat(*chat(messages=[{"role": "user", "content": [part]}]))

    assert caught.value.param.startswith("messages[0].content[0]")


async def test_pictures_that_tools_return_arrive(provider, upstream):
    """Within the result, where the vendor wants them."""
    call = {"id": "c", "type": "function", "function": {"name": "find", "arguments": "{"}}
    url = "data:image/png;base64,YQ=="
    messages = [
        *HELLO,
        {"role": "assistant", "tool_calls": [call]},
        {
            "role": "tool",
            "tool_call_id": "c",
            "content": [
                {"type": "text", "text": "seen"},
                {"type": "image_url", "image_url": {"url": url}},
            ],
        },
    ]
    upstream.canned["/v1/messages"] = Canned(answer([{"type": "text", "text": "!"}]))
    await provider.chat(*chat(messages=messages, tools=[FIND]))
    told = upstream.requests[-1].json()["messages"]

    assert {} == told[1]["content"][0]["input"], "what is no JSON object counts as none"
    assert ["text", "image"] == [block["type"] for block in told[2]["content"][0]["content"]]


async def test_a_result_without_a_call_is_refused(provider):
    """The vendor would not know which one it answers."""
    messages = [*HELLO, {"role": "tool", "tool_call_id": "c", "content": "a"}]
    with pytest.raises(InvalidArgument, match=r"messages\[1\]\.tool_call_id"):
        await provider.chat(*chat(messages=messages))


async def test_speakers_are_told_apart(provider, upstream):
    """The vendor has no field for their names."""
    messages = [{"role": "user", "name": "Ada", "content": "hello"}]
    await sent(provider, upstream, messages=messages)

    assert ("Ada:", "hello") == upstream.heard[-1].asked.turns[0].parts


async def test_who_asks_and_how_fast_is_told(provider, upstream):
    """By the vendor's names."""
    told = await sent(
        provider, upstream, user="u", safety_identifier="s", service_tier="default", top_k=-1
    )

    assert {"user_id": "s"} == told["metadata"]
    assert "standard_only" == told["service_tier"]
    assert "top_k" not in told


@pytest.mark.parametrize("field", [{"temperature": 1.5}, {"service_tier": "flex"}])
async def test_what_is_out_of_the_vendors_range_is_refused(provider, upstream, field):
    """Rather than asked for something near it."""
    with pytest.raises(InvalidArgument, match=next(iter(field))):
        await provider.chat(*chat(**field))
    assert [] == upstream.requests


async def test_fields_that_only_the_vendor_knows_pass(provider, upstream):
    """And it refuses those that it does not know, by name."""
    thinking = {"type": "enabled", "budget_tokens": 1024}
    told = await sent(provider, upstream, thinking=thinking)

    assert thinking == told["thinking"]
    with pytest.raises(UpstreamFailed, match="guided_regex"):
        await provider.chat(*chat(guided_regex="a+"))


def answer(content, **more):
    message = {"content": content, "usage": {"input_tokens": 1, "output_tokens": 1}}
    return json.dumps(message | {"stop_reason": "end_turn"} | more).encode()


async def test_the_string_that_ended_an_answer_is_told(provider, upstream):
    """By an extension of vLLM's, which the dialects build on."""
    body = answer([], stop_reason="stop_sequence", stop_sequence="END")
    upstream.canned["/v1/messages"] = Canned(body)
    choice = (await provider.chat(*chat())).choices[0]

    assert ("stop", "END", "") == (
        choice.finish_reason,
        choice.stop_reason,
        choice.message.content,
    )


async def test_tokens_written_to_the_cache_were_read(provider, upstream):
    """The vendor counts three kinds apart; OpenAI's total has them all."""
    usage = {
        "input_tokens": 1,
        "cache_creation_input_tokens": 2,
        "cache_read_input_tokens": 4,
        "output_tokens": 8,
    }
    upstream.canned["/v1/messages"] = Canned(answer([], usage=usage))
    told = (await provider.chat(*chat())).usage

    assert (7, 8, 15) == (told.prompt_tokens, told.completion_tokens, told.total_tokens)
    assert 4 == told.prompt_tokens_details.cached_tokens


async def test_thoughts_that_nobody_may_read_go_back_as_they_came(provider, upstream):
    """Before the call that they led to, in their order."""
    content = [
        {"type": "redacted_thinking", "data": "c2VjcmV0"},
        {"type": "text", "text": "Let me see."},
        {"type": "tool_use", "id": "toolu_9", "name": "find", "input": {"text": "a"}},
    ]
    upstream.canned["/v1/messages"] = Canned(answer(content, stop_reason="tool_use"))
    first = (await provider.chat(*chat(tools=[FIND]))).choices[0].message
    call = {"id": first.tool_calls[0].id, "type": "function", "function": {"name": "find"}}
    messages = [
        *HELLO,
        {"role": "assistant", "content": first.content, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": "b"},
    ]
    await provider.chat(*chat(messages=messages, tools=[FIND]))

    assert content == upstream.requests[-1].json()["messages"][1]["content"]


def after_a_call(*ids):
    """Return a conversation in which another model called a tool as often as there are `ids`."""
    calls = [
        {"id": name, "type": "function", "function": {"name": "find", "arguments": "{}"}}
        for name in ids
    ]
    results = [{"role": "tool", "tool_call_id": name, "content": "b"} for name in ids]
    return [*HELLO, {"role": "assistant", "tool_calls": calls}, *results]


async def test_an_older_model_does_not_think_on_where_its_thoughts_are_lost(provider, upstream):
    """The vendor would refuse it until the turn ends; it thinks again with the next question."""
    fields = {"reasoning_effort": "low", "tools": [FIND], "max_tokens": 4000}
    during = await sent(provider, upstream, "older", messages=after_a_call("c"), **fields)
    messages = [*after_a_call("c"), {"role": "assistant", "content": "done"}, *HELLO]
    after = await sent(provider, upstream, "older", messages=messages, **fields)

    assert "thinking" not in during
    assert {"type": "enabled", "budget_tokens": 1024} == after["thinking"]


async def test_thoughts_go_back_with_the_very_calls_that_they_led_to(provider, upstream):
    """A caller may leave one out, or add another: then the vendor gets just what the caller says."""
    thought = {"type": "thinking", "thinking": "hm", "signature": "s"}
    use = {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {}}
    upstream.canned["/v1/messages"] = Canned(answer([thought, use], stop_reason="tool_use"))
    await provider.chat(*chat(tools=[FIND]))
    for ids, kinds in (
        (["toolu_1"], ["thinking", "tool_use"]),
        (["toolu_1", "toolu_2"], ["tool_use", "tool_use"]),
    ):
        await provider.chat(*chat(messages=after_a_call(*ids), tools=[FIND]))
        told = upstream.requests[-1].json()["messages"][1]["content"]

        assert kinds == [block["type"] for block in told]


STREAM = (
    b'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":3}}}\n\n'
    b'data: {"type":"content_block_start","index":0,"content_block":'
    b'{"type":"tool_use","id":"toolu_1","name":"now","input":{}}}\n\n'
    b'data: {"type":"content_block_stop","index":0}\n\n'
    b'data: {"type":"something_new","index":0}\n\n'
    b'data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}}\n\n'
    b'data: {"type":"message_stop"}\n\n'
)


async def test_a_call_without_arguments_has_an_empty_object(provider, upstream):
    """The vendor streams nothing for it. Events of a kind that is new are passed over, as it asks clients to."""
    upstream.canned["/v1/messages"] = Canned(STREAM, headers={"content-type": "text/event-stream"})
    stream = await provider.chat(
        *chat(stream=True, stream_options={"include_usage": True}, tools=[FIND])
    )
    told = await fold_chat(stream)
    call = told.choices[0].message.tool_calls[0]

    assert ("toolu_1", "now", "{}") == (call.id, call.function.name, call.function.arguments)
    assert (3, 2) == (told.usage.prompt_tokens, told.usage.completion_tokens)
