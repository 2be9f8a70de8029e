"""What is special to the newer of Cohere's two formats on Oracle Cloud; most of it is in `native`."""

import json

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.fold import fold_chat
from fleet_inference.providers.oci import Oci
from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_testing.calls import rest_call
from fleet_testing.native_upstream import native_upstream
from fleet_testing.oci_profiles import write_profiles
from fleet_testing.oci_upstream import CHAT, COMPARTMENT, OciWire
from fleet_testing.openai_upstream import Canned

HELLO = [{"role": "user", "content": "hello"}]
MODEL = "cohere.command-a-03-2025"
ENDPOINT = "ocid1.generativeaiendpoint.oc1..a"
TOOL = {"type": "function", "function": {"name": "weather", "description": "Tells it."}}
CALL = {
    "id": "c1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city":"A"}'},
}


@pytest.fixture
async def upstream():
    async with native_upstream(OciWire()) as running:
        yield running


@pytest.fixture
async def open_(upstream, tmp_path):
    """Open a provider, and close it after the test."""
    opened = []

    def open_one(**config):
        fields = {
            "base_url": f"{upstream.root}/20231130",
            "oci_auth_type": "config_file",
            "oci_compartment_id": COMPARTMENT,
            "oci_config_file_path": str(write_profiles(tmp_path, ["DEFAULT"])),
        }
        opened.append(Oci(validate(Oci.Config, fields | config)))
        return opened[-1]

    yield open_one
    for provider in opened:
        await provider.aclose()


@pytest.fixture
async def provider(open_):
    return open_()


def chat(**fields):
    return rest_call(m.ChatCompletionRequest, {"model": MODEL, "messages": HELLO} | fields)


async def asked(provider, **fields):
    """Return the whole answer, which may come in pieces."""
    answer = await provider.chat(*chat(**fields))
    return answer if isinstance(answer, m.ChatCompletion) else await fold_chat(answer)


def sent(upstream):
    return upstream.requests[-1].json()["chatRequest"]


def answered(message, reason="COMPLETE", **more):
    response = {"apiFormat": "COHEREV2", "message": message, "finishReason": reason}
    answer = {"modelId": MODEL, "chatResponse": response | more}
    return Canned(json.dumps(answer).encode())


def events(*contents):
    told = "".join(f"data: {json.dumps(content)}\n\n" for content in contents)
    return Canned(told.encode(), headers={"content-type": "text/event-stream"})


def said(**message):
    return {"message": {"role": "ASSISTANT"} | message, "pad": "aa"}


@pytest.mark.parametrize(
    ("model", "api_format"),
    [
        ("cohere.command-a-03-2025", "COHEREV2"),
        ("cohere.command-a-reasoning", "COHEREV2"),
        ("cohere.command-a-vision", "COHEREV2"),
        ("cohere.command-r-plus-08-2024", "COHERE"),
        ("meta.llama-3.3-70b-instruct", "GENERIC"),
        (ENDPOINT, "GENERIC"),
    ],
)
async def test_a_models_name_tells_its_format(provider, upstream, model, api_format):
    """Oracle refuses a model that is asked in the format of another."""
    upstream.canned[CHAT] = answered({"role": "ASSISTANT", "content": []})
    await provider.chat(*chat(model=model))

    assert api_format == sent(upstream)["apiFormat"]


async def test_the_operator_says_what_a_name_does_not_tell(open_, upstream):
    """An endpoint's name is a number; the first pattern that matches counts."""
    upstream.canned[CHAT] = answered({"role": "ASSISTANT", "content": []})
    provider = open_(api_formats={f"{ENDPOINT}*": "COHEREV2", "*": "GENERIC"})
    await provider.chat(*chat(model=f"{ENDPOINT}b"))
    assert "COHEREV2" == sent(upstream)["apiFormat"]

    await provider.chat(*chat(model=MODEL))
    assert "GENERIC" == sent(upstream)["apiFormat"]
    with pytest.raises(ConfigError, match="api_formats"):
        validate(Oci.Config, {"api_formats": {"*": "COHEREV3"}})


async def test_a_conversation_with_tools(provider, upstream):
    """Each tool answers in a message of its own, by the id of its call; what the model planned goes back with it."""
    messages = [
        {"role": "system", "content": "Be brief."},
        *HELLO,
        {"role": "assistant", "content": None, "tool_calls": [CALL], "reasoning_content": "I look"},
        {"role": "tool", "tool_call_id": "c1", "content": "sun"},
    ]
    fields = {"top_k": 3, "seed": 1, "frequency_penalty": 0.5, "presence_penalty": 0.25}
    await provider.chat(*chat(messages=messages, tools=[TOOL], safetyMode="OFF", **fields))
    call = {"id": "c1", "type": "FUNCTION", "function": CALL["function"]}

    assert [
        {"role": "SYSTEM", "content": [{"type": "TEXT", "text": "Be brief."}]},
        {"role": "USER", "content": [{"type": "TEXT", "text": "hello"}]},
        {"role": "ASSISTANT", "content": [], "toolCalls": [call], "toolPlan": "I look"},
        {"role": "TOOL", "toolCallId": "c1", "content": [{"type": "TEXT", "text": "sun"}]},
    ] == sent(upstream)["messages"]
    assert (3, 1, 0.5, 0.25, "OFF") == tuple(
        sent(upstream)[name]
        for name in ("topK", "seed", "frequencyPenalty", "presencePenalty", "safetyMode")
    )


async def test_strict_tools_are_strict(provider, upstream):
    """For all of them at once, which is the vendor's only way."""
    strict = {"type": "function", "function": {"name": "now", "strict": True}}
    await provider.chat(*chat(tools=[TOOL]))
    assert "isStrictToolsEnabled" not in sent(upstream)

    await provider.chat(*chat(tools=[TOOL, strict]))
    assert sent(upstream)["isStrictToolsEnabled"] is True


async def test_how_closely_a_picture_is_looked_at_arrives(provider, upstream):
    """Fewer details are cheaper."""
    image = {"url": "https://example.org/cat.png", "detail": "low"}
    part = {"type": "image_url", "image_url": image}
    await provider.chat(*chat(messages=[{"role": "user", "content": [part]}]))
    (content,) = sent(upstream)["messages"][0]["content"]

    assert {"url": "https://example.org/cat.png", "detail": "LOW"} == content["imageUrl"]


@pytest.mark.parametrize(
    ("effort", "thinking"),
    [
        ("none", {"type": "DISABLED"}),
        ("low", {"type": "ENABLED", "tokenBudget": 1024}),
        ("high", {"type": "ENABLED"}),
    ],
)
async def test_an_effort_is_a_budget(provider, upstream, effort, thinking):
    """The most effort has no limit, as the vendor has it anyhow."""
    await provider.chat(*chat(reasoning_effort=effort))

    assert thinking == sent(upstream)["thinking"]


@pytest.mark.parametrize("arguments", ['{"city":"A"}', {"city": "A"}])
async def test_arguments_come_as_a_text_or_as_an_object(provider, upstream, arguments):
    """The vendor's description leaves it open."""
    call = CALL | {"function": {"name": "weather", "arguments": arguments}}
    message = {"role": "ASSISTANT", "toolPlan": "I look.", "toolCalls": [call]}
    upstream.canned[CHAT] = answered(message, "TOOL_CALL")
    choice = (await provider.chat(*chat(tools=[TOOL]))).choices[0]

    assert ("tool_calls", "I look.") == (choice.finish_reason, choice.message.reasoning_content)
    assert {"city": "A"} == json.loads(choice.message.tool_calls[0].function.arguments)
    assert "c1" == choice.message.tool_calls[0].id


async def test_arguments_may_come_in_pieces(provider, upstream):
    """As in Cohere's own stream; and whole calls that the last event repeats are not made twice."""
    other = CALL | {"id": "c2"}
    first = {"id": "c1", "type": "FUNCTION", "function": {"name": "weather", "arguments": ""}}
    upstream.canned[CHAT] = events(
        said(toolCalls=[first]),
        said(toolCalls=[{"function": {"arguments": '{"city"'}}]),
        said(toolCalls=[{"function": {"arguments": ':"A"}'}}]),
        said(toolCalls=[other]),
        said(toolCalls=[CALL, other]) | {"finishReason": "TOOL_CALL"},
    )
    answer = await asked(provider, tools=[TOOL], stream=True)
    calls = answer.choices[0].message.tool_calls

    assert ["c1", "c2"] == [call.id for call in calls]
    assert [{"city": "A"}] * 2 == [json.loads(call.function.arguments) for call in calls]


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_that_failed_says_why(provider, upstream, stream):
    """Under a status of 200, in the server's words."""
    told = {"finishReason": "ERROR", "errorMessage": "Out of memory."}
    upstream.canned[CHAT] = answered({"role": "ASSISTANT", "content": []}, "ERROR", **told)
    if stream:
        upstream.canned[CHAT] = events(said(content=[{"type": "TEXT", "text": "a"}]), told)
    with pytest.raises(UpstreamFailed, match=r"Out of memory\.") as caught:
        await asked(provider, stream=stream)

    assert (502, "upstream_error") == (caught.value.status, caught.value.code)


async def test_files_are_refused(provider, upstream):
    """The format has documents, which are no files."""
    part = {"type": "file", "file": {"file_data": "data:application/pdf;base64,YQ=="}}
    with pytest.raises(InvalidArgument, match="no picture") as caught:
        await provider.chat(*chat(messages=[{"role": "user", "content": [part]}]))

    assert "messages[0].content[0].file.file_data" == caught.value.param
    assert [] == upstream.requests
