"""What `remote::gemini` does besides the contract of all providers with a wire of their own."""

import json

import pytest
from pydantic import ValidationError

from fleet.inference.v1 import messages as m
from fleet_inference.providers.gemini import Gemini
from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_testing.calls import rest_call
from fleet_testing.google_upstream import SIGNATURE, GoogleWire
from fleet_testing.native_subjects import GEMINI
from fleet_testing.native_upstream import native_upstream
from fleet_testing.openai_upstream import Canned

HELLO = [{"role": "user", "content": "hello"}]
FIND = {"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}
CHAT = "/v1beta/models/chat:generateContent"
STREAM = "/v1beta/models/chat:streamGenerateContent"


@pytest.fixture
async def upstream():
    async with native_upstream(GoogleWire()) as running:
        yield running


@pytest.fixture
async def provider(upstream):
    opened = GEMINI.opened(upstream)
    yield opened
    await opened.aclose()


def chat(model="chat", metadata=(), **fields):
    body = {"model": model, "messages": HELLO} | fields
    return rest_call(m.ChatCompletionRequest, body, metadata)


def carrying(key):
    return (("x-llamastack-provider-data", json.dumps({"gemini_api_key": key})),)


async def sent(provider, upstream, *args, **fields):
    """Return what the vendor gets for a request."""
    await provider.chat(*chat(*args, **fields))
    return upstream.heard[-1].seen.json()


async def after_a_call(provider, model="chat", call_id=None):
    """Have a tool called, and return the conversation after it; by another id than the model's if there is one."""
    answer = await provider.chat(*chat(model, tools=[FIND]))
    told = answer.choices[0].message.tool_calls[0]
    call = {
        "id": call_id or told.id,
        "type": "function",
        "function": {"name": "find", "arguments": told.function.arguments},
    }
    return [
        *HELLO,
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": "found"},
    ]


async def test_a_call_goes_back_with_its_signature_and_its_id(provider, upstream):
    """Without them the vendor refuses the second turn."""
    told = await sent(provider, upstream, messages=await after_a_call(provider), tools=[FIND])
    call, answer = told["contents"][1]["parts"][0], told["contents"][2]["parts"][0]

    assert (SIGNATURE, "id0") == (call["thoughtSignature"], call["functionCall"]["id"])
    assert "id0" == answer["functionResponse"]["id"]


async def test_a_call_that_nobody_remembers_goes_back_all_the_same(provider, upstream):
    """It was another model's, or another replica's. The vendor documents what to send in the signature's place."""
    messages = await after_a_call(provider, call_id="toolu_of_another")
    told = await sent(provider, upstream, messages=messages, tools=[FIND])
    call, answer = told["contents"][1]["parts"][0], told["contents"][2]["parts"][0]

    assert "skip_thought_signature_validator" == call["thoughtSignature"]
    assert "id" not in call["functionCall"]
    assert "id" not in answer["functionResponse"]


async def test_older_models_get_no_signature_that_is_none(provider, upstream):
    """They want none, and would look at it."""
    messages = await after_a_call(provider, call_id="c")
    told = await sent(provider, upstream, "gemini-2.5-pro", messages=messages, tools=[FIND])

    assert "thoughtSignature" not in told["contents"][1]["parts"][0]


@pytest.mark.parametrize(
    ("model", "effort", "config"),
    [
        ("gemini-2.5-flash", "none", {"includeThoughts": False, "thinkingBudget": 0}),
        ("gemini-2.5-flash", "medium", {"includeThoughts": True, "thinkingBudget": 8192}),
        ("models/gemini-2.5-pro", "low", {"includeThoughts": True, "thinkingBudget": 1024}),
        ("gemini-3-pro", "xhigh", {"includeThoughts": True, "thinkingLevel": "high"}),
        ("gemini-3.5-flash", "none", {"includeThoughts": False, "thinkingLevel": "minimal"}),
    ],
)
async def test_an_effort_is_a_budget_or_a_level(provider, upstream, model, effort, config):
    """By the model's generation."""
    told = await sent(provider, upstream, model, reasoning_effort=effort)

    assert config == told["generationConfig"]["thinkingConfig"]


async def test_sampling_that_only_some_vendors_have_arrives(provider, upstream):
    """By the vendor's names."""
    told = await sent(
        provider, upstream, seed=1, frequency_penalty=0.5, presence_penalty=-0.5, top_k=40
    )

    assert {
        "seed": 1,
        "frequencyPenalty": 0.5,
        "presencePenalty": -0.5,
        "topK": 40,
    } == told["generationConfig"]


async def test_fields_that_only_the_vendor_knows_pass(provider, upstream):
    """Its settings of how to generate join ours; and it refuses what it does not know, by name."""
    safety = [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]
    told = await sent(
        provider,
        upstream,
        temperature=0.5,
        safetySettings=safety,
        generationConfig={"mediaResolution": "MEDIA_RESOLUTION_LOW"},
    )

    assert safety == told["safetySettings"]
    assert {"temperature": 0.5, "mediaResolution": "MEDIA_RESOLUTION_LOW"} == (
        told["generationConfig"]
    )
    with pytest.raises(UpstreamFailed, match="guided_regex"):
        await provider.chat(*chat(guided_regex="a+"))


async def test_strict_functions_are_checked_by_the_vendor(provider, upstream):
    """Its name for it is a mode of calling."""
    strict = FIND | {"function": FIND["function"] | {"strict": True, "description": "Finds."}}
    told = await sent(provider, upstream, tools=[strict])

    assert {"mode": "VALIDATED"} == told["toolConfig"]["functionCallingConfig"]
    assert {
        "name": "find",
        "description": "Finds.",
        "parametersJsonSchema": {"type": "object"},
    } == (told["tools"][0]["functionDeclarations"][0])


async def test_a_function_without_parameters_has_no_schema(provider, upstream):
    """The vendor refuses an object without properties."""
    told = await sent(provider, upstream, tools=[{"type": "function", "function": {"name": "now"}}])

    assert [{"name": "now"}] == told["tools"][0]["functionDeclarations"]


async def test_an_object_that_a_tool_returns_arrives_as_one(provider, upstream):
    """The vendor's results are objects; and its pictures stand beside them."""
    messages = await after_a_call(provider)
    url = "data:image/png;base64,YQ=="
    messages[-1]["content"] = [
        {"type": "text", "text": '{"a": 1}'},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    upstream.canned[CHAT] = Canned(generated([{"text": "!"}], finishReason="STOP"))
    await provider.chat(*chat(messages=messages, tools=[FIND]))
    parts = upstream.requests[-1].json()["contents"][2]["parts"]

    assert {"a": 1} == parts[0]["functionResponse"]["response"]
    assert {"inlineData": {"mimeType": "image/png", "data": "YQ=="}} == parts[1]


async def test_a_picture_by_its_address_has_the_type_that_its_name_says(provider, upstream):
    """The vendor wants to know it beforehand."""
    parts = [
        {"type": "image_url", "image_url": {"url": "https://example.org/a.webp?x=1"}},
        {"type": "image_url", "image_url": {"url": "https://example.org/a"}},
    ]
    told = await sent(provider, upstream, messages=[{"role": "user", "content": parts}])

    assert [
        {"fileUri": "https://example.org/a.webp?x=1", "mimeType": "image/webp"},
        {"fileUri": "https://example.org/a"},
    ] == [part["fileData"] for part in told["contents"][0]["parts"]]


async def test_recordings_and_files_arrive(provider, upstream):
    """The models listen, and read more than pictures."""
    parts = [
        {"type": "input_audio", "input_audio": {"data": "YQ==", "format": "wav"}},
        {"type": "file", "file": {"file_data": "data:text/csv;base64,YQ=="}},
    ]
    told = await sent(provider, upstream, messages=[{"role": "user", "content": parts}])

    assert ["audio/wav", "text/csv"] == [
        part["inlineData"]["mimeType"] for part in told["contents"][0]["parts"]
    ]


@pytest.mark.parametrize(
    ("name", "path"),
    [("chat", "models/chat"), ("models/chat", "models/chat"), ("tunedModels/a", "tunedModels/a")],
)
async def test_a_model_is_named_with_its_folder_or_without(provider, upstream, name, path):
    """Tuned ones have a folder of their own."""
    said = Canned(generated([{"text": "yes"}], finishReason="STOP"))
    upstream.canned[f"/v1beta/{path}:generateContent"] = said
    answer = await provider.chat(*chat(name))

    assert "yes" == answer.choices[0].message.content


def generated(parts, **more):
    return json.dumps({"candidates": [{"content": {"parts": parts}} | more]}).encode()


def streamed(*pieces):
    events = b"".join(b"data: " + piece + b"\n\n" for piece in pieces)
    return Canned(events, headers={"content-type": "text/event-stream"})


async def test_a_prompt_that_may_not_be_answered_is_filtered(provider, upstream):
    """The vendor gives no candidate then."""
    body = b'{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3}}'
    upstream.canned[CHAT], upstream.canned[STREAM] = Canned(body), streamed(body)
    choice = (await provider.chat(*chat())).choices[0]
    chunks = [chunk async for chunk in await provider.chat(*chat(stream=True))]

    assert ("content_filter", "") == (choice.finish_reason, choice.message.content)
    assert "content_filter" == chunks[-1].choices[0].finish_reason


async def test_a_call_that_is_broken_is_no_answer(provider, upstream):
    """The vendor calls it a success; callers may try again."""
    body = generated([], finishReason="MALFORMED_FUNCTION_CALL", finishMessage="No JSON.")
    upstream.canned[CHAT], upstream.canned[STREAM] = Canned(body), streamed(body)
    with pytest.raises(UpstreamFailed, match=r"No JSON\.") as caught:
        await provider.chat(*chat())
    stream = await provider.chat(*chat(stream=True))
    with pytest.raises(UpstreamFailed):
        [chunk async for chunk in stream]

    assert (502, "malformed_function_call") == (caught.value.status, caught.value.code)


async def test_how_likely_tokens_were_is_told(provider, upstream):
    """Whole and streamed."""
    likely = {"token": "é", "tokenId": 1, "logProbability": -0.5}
    result = {"chosenCandidates": [likely], "topCandidates": [{"candidates": [likely, likely]}]}
    body = generated([{"text": "é"}], finishReason="STOP", logprobsResult=result)
    upstream.canned[CHAT], upstream.canned[STREAM] = Canned(body), streamed(body)
    fields = {"logprobs": True, "top_logprobs": 2}
    whole = (await provider.chat(*chat(**fields))).choices[0].logprobs.content[0]
    chunks = [c async for c in await provider.chat(*chat(stream=True, **fields))]
    piece = chunks[1].choices[0].logprobs.content[0]

    assert ("é", [195, 169], -0.5, 2) == (
        whole.token,
        whole.bytes,
        whole.logprob,
        len(whole.top_logprobs),
    )
    assert whole == piece
    assert {"responseLogprobs": True, "logprobs": 2} == (
        upstream.requests[-1].json()["generationConfig"]
    )


def refused(detail, **fields):
    kind = {"@type": f"type.googleapis.com/google.rpc.{detail}"}
    error = {"code": 400, "message": "No.", "status": "INVALID_ARGUMENT"}
    return json.dumps({"error": error | {"details": [kind | fields]}}).encode()


async def test_a_key_that_is_refused_as_a_bad_request_is_a_refused_key(provider, upstream):
    """The vendor answers 400 for it: whose key it was decides what our caller hears."""
    upstream.canned[CHAT] = Canned(refused("ErrorInfo", reason="API_KEY_INVALID"), status=400)
    with pytest.raises(UpstreamFailed) as ours:
        await provider.chat(*chat())
    with pytest.raises(UpstreamFailed) as theirs:
        await provider.chat(*chat("chat", carrying("sk-theirs")))

    assert (502, "upstream_unauthorized") == (ours.value.status, ours.value.code)
    assert (401, "API_KEY_INVALID") == (theirs.value.status, theirs.value.code)


async def test_when_to_try_again_is_told(provider, upstream):
    """The vendor writes it into the body."""
    upstream.canned[CHAT] = Canned(refused("RetryInfo", retryDelay="34.5s"), status=429)
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*chat())

    assert (429, 34.5) == (caught.value.status, caught.value.retry_after)
    assert "INVALID_ARGUMENT" == caught.value.code


async def test_an_access_token_names_the_project_that_pays(upstream):
    """A caller's own key is still a key."""
    config = {"access_token": "ya29", "project": "ours"}
    provider = GEMINI.opened(upstream, key=None, **config)
    try:
        await provider.chat(*chat())
        await provider.chat(*chat("chat", carrying("sk-theirs")))
    finally:
        await provider.aclose()
    ours, theirs = (heard.seen.headers for heard in upstream.heard)

    assert ("Bearer ya29", "ours") == (ours["authorization"], ours["x-goog-user-project"])
    assert "sk-theirs" == theirs["x-goog-api-key"]
    assert "authorization" not in theirs


@pytest.mark.parametrize(
    "config", [{"access_token": "t"}, {"access_token": "t", "api_key": "k", "project": "p"}]
)
def test_there_is_one_way_in(config):
    """As Llama Stack has it."""
    with pytest.raises(ValidationError, match="access_token"):
        Gemini.Config(**config)


async def test_many_texts_go_in_batches(provider, upstream):
    """The vendor takes a hundred at once; the order stays."""
    texts = ["a" * (place % 7 + 1) for place in range(150)]
    body = {"model": "text-embedder", "input": texts, "dimensions": 3, "taskType": "CLUSTERING"}
    told = await provider.embed(*rest_call(m.EmbeddingRequest, body))
    batches = [seen.json()["requests"] for seen in upstream.requests]

    assert [100, 50] == sorted(map(len, batches), reverse=True)
    assert [1.0 / (len(text) + 1) for text in texts] == [e.embedding[0] for e in told.data]
    assert {(3, "CLUSTERING")} == {
        (one["outputDimensionality"], one["taskType"]) for batch in batches for one in batch
    }


async def test_a_service_tier_that_is_not_sold_here_is_refused(provider):
    """Rather than billed otherwise."""
    with pytest.raises(InvalidArgument, match="service_tier"):
        await provider.chat(*chat(service_tier="priority"))
