"""Llama Stack's old inference API is chat completions, there and back."""

import asyncio
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.legacy import LegacyInference
from fleet_inference.dialects.legacy.answers import to_chat_answer, to_completion_answer
from fleet_inference.dialects.legacy.chunks import to_chat_chunks, to_completion_chunks
from fleet_inference.dialects.legacy.requests import to_chat, to_completion
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_testing.calls import rest_call

USER = {"role": "user", "content": "hi"}
DATA = {"type": "image", "image": {"data": "QQ=="}}
TEXT = {"type": "text", "text": "see"}


def plain(struct):
    return json.loads(msgspec.json.encode(struct))


def chat(**fields):
    """Return what a request comes to, as JSON."""
    body = {"model_id": "m", "messages": [USER]} | fields
    request, _ = rest_call(m.LegacyChatRequest, body)
    return plain(to_chat(request))


def completion(**fields):
    request, _ = rest_call(m.LegacyCompletionRequest, {"model_id": "m", "content": "hi"} | fields)
    return plain(to_completion(request))


def chunk(finish_reason=None, logprobs=None, **delta):
    choice = m.ChunkChoice(
        delta=m.Delta(**delta), index=0, finish_reason=finish_reason, logprobs=logprobs
    )
    return m.ChatCompletionChunk(id="chatcmpl-1", choices=[choice], created=1, model="m")


def call(index, name=None, arguments=None):
    function = m.FunctionCall(name=name, arguments=arguments)
    return m.ToolCall(index=index, id=name and f"call_{name}", type="function", function=function)


def logprobs():
    tops = [m.TopLogprob(token="b", logprob=-0.5)]
    return m.Logprobs(content=[m.TokenLogprob(token="a", logprob=-1.0, top_logprobs=tops)])


async def streamed(translate, *chunks):
    async def stream():
        for item in chunks:
            yield item

    return [plain(item) async for item in translate(stream())]


def test_without_sampling_parameters_the_answer_is_greedy():
    """As the old server had it."""
    assert {
        "model": "m",
        "messages": [{"role": "user", "content": "hi"}],
        "temperature": 0.0,
    } == chat()


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ({"type": "greedy"}, {"temperature": 0.0}),
        ({"type": "top_p", "temperature": 0.7}, {"temperature": 0.7, "top_p": 0.95}),
        (
            {"type": "top_p", "temperature": 0.7, "top_p": 0.5},
            {"temperature": 0.7, "top_p": 0.5},
        ),
        ({"type": "top_k", "top_k": 3}, {"top_k": 3}),
    ],
)
def test_sampling(strategy, expected):
    """Three strategies are three settings, in chats and completions alike."""
    sampling = {"strategy": strategy, "max_tokens": 5, "stop": ["x"], "repetition_penalty": 1.5}
    expected = expected | {"stop": ["x"], "repetition_penalty": 1.5}

    assert expected | {"max_completion_tokens": 5} == {
        k: v for k, v in chat(sampling_params=sampling).items() if k not in ("model", "messages")
    }
    assert expected | {"max_tokens": 5} == {
        k: v
        for k, v in completion(sampling_params=sampling).items()
        if k not in ("model", "prompt")
    }


def test_what_sdks_send_unasked_is_left_out():
    """Model servers refuse some of it."""
    sampling = {"strategy": {"type": "greedy"}, "max_tokens": 0, "repetition_penalty": 1.0}

    assert chat() == chat(
        sampling_params=sampling, tool_choice="auto", tool_config={"tool_choice": "auto"}
    )


def test_content():
    """A text, an item, or several; context comes after the content."""
    found = chat(
        messages=[
            {"role": "system", "content": TEXT},
            {"role": "user", "content": "one", "context": "two"},
            {"role": "user", "content": [TEXT, DATA]},
            {"role": "user", "content": {"type": "image", "image": {"url": {"uri": "https://x"}}}},
        ]
    )["messages"]

    assert ["see", "one\ntwo"] == [message["content"] for message in found[:2]]
    assert [
        TEXT,
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}},
    ] == found[2]["content"]
    assert [{"type": "image_url", "image_url": {"url": "https://x"}}] == found[3]["content"]


@pytest.mark.parametrize("arguments", ['{"a":1}', {"a": 1}])
def test_calls_of_earlier_turns(arguments):
    """Arguments are text in newer SDKs and an object in older ones."""
    said = {
        "role": "assistant",
        "content": "",
        "stop_reason": "end_of_turn",
        "tool_calls": [{"call_id": "c", "tool_name": "f", "arguments": arguments}],
    }
    answered = {"role": "tool", "call_id": "c", "content": "2"}
    assistant, tool = chat(messages=[said, answered])["messages"]
    (called,) = assistant["tool_calls"]

    assert "content" not in assistant
    assert ("c", "f", {"a": 1}) == (
        called["id"],
        called["function"]["name"],
        json.loads(called["function"]["arguments"]),
    )
    assert {"role": "tool", "tool_call_id": "c", "content": "2"} == tool


def test_tools():
    """Parameters were a map; they are a JSON Schema now, with JSON's names of types."""
    parameters = {
        "city": {"param_type": "str", "description": "where"},
        "days": {"param_type": "integer", "required": False, "default": 3},
        "unit": {"param_type": "string", "required": False, "default": None},
    }
    (tool,) = chat(tools=[{"tool_name": "f", "description": "d", "parameters": parameters}])[
        "tools"
    ]

    assert {
        "name": "f",
        "description": "d",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "where"},
                "days": {"type": "integer", "default": 3},
                "unit": {"type": "string"},
            },
            "required": ["city"],
        },
    } == tool["function"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"tool_choice": "required"}, "required"),
        ({"tool_config": {"tool_choice": "none"}}, "none"),
        (
            {"tool_config": {"tool_choice": "f"}},
            {"type": "function", "function": {"name": "f"}},
        ),
    ],
)
def test_tool_choice(fields, expected):
    """In its older place, in its newer one, and as a name."""
    assert expected == chat(tools=[{"tool_name": "f"}], **fields)["tool_choice"]


def test_json_schema():
    """The schema is held."""
    schema = {"type": "object"}

    assert {
        "type": "json_schema",
        "json_schema": {"name": "response", "schema": schema, "strict": True},
    } == chat(response_format={"type": "json_schema", "json_schema": schema})["response_format"]


@pytest.mark.parametrize(
    "fields",
    [
        {"response_format": {"type": "grammar", "bnf": {}}},
        {"response_format": {"type": "json_schema"}},
        {"messages": [{"role": "tool", "content": "2"}]},
        {"messages": [{"role": "user", "content": {"type": "image"}}]},
        {"sampling_params": {"strategy": {"type": "top_k"}}},
    ],
)
def test_what_cannot_be_served_is_refused(fields):
    """An answer without it would be another one."""
    with pytest.raises(InvalidArgument):
        chat(**fields)


@pytest.mark.parametrize(
    "fields", [{"content": DATA}, {"response_format": {"type": "json_schema", "json_schema": {}}}]
)
def test_completions_are_plain_text(fields):
    """Images and formats belong to chats."""
    with pytest.raises(InvalidArgument):
        completion(**fields)


@given(st.text())
def test_answer(arguments):
    """Whatever a model wrote as arguments, the body is JSON."""
    usage = m.Usage(prompt_tokens=3, completion_tokens=2, total_tokens=5)
    message = m.AssistantMessage(content="so", tool_calls=[call(0, "f", arguments)])
    choice = m.Choice(finish_reason="length", index=0, message=message, logprobs=logprobs())
    completed = m.ChatCompletion(id="x", choices=[choice], created=1, model="m", usage=usage)

    assert {
        "metrics": [
            {"metric": "prompt_tokens", "value": 3, "unit": "tokens"},
            {"metric": "completion_tokens", "value": 2, "unit": "tokens"},
            {"metric": "total_tokens", "value": 5, "unit": "tokens"},
        ],
        "completion_message": {
            "role": "assistant",
            "content": "so",
            "stop_reason": "out_of_tokens",
            "tool_calls": [{"call_id": "call_f", "tool_name": "f", "arguments": arguments}],
        },
        "logprobs": [{"logprobs_by_token": {"b": -0.5, "a": -1.0}}],
    } == plain(to_chat_answer(completed))


def test_continued_text():
    """With the tokens that were likeliest, the first of an echoed prompt being none."""
    told = m.CompletionLogprobs(
        text_offset=[0, 1],
        tokens=["a", "b"],
        token_logprobs=[None, -1.0],
        top_logprobs=[{}, {"c": -2.0}],
    )
    choice = m.CompletionChoice(index=0, text="ab", finish_reason="stop", logprobs=told)
    completed = m.Completion(id="x", choices=[choice], created=1, model="m")

    assert {
        "metrics": None,
        "content": "ab",
        "stop_reason": "end_of_turn",
        "logprobs": [{"logprobs_by_token": {}}, {"logprobs_by_token": {"c": -2.0, "b": -1.0}}],
    } == plain(to_completion_answer(completed))


async def test_stream():
    """Starts, tells text, tells calls in pieces and then whole, and ends with the reason."""
    found = await streamed(
        to_chat_chunks,
        chunk(role="assistant", content=""),
        chunk(content="so", logprobs=logprobs()),
        chunk(tool_calls=[call(0, "f", "")]),
        chunk(tool_calls=[call(0, None, '{"a":1}')]),
        chunk(tool_calls=[call(1, "g", "{}")]),
        chunk(finish_reason="tool_calls"),
    )
    events = [item["event"] for item in found]

    def whole(name, arguments):
        return {"call_id": f"call_{name}", "tool_name": name, "arguments": arguments}

    def told(piece, status):
        return {"type": "tool_call", "tool_call": piece, "parse_status": status}

    assert ["start", *["progress"] * 7, "complete"] == [event["event_type"] for event in events]
    assert [
        {"type": "text", "text": ""},
        {"type": "text", "text": "so"},
        told("", "started"),
        told('{"a":1}', "in_progress"),
        told(whole("f", '{"a":1}'), "succeeded"),
        told("", "started"),
        told("{}", "in_progress"),
        told(whole("g", "{}"), "succeeded"),
        {"type": "text", "text": ""},
    ] == [event["delta"] for event in events]
    assert [{"logprobs_by_token": {"b": -0.5, "a": -1.0}}] == events[1]["logprobs"]
    assert "end_of_turn" == events[-1]["stop_reason"]


async def test_streamed_text_ends_with_its_reason():
    """And with its cost."""
    pieces = [
        m.CompletionChoice(index=0, text=text, finish_reason=reason)
        for text, reason in (("a", None), ("b", None), ("", "length"))
    ]
    usage = m.Usage(prompt_tokens=3, completion_tokens=2, total_tokens=5)
    found = await streamed(
        to_completion_chunks,
        *(m.Completion(id="x", choices=[piece], created=1, model="m") for piece in pieces),
        m.Completion(id="x", choices=[], created=1, model="m", usage=usage),
    )

    assert ["a", "b", ""] == [item["delta"] for item in found]
    assert [None, None, "out_of_tokens"] == [item["stop_reason"] for item in found]
    assert 3 == len(found[-1]["metrics"])


class Echo:
    """An inference service that says what it is told, slowest first; `fail` is unknown to it."""

    def __init__(self):
        self.running = self.most = 0

    async def create_chat_completion(self, request, call):
        (message,) = request.messages
        if message.content == "fail":
            raise NotFound("gone", code="model_not_found")
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(0.01)
        finally:
            self.running -= 1
        message = m.AssistantMessage(content=message.content)
        choice = m.Choice(finish_reason="stop", index=0, message=message)
        return m.ChatCompletion(id="x", choices=[choice], created=1, model="m")


def batch(*texts):
    conversations = [[{"role": "user", "content": text}] for text in texts]
    body = {"model_id": "m", "messages_batch": conversations}
    return rest_call(m.LegacyBatchChatRequest, body)


async def test_batches_keep_their_order_and_are_bounded():
    """A long batch must not take the whole server."""
    texts = [str(n) for n in range(40)]
    echo = Echo()
    found = await LegacyInference(echo).legacy_batch_chat_completion(*batch(*texts))

    assert texts == [answer.completion_message.content for answer in found.batch]
    assert 8 == echo.most


async def test_batches_fail_as_the_one_that_failed():
    """With its own error, and nothing goes on behind the caller's back."""
    echo = Echo()

    with pytest.raises(NotFound, match="gone"):
        await LegacyInference(echo).legacy_batch_chat_completion(*batch("a", "fail", "b"))
    assert 0 == echo.running
