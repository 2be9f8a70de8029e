"""What is special to Oracle Cloud: who signs, what callers may choose, and Cohere's own format."""

import json

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.fold import fold_chat
from fleet_inference.providers.oci import Oci
from fleet_runtime.config import validate
from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_testing.calls import rest_call
from fleet_testing.native_upstream import native_upstream
from fleet_testing.oci_profiles import PEM, write_profiles
from fleet_testing.oci_upstream import CHAT, COMPARTMENT, OciWire
from fleet_testing.openai_upstream import Canned

HELLO = [{"role": "user", "content": "hello"}]
COHERE = "cohere.command-r-08-2024"
SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "description": "Which one."},
        "days": {"type": "array", "items": {"type": "integer"}},
    },
    "required": ["city"],
}
TOOL = {
    "type": "function",
    "function": {"name": "weather", "description": "Tells it.", "parameters": SCHEMA},
}
STRICT = {"type": "function", "function": {"name": "now", "strict": True}}
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
def profiles(tmp_path):
    return str(write_profiles(tmp_path, ["DEFAULT", "ada", "root"]))


@pytest.fixture
async def open_(upstream, profiles):
    """Open a provider, and close it after the test."""
    opened = []

    def open_one(**config):
        fields = {
            "base_url": f"{upstream.root}/20231130",
            "control_url": f"{upstream.root}/20231130",
            "oci_auth_type": "config_file",
            "oci_compartment_id": COMPARTMENT,
            "oci_config_file_path": profiles,
            "callers_profiles": ["ada"],
        }
        opened.append(Oci(validate(Oci.Config, fields | config)))
        return opened[-1]

    yield open_one
    for provider in opened:
        await provider.aclose()


@pytest.fixture
async def provider(open_):
    return open_()


def carrying(**data):
    return (("x-llamastack-provider-data", json.dumps(data)),)


def chat(metadata=(), **fields):
    return rest_call(
        m.ChatCompletionRequest, {"model": "chat", "messages": HELLO} | fields, metadata
    )


def cohere(**fields):
    return chat(**({"model": COHERE} | fields))


def body(upstream):
    return upstream.requests[-1].json()


def answered(**response):
    said = {"apiFormat": "COHERE", "text": "", "finishReason": "COMPLETE", "chatHistory": []}
    answer = {"modelId": COHERE, "chatResponse": said | response}
    return Canned(json.dumps(answer).encode())


def events(*contents):
    told = "".join(f"data: {json.dumps(content)}\n\n" for content in contents)
    return Canned(told.encode(), headers={"content-type": "text/event-stream"})


# Who signs, and what it is booked to.


async def test_the_configured_profile_signs(open_, upstream):
    """`DEFAULT` unless another is named."""
    await open_().chat(*chat())
    await open_(oci_config_profile="root").chat(*chat())

    assert ["DEFAULT", "root"] == [heard.key for heard in upstream.heard]


async def test_a_resource_principal_signs(open_, upstream, monkeypatch):
    """As functions do: their token and key are in the environment. Oracle's SDK signs."""
    for name, value in {
        "VERSION": "2.2",
        "RPST": "e30.e30.e30",
        "PRIVATE_PEM": PEM.decode(),
        "REGION": "us-ashburn-1",
    }.items():
        monkeypatch.setenv(f"OCI_RESOURCE_PRINCIPAL_{name}", value)
    await open_(oci_auth_type="resource_principal").chat(*chat())

    assert "ST$e30.e30.e30" == upstream.heard[-1].key


@pytest.mark.parametrize("kind", ["instance_principal", "resource_principal"])
async def test_a_machine_that_is_no_principal_says_so(open_, upstream, monkeypatch, kind):
    """It is for the operator to put right; meanwhile callers do not wait for one another."""
    monkeypatch.delenv("OCI_RESOURCE_PRINCIPAL_VERSION", raising=False)
    monkeypatch.setenv("OCI_METADATA_BASE_URL", "http://127.0.0.1:1/opc/v2")
    provider = open_(oci_auth_type=kind)
    for _ in range(2):
        with pytest.raises(UpstreamFailed, match="oci_auth_type") as caught:
            await provider.chat(*chat())
        assert (502, "upstream_unauthorized") == (caught.value.status, caught.value.code)

    assert "(ConnectionError)" in caught.value.message  # nobody looked again
    assert [] == upstream.requests


async def test_a_missing_profile_of_ours_is_not_the_callers_trouble(open_):
    """Nor is the file named."""
    with pytest.raises(UpstreamFailed, match="no such profile") as caught:
        await open_(oci_config_profile="nobody").chat(*chat())

    assert "upstream_unauthorized" == caught.value.code


async def test_callers_may_choose_a_profile_that_they_are_allowed(provider, upstream):
    """A profile is this machine's credential, so the operator says which; by default none."""
    await provider.chat(*chat(carrying(oci_config_profile="ada")))
    assert "ada" == upstream.heard[-1].key

    for name in ("root", "nobody"):
        with pytest.raises(InvalidArgument, match="oci_config_profile"):
            await provider.chat(*chat(carrying(oci_config_profile=name)))
    assert 1 == len(upstream.heard)
    assert [] == validate(Oci.Config, {}).callers_profiles


async def test_callers_do_not_sign_as_this_machine(provider, upstream):
    """That would lend them what only the operator may."""
    with pytest.raises(InvalidArgument, match="oci_auth_type"):
        await provider.chat(*chat(carrying(oci_auth_type="instance_principal")))

    assert [] == upstream.heard


async def test_callers_may_sign_by_a_file_where_the_machine_signs_else(open_, upstream):
    """They must say by which profile, and that must be allowed."""
    provider = open_(oci_auth_type="resource_principal")
    await provider.chat(*chat(carrying(oci_auth_type="config_file", oci_config_profile="ada")))
    assert "ada" == upstream.heard[-1].key

    with pytest.raises(InvalidArgument, match="oci_config_profile"):
        await provider.chat(*chat(carrying(oci_auth_type="config_file")))
    with pytest.raises(InvalidArgument, match="oci_config_profile"):
        await provider.chat(*chat(carrying(oci_auth_type="config_file", oci_config_profile="root")))


@pytest.mark.parametrize("stream", [False, True])
async def test_callers_may_name_files_in_their_folder_alone(open_, upstream, tmp_path, stream):
    """No path leads out of it."""
    folder = tmp_path / "callers"
    (folder / "eve").mkdir(parents=True)
    theirs = write_profiles(folder / "eve", ["eve"])
    provider = open_(callers_config_folder=str(folder))
    data = {"oci_config_file_path": str(theirs), "oci_config_profile": "eve"}
    answer = await provider.chat(*chat(carrying(**data), stream=stream))
    if stream:
        answer = await fold_chat(answer)

    assert ("hello", "eve") == (answer.choices[0].message.content, upstream.heard[-1].key)
    for path in (f"{folder}/../config", "/etc/passwd", "config"):
        with pytest.raises(InvalidArgument, match="oci_config_file_path"):
            await provider.chat(*chat(carrying(**data | {"oci_config_file_path": path})))
    with pytest.raises(InvalidArgument, match="oci_config_file_path"):
        await open_().chat(*chat(carrying(**data)))


@pytest.mark.parametrize(
    "region", ["evil.example/", "a@b", "us-ashburn-1.evil.com", 5, "-", "a-1/"]
)
async def test_a_region_is_no_way_to_other_hosts(open_, upstream, region):
    """It becomes a part of a host's name."""
    with pytest.raises(InvalidArgument, match="oci_region"):
        await open_(base_url=None).chat(*chat(carrying(oci_region=region)))

    assert [] == upstream.requests


async def test_a_region_is_an_address():
    """One for models, and one for their listing."""
    config = validate(Oci.Config, {"oci_region": "eu-frankfurt-1"})

    assert (
        "https://inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com/20231130"
        == config.of("inference.generativeai", None, "eu-frankfurt-1").base_url
    )


async def test_a_caller_cannot_move_a_provider_that_has_one_address(provider):
    """To pretend would be worse."""
    with pytest.raises(InvalidArgument, match="one address"):
        await provider.chat(*chat(carrying(oci_region="eu-frankfurt-1")))


async def test_callers_may_name_their_compartment(open_, upstream):
    """For that call alone; one must be named."""
    theirs = "ocid1.compartment.oc1..theirs"
    await open_().chat(*chat(carrying(oci_compartment_id=theirs)))
    assert theirs == body(upstream)["compartmentId"]

    with pytest.raises(InvalidArgument, match="oci_compartment_id"):
        await open_(oci_compartment_id="").chat(*chat())


# The wire.


async def test_an_endpoint_of_ones_own_is_asked_by_its_id(provider, upstream):
    """Models on dedicated clusters have no other name."""
    upstream.canned[CHAT] = answered(text="a")
    endpoint = "ocid1.generativeaiendpoint.oc1..a"
    await provider.chat(*chat(model=endpoint))

    assert {"servingType": "DEDICATED", "endpointId": endpoint} == body(upstream)["servingMode"]


async def test_unknown_fields_are_sent_on(provider, upstream):
    """By Oracle's own names."""
    await provider.chat(*chat(verbosity="LOW", logit_bias={"5": 1.0}, top_k=3, seed=7))
    sent = body(upstream)["chatRequest"]

    assert ("LOW", {"5": 1.0}, 3, 7) == (
        sent["verbosity"],
        sent["logitBias"],
        sent["topK"],
        sent["seed"],
    )


async def test_openais_models_get_the_newer_limit(provider, upstream):
    """They refuse the older one."""
    await provider.chat(*chat(model="openai.gpt-oss-120b", max_tokens=5, reasoning_effort="low"))
    sent = body(upstream)["chatRequest"]

    assert (5, "LOW") == (sent["maxCompletionTokens"], sent["reasoningEffort"])
    assert "maxTokens" not in sent


async def test_tools_are_not_strict(provider, upstream):
    """Oracle has no field for it, and to call a tool otherwise would break a promise."""
    with pytest.raises(InvalidArgument) as caught:
        await provider.chat(*chat(tools=[STRICT]))

    assert "tools[0].function.strict" == caught.value.param
    assert [] == upstream.requests


async def test_many_texts_are_embedded_in_batches(provider, upstream):
    """A request takes 96."""
    asked = {"model": "text-embedder", "input": ["a"] * 97, "dimensions": 2}
    answer = await provider.embed(*rest_call(m.EmbeddingRequest, asked))

    assert (97, 97, 2) == (
        len(answer.data),
        answer.usage.prompt_tokens,
        len(answer.data[0].embedding),
    )
    assert [96, 1] == [len(seen.json()["inputs"]) for seen in upstream.requests]
    assert "SEARCH_DOCUMENT" == body(upstream)["inputType"]


async def test_items_are_reranked(provider, upstream):
    """The best first, and no more than asked for."""
    asked = {"model": "reranker", "query": "big dog", "items": ["small cat", "big dog", "big cat"]}
    answer = await provider.rerank(*rest_call(m.RerankRequest, asked | {"max_num_results": 2}))

    assert [(1, 1.0), (2, 0.5)] == [(d.index, d.relevance_score) for d in answer.data]


async def test_an_error_in_mid_stream_keeps_its_status(provider, upstream):
    """Where it has one."""
    upstream.canned[CHAT] = events({"code": "429", "message": "Slow down."})
    stream = await provider.chat(*chat(stream=True))
    with pytest.raises(UpstreamFailed, match=r"Slow down\.") as caught:
        await fold_chat(stream)

    assert 429 == caught.value.status


# Cohere's format.


async def test_a_conversation_in_coheres_format(provider, upstream):
    """The last message, what was before it, and what the system says, each in a place of its own."""
    upstream.canned[CHAT] = answered(
        text="Hi.", usage={"promptTokens": 3, "completionTokens": 2, "totalTokens": 5}
    )
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "two"},
        {"role": "user", "content": "three"},
    ]
    fields = {"max_tokens": 9, "temperature": 0.5, "top_p": 0.9, "top_k": 3, "stop": "x", "seed": 1}
    answer = await provider.chat(*cohere(messages=messages, **fields))

    assert {
        "apiFormat": "COHERE",
        "message": "three",
        "chatHistory": [
            {"role": "USER", "message": "one"},
            {"role": "CHATBOT", "message": "two"},
        ],
        "preambleOverride": "Be brief.",
        "maxTokens": 9,
        "temperature": 0.5,
        "topP": 0.9,
        "topK": 3,
        "stopSequences": ["x"],
        "seed": 1,
    } == body(upstream)["chatRequest"]
    assert ("Hi.", "stop") == (answer.choices[0].message.content, answer.choices[0].finish_reason)
    assert 5 == answer.usage.total_tokens


async def test_cohere_calls_tools(provider, upstream):
    """Calls have no ids there, so that we give them some. What a type cannot say stands in the description."""
    calls = [{"name": "weather", "parameters": {"city": "A"}}]
    upstream.canned[CHAT] = answered(toolCalls=calls)
    choice = (await provider.chat(*cohere(tools=[TOOL]))).choices[0]
    (tool,) = body(upstream)["chatRequest"]["tools"]
    days = tool["parameterDefinitions"]["days"]

    assert {"type": "str", "description": "Which one.", "isRequired": True} == tool[
        "parameterDefinitions"
    ]["city"]
    assert ("List", False) == (days["type"], days["isRequired"])
    assert '"items":{"type":"integer"}' in days["description"]
    assert ("tool_calls", None) == (choice.finish_reason, choice.message.content)
    (call,) = choice.message.tool_calls
    assert ("weather", {"city": "A"}) == (call.function.name, json.loads(call.function.arguments))
    assert call.id


async def test_what_tools_return_arrives_at_cohere(provider, upstream):
    """With the call that it answers, as Cohere knows no ids."""
    upstream.canned[CHAT] = answered(text="Sunny.")
    messages = [
        *HELLO,
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "sun"},
    ]
    await provider.chat(*cohere(messages=messages, tools=[TOOL]))
    sent = body(upstream)["chatRequest"]
    used = {"name": "weather", "parameters": {"city": "A"}}

    assert [{"call": used, "outputs": [{"output": "sun"}]}] == sent["toolResults"]
    assert "" == sent["message"]
    assert {"role": "CHATBOT", "message": "", "toolCalls": [used]} == sent["chatHistory"][1]

    more = [*messages, {"role": "assistant", "content": "Sunny."}, *HELLO]
    await provider.chat(*cohere(messages=more, tools=[TOOL]))
    history = body(upstream)["chatRequest"]["chatHistory"]
    assert ["USER", "CHATBOT", "TOOL", "CHATBOT"] == [message["role"] for message in history]


async def test_coheres_last_event_repeats_the_answer(provider, upstream):
    """Which is not to be said twice; nor are the calls."""
    call = {"name": "weather", "parameters": {"city": "A"}}
    end = {"apiFormat": "COHERE", "text": "Hello", "finishReason": "COMPLETE", "chatHistory": []}
    upstream.canned[CHAT] = events(
        {"apiFormat": "COHERE", "text": "Hel", "pad": "a"},
        {"apiFormat": "COHERE", "text": "lo", "pad": "a"},
        {"apiFormat": "COHERE", "text": "", "toolCalls": [call], "pad": "a"},
        end | {"toolCalls": [call], "usage": {"promptTokens": 1, "completionTokens": 2}},
    )
    options = {"stream": True, "stream_options": {"include_usage": True}}
    answer = await fold_chat(await provider.chat(*cohere(**options)))
    message = answer.choices[0].message

    assert ("Hello", 1) == (message.content, len(message.tool_calls))
    assert ("tool_calls", 3) == (answer.choices[0].finish_reason, answer.usage.total_tokens)
    assert {"isIncludeUsage": True} == body(upstream)["chatRequest"]["streamOptions"]


async def test_an_answer_of_coheres_that_comes_at_once_is_told(provider, upstream):
    """Then the last event is the only one with the text."""
    upstream.canned[CHAT] = events(
        {"apiFormat": "COHERE", "text": "Hi.", "finishReason": "MAX_TOKENS", "chatHistory": []}
    )
    answer = await fold_chat(await provider.chat(*cohere(stream=True)))

    assert ("Hi.", "length") == (
        answer.choices[0].message.content,
        answer.choices[0].finish_reason,
    )


async def test_cohere_answers_by_a_schema(provider, upstream):
    """As a JSON object, with a schema or without."""
    upstream.canned[CHAT] = answered(text="{}")
    schema = {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}}
    await provider.chat(*cohere(response_format=schema))
    assert {"type": "JSON_OBJECT", "schema": SCHEMA} == body(upstream)["chatRequest"][
        "responseFormat"
    ]

    await provider.chat(*cohere(response_format={"type": "json_object"}))
    assert {"type": "JSON_OBJECT"} == body(upstream)["chatRequest"]["responseFormat"]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"logit_bias": {"1": 2.0}}, "logit_bias"),
        ({"reasoning_effort": "low"}, "reasoning_effort"),
        ({"service_tier": "priority"}, "service_tier"),
        ({"tools": [TOOL], "tool_choice": "required"}, "tool_choice"),
        ({"tools": [TOOL], "parallel_tool_calls": False}, "parallel_tool_calls"),
        ({"tools": [STRICT]}, "tools[0].function.strict"),
        (
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "image_url", "image_url": {"url": "https://a.org/b.png"}}
                        ],
                    }
                ]
            },
            "messages[0].content[0].image_url.url",
        ),
        ({"messages": [*HELLO, {"role": "assistant", "content": "a"}]}, "messages"),
    ],
)
async def test_what_coheres_format_lacks_is_refused(provider, upstream, fields, param):
    """By name."""
    with pytest.raises(InvalidArgument) as caught:
        await provider.chat(*cohere(**fields))

    assert param == caught.value.param
    assert [] == upstream.requests


async def test_an_answer_that_failed_is_an_error(provider, upstream):
    """Cohere says so in its reason, under a status of 200."""
    upstream.canned[CHAT] = answered(text="a", finishReason="ERROR")
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*cohere())

    assert "upstream_error" == caught.value.code
