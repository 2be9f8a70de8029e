"""What is special to Bedrock: who signs, event streams that break, models of many vendors."""

import asyncio
import base64
import json
from urllib.parse import quote

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.fold import fold_chat
from fleet_inference.providers.bedrock import Bedrock
from fleet_runtime.config import validate
from fleet_runtime.errors import InvalidArgument, Unimplemented, UpstreamFailed
from fleet_testing.aws_signatures import SECRET, TOKEN
from fleet_testing.bedrock_upstream import BedrockWire
from fleet_testing.calls import rest_call
from fleet_testing.event_stream import event, exception, frame
from fleet_testing.native_upstream import native_upstream
from fleet_testing.openai_upstream import Canned
from fleet_testing.sts_upstream import token_service

HELLO = [{"role": "user", "content": "hello"}]
TOOL = {"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}
ROLE = "arn:aws:iam::123456789012:role/fleet"
CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"


@pytest.fixture
async def upstream():
    async with native_upstream(BedrockWire()) as running:
        yield running


@pytest.fixture
async def sts(monkeypatch):
    """AWS's token service, where botocore looks for it."""
    async with token_service() as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", running.url)
        yield running


@pytest.fixture
async def open_(upstream):
    """Open a provider, and close it after the test."""
    opened = []

    def open_one(**config):
        addresses = dict.fromkeys(("base_url", "control_url", "agent_url"), upstream.root)
        opened.append(Bedrock(validate(Bedrock.Config, addresses | config)))
        return opened[-1]

    yield open_one
    for provider in opened:
        await provider.aclose()


@pytest.fixture
async def provider(open_):
    return open_(api_key="token")


def chat(model="chat", **fields):
    return rest_call(m.ChatCompletionRequest, {"model": model, "messages": HELLO} | fields)


def canned(content, **headers):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Canned(body, headers={"content-type": "application/json", **headers})


def stream(*frames):
    return Canned(b"".join(frames), headers={"content-type": BedrockWire.stream_type})


def body(upstream):
    return upstream.requests[-1].json()


async def folded(chunks):
    return await fold_chat(chunks)


async def asked(provider, **fields):
    answer = await provider.chat(*chat(**fields))
    return answer if isinstance(answer, m.ChatCompletion) else await folded(answer)


# Who signs.


async def test_an_access_key_in_the_config_signs(open_, upstream):
    """With its token, if it is a temporary one; the fake makes the signature again."""
    config = {"aws_access_key_id": "ASIACONFIG", "aws_secret_access_key": SECRET}
    await open_(**config, aws_session_token=TOKEN).chat(*chat())

    assert "ASIACONFIG" == upstream.heard[-1].key


async def test_the_environments_access_key_signs(open_, upstream, monkeypatch):
    """As every tool of AWS's takes it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    await open_().chat(*chat())

    assert "AKIAENV" == upstream.heard[-1].key


async def test_a_profile_signs(open_, upstream, monkeypatch, tmp_path):
    """One of AWS's own config files."""
    path = tmp_path / "credentials"
    path.write_text(f"[work]\naws_access_key_id=AKIAWORK\naws_secret_access_key={SECRET}\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
    await open_(profile_name="work").chat(*chat())

    assert "AKIAWORK" == upstream.heard[-1].key


async def test_the_environments_bearer_token_is_sent(open_, upstream, monkeypatch):
    """Unless the config says how to be let in."""
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "env-token")
    await open_().chat(*chat())
    assert "env-token" == upstream.heard[-1].key

    await open_(aws_access_key_id="AKIA", aws_secret_access_key=SECRET).chat(*chat())
    assert "AKIA" == upstream.heard[-1].key


async def test_a_role_is_assumed_once_for_all(open_, upstream, sts):
    """By the access key; callers who come at once wait for one exchange, which does not hold up the event loop.

    The token service runs on this very loop: to wait for it without yielding would wait forever.
    """
    provider = open_(
        aws_access_key_id="AKIA",
        aws_secret_access_key=SECRET,
        aws_role_arn=ROLE,
        aws_role_session_name="fleet",
        session_ttl=900,
    )
    await asyncio.gather(*(provider.chat(*chat()) for _ in range(10)))
    (asked,) = sts.asked

    assert ("AssumeRole", ROLE, "fleet", "900", "AKIA") == (
        asked["Action"],
        asked["RoleArn"],
        asked["RoleSessionName"],
        asked["DurationSeconds"],
        asked["signer"],
    )
    assert {"ASIA1"} == {heard.key for heard in upstream.heard}


async def test_a_role_is_assumed_by_a_web_identity(open_, upstream, sts, tmp_path):
    """As pods do; the token is read from its file each time, as Kubernetes replaces it."""
    path = tmp_path / "token"
    path.write_text("jwt-1")
    sts.seconds = 60  # so short that it is renewed at once
    provider = open_(aws_role_arn=ROLE, aws_web_identity_token_file=str(path))
    await provider.chat(*chat())
    path.write_text("jwt-2")
    await provider.chat(*chat())

    assert ["jwt-1", "jwt-2"] == [asked["WebIdentityToken"] for asked in sts.asked][:2]
    assert {None} == {asked["signer"] for asked in sts.asked}
    assert "ASIA2" == upstream.heard[-1].key


async def test_a_role_that_may_not_be_assumed_is_not_the_callers_trouble(open_, upstream, sts):
    """The error tells no account and no role."""
    sts.denies = True
    config = {"aws_access_key_id": "AKIA", "aws_secret_access_key": SECRET}
    with pytest.raises(UpstreamFailed) as caught:
        await open_(**config, aws_role_arn=ROLE).chat(*chat())

    assert (502, "upstream_unauthorized") == (caught.value.status, caught.value.code)
    assert "123456789012" not in caught.value.message
    assert [] == upstream.heard


async def test_an_unknown_profile_is_not_the_callers_trouble(open_):
    """It is said at the first call, in words that help."""
    with pytest.raises(UpstreamFailed, match="ProfileNotFound"):
        await open_(profile_name="nobody").chat(*chat())


async def test_a_request_is_signed_for_its_region(open_, upstream):
    """And goes to the region's own address, where no other is set."""
    config = validate(Bedrock.Config, {"region_name": "cn-north-1"})

    assert "https://bedrock.cn-north-1.amazonaws.com.cn" == config.of("bedrock", None).base_url
    await open_(
        region_name="eu-west-1", aws_access_key_id="AKIA", aws_secret_access_key=SECRET
    ).chat(*chat())
    assert "/eu-west-1/bedrock/aws4_request" in upstream.requests[-1].headers["authorization"]


def test_llama_stacks_settings_are_taken():
    """Their configs read the same here; secrets are not shown."""
    config = validate(
        Bedrock.Config,
        {
            "aws_bedrock_bearer_token": "sk-1",
            "total_max_attempts": 3,
            "retry_mode": "standard",
            "connect_timeout": 5.0,
            "read_timeout": 7.0,
            "aws_session_token": "sk-2",
            "network": {"proxy": {"url": "http://proxy:3128"}},
        },
    )
    timeouts = config.of("bedrock", None).network.timeouts

    assert (5.0, 7.0) == (timeouts.connect, timeouts.read)
    assert {"total_max_attempts": 3, "mode": "standard"} == config.identity().network["retries"]
    assert "http://proxy:3128" == config.identity().network["proxies"]["https"]
    assert "sk-" not in repr(config)


async def test_a_refusal_has_awss_name(provider, upstream):
    """Which is in a header, with an address behind it."""
    kind = {"x-amzn-errortype": "ServiceQuotaExceededException:http://internal.amazon.com/"}
    upstream.canned["/model/chat/converse"] = Canned(b'{"message":"No."}', 400, kind)
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*chat())

    assert "ServiceQuotaExceededException" == caught.value.code


# Streams.


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("throttlingException", 429),
        ("modelStreamErrorException", 424),
        ("validationException", 400),
        ("serviceUnavailableException", 503),
        ("internalServerException", 500),
        ("someNewException", 502),
    ],
)
async def test_an_exception_in_mid_stream_keeps_its_meaning(provider, upstream, kind, status):
    """It comes as an event, under a status of 200."""
    upstream.canned["/model/chat/converse-stream"] = stream(
        event("messageStart", {"role": "assistant"}), exception(kind, "Slow down.")
    )
    with pytest.raises(UpstreamFailed, match=r"Slow down\.") as caught:
        await folded(await provider.chat(*chat(stream=True)))

    assert (status, kind) == (caught.value.status, caught.value.code)


async def test_an_error_without_a_model_of_its_own_is_raised(provider, upstream):
    """The other kind of error that event streams have."""
    headers = {":message-type": "error", ":error-code": "Oops", ":error-message": "It broke."}
    upstream.canned["/model/chat/converse-stream"] = stream(frame(headers, b""))
    with pytest.raises(UpstreamFailed, match=r"It broke\.") as caught:
        await folded(await provider.chat(*chat(stream=True)))

    assert "Oops" == caught.value.code


async def test_a_damaged_frame_is_no_answer(provider, upstream):
    """Its checksum says so."""
    good = event("messageStart", {"role": "assistant"})
    upstream.canned["/model/chat/converse-stream"] = stream(good, good[:-1] + b"\x00")
    with pytest.raises(UpstreamFailed) as caught:
        await folded(await provider.chat(*chat(stream=True)))

    assert "upstream_garbage" == caught.value.code


async def test_half_a_frame_at_the_end_is_a_break(provider, upstream):
    """Also after the answer's last word."""
    stop = event("messageStop", {"stopReason": "end_turn"})
    upstream.canned["/model/chat/converse-stream"] = stream(stop, stop[:20])
    with pytest.raises(UpstreamFailed) as caught:
        await folded(await provider.chat(*chat(stream=True)))

    assert "upstream_broke_off" == caught.value.code


async def test_a_call_without_arguments_has_an_empty_object(provider, upstream):
    """Some models send none, and clients parse them."""
    start = {"start": {"toolUse": {"toolUseId": "t1", "name": "now"}}, "contentBlockIndex": 0}
    upstream.canned["/model/chat/converse-stream"] = stream(
        event("messageStart", {"role": "assistant"}),
        event("contentBlockStart", start),
        event("contentBlockStop", {"contentBlockIndex": 0}),
        event("messageStop", {"stopReason": "tool_use"}),
    )
    answer = await folded(await provider.chat(*chat(stream=True)))

    assert "{}" == answer.choices[0].message.tool_calls[0].function.arguments


@pytest.mark.parametrize("reason", ["malformed_tool_use", "malformed_model_output"])
async def test_an_answer_that_cannot_be_read_is_an_error(provider, upstream, reason):
    """Half an answer must not look like a whole one, streamed or not."""
    said = {"message": {"role": "assistant", "content": [{"text": "a"}]}}
    cost = {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}
    upstream.canned["/model/chat/converse"] = canned(
        {"output": said, "stopReason": reason, "usage": cost}
    )
    upstream.canned["/model/chat/converse-stream"] = stream(
        event("messageStop", {"stopReason": reason})
    )
    for streamed in (False, True):
        with pytest.raises(UpstreamFailed) as caught:
            await asked(provider, stream=streamed)
        assert reason == caught.value.code


async def test_tokens_from_and_to_the_cache_count_as_read(provider, upstream):
    """Bedrock counts them apart, OpenAI does not."""
    cost = {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5}
    cost |= {"cacheReadInputTokens": 10, "cacheWriteInputTokens": 20}
    said = {"message": {"role": "assistant", "content": [{"text": "a"}]}}
    upstream.canned["/model/chat/converse"] = canned(
        {"output": said, "stopReason": "end_turn", "usage": cost}
    )
    usage = (await provider.chat(*chat())).usage

    assert (33, 2, 35) == (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens)
    assert 10 == usage.prompt_tokens_details.cached_tokens


async def test_cited_texts_are_part_of_the_answer(provider, upstream):
    """They come in blocks of another kind."""
    cited = {"citationsContent": {"content": [{"text": "Big."}], "citations": []}}
    said = {"message": {"role": "assistant", "content": [{"text": "It is: "}, cited]}}
    upstream.canned["/model/chat/converse"] = canned(
        {"output": said, "stopReason": "end_turn", "usage": {}}
    )

    assert "It is: Big." == (await provider.chat(*chat())).choices[0].message.content


# Requests.


async def test_unknown_fields_are_for_the_model(provider, upstream):
    """Each vendor has some; those of Converse itself keep their place."""
    await provider.chat(
        *chat(
            thinking={"type": "enabled"},
            additionalModelRequestFields={"z": 1},
            guardrailConfig={"guardrailIdentifier": "g1", "guardrailVersion": "1"},
            requestMetadata={"team": "a"},
        )
    )
    sent = body(upstream)

    assert {"thinking": {"type": "enabled"}, "z": 1} == sent["additionalModelRequestFields"]
    assert "g1" == sent["guardrailConfig"]["guardrailIdentifier"]
    assert {"team": "a"} == sent["requestMetadata"]


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (CLAUDE, {"top_k": 5}),
        ("amazon.nova-pro-v1:0", {"inferenceConfig": {"topK": 5}}),
    ],
)
async def test_top_k_goes_by_the_vendors_name(provider, upstream, model, fields):
    """Converse has none of its own."""
    await provider.chat(*chat(model, top_k=5))

    assert fields == body(upstream)["additionalModelRequestFields"]


async def test_anthropics_models_can_be_told_to_call_one_tool(provider, upstream):
    """Others cannot, which is an error; see the contract."""
    answer = await provider.chat(*chat(CLAUDE, tools=[TOOL], parallel_tool_calls=False))

    assert not upstream.heard[-1].asked.parallel
    assert 1 == len(answer.choices[0].message.tool_calls)


async def test_tools_cannot_be_turned_off_once_they_were_called(provider):
    """Bedrock wants to know tools that were called, and has no word for not calling them."""
    call = {"id": "t1", "type": "function", "function": {"name": "find", "arguments": "{}"}}
    messages = [
        *HELLO,
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "t1", "content": ""},
    ]
    with pytest.raises(InvalidArgument, match="tool_choice"):
        await provider.chat(*chat(messages=messages, tools=[TOOL], tool_choice="none"))


async def test_effort_and_tier_arrive(provider, upstream):
    """By Converse's names."""
    await provider.chat(*chat(reasoning_effort="high", service_tier="flex"))

    assert {"effort": "high"} == body(upstream)["outputConfig"]
    assert {"type": "flex"} == body(upstream)["serviceTier"]


async def test_files_and_recordings_arrive(provider, upstream):
    """As Bedrock's own kinds of blocks; the fake checks them against AWS's description of the API."""
    data = base64.b64encode(b"abc").decode()
    file = {"filename": "a_b.c:(1).pdf", "file_data": f"data:application/pdf;base64,{data}"}
    parts = [
        {"type": "file", "file": file},
        {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}},
    ]
    path = "/model/chat/converse"
    said = {"message": {"role": "assistant", "content": [{"text": "a"}]}}
    upstream.canned[path] = canned({"output": said, "stopReason": "end_turn", "usage": {}})
    await provider.chat(*chat(messages=[{"role": "user", "content": parts}]))
    document, audio = body(upstream)["messages"][0]["content"]

    assert {"format": "pdf", "name": "abc(1)", "source": {"bytes": data}} == document["document"]
    assert {"format": "wav", "source": {"bytes": data}} == audio["audio"]


@pytest.mark.parametrize(
    ("part", "param"),
    [
        (
            {"type": "image_url", "image_url": {"url": "data:image/tiff;base64,YQ=="}},
            "messages[0].content[0].image_url.url",
        ),
        (
            {"type": "file", "file": {"file_data": "data:application/zip;base64,YQ=="}},
            "messages[0].content[0].file.file_data",
        ),
    ],
)
async def test_types_that_bedrock_does_not_take_are_refused(provider, part, param):
    """By their place, and with those that it takes."""
    with pytest.raises(InvalidArgument, match="must be one of") as caught:
        await provider.chat(*chat(messages=[{"role": "user", "content": [part]}]))

    assert param == caught.value.param


# Vectors and rankings.


def embed(model, texts, **fields):
    return rest_call(m.EmbeddingRequest, {"model": model, "input": texts} | fields)


async def test_titan_is_asked_text_by_text(provider, upstream):
    """Its API takes one at a time. The order stays, and the header says what it cost."""
    model = "amazon.titan-embed-text-v2:0"
    path = f"/model/{quote(model, safe='')}/invoke"
    upstream.canned[path] = canned(
        {"embedding": [0.5, 0.25], "inputTextTokenCount": 3},
        **{"x-amzn-bedrock-input-token-count": "3"},
    )
    answer = await provider.embed(*embed(model, ["a", "b", "c"], dimensions=256, normalize=True))

    assert [[0.5, 0.25]] * 3 == [entry.embedding for entry in answer.data]
    assert 9 == answer.usage.prompt_tokens
    assert {"a", "b", "c"} == {seen.json()["inputText"] for seen in upstream.requests}
    assert {"inputText", "dimensions", "normalize"} == body(upstream).keys()


@pytest.mark.parametrize("by_type", [False, True])
async def test_cohere_is_asked_in_batches(provider, upstream, by_type):
    """96 texts a request; vectors come bare, or by their type."""
    model = "cohere.embed-v4:0"
    vectors = [[float(place)] for place in range(96)]
    answered = {"embeddings": {"float": vectors} if by_type else vectors}
    upstream.canned[f"/model/{quote(model, safe='')}/invoke"] = canned(answered)
    answer = await provider.embed(*embed(model, ["a"] * 192, dimensions=512))

    assert 192 == len(answer.data)
    assert [96, 96] == [len(seen.json()["texts"]) for seen in upstream.requests]
    assert ("search_document", 512) == (
        body(upstream)["input_type"],
        body(upstream)["output_dimension"],
    )


async def test_titan_for_pictures_takes_texts_too(provider, upstream):
    """The length of its vectors stands one level deeper."""
    model = "amazon.titan-embed-image-v1"
    upstream.canned[f"/model/{quote(model, safe='')}/invoke"] = canned({"embedding": [0.5]})
    answer = await provider.embed(*embed(model, "a", dimensions=384))
    assert {"inputText": "a", "embeddingConfig": {"outputEmbeddingLength": 384}} == body(upstream)
    assert [[0.5]] == [entry.embedding for entry in answer.data]

    await provider.embed(*embed(model, "a"))
    assert {"inputText": "a"} == body(upstream)


async def test_nova_is_asked_text_by_text(provider, upstream):
    """To be found again, and never cut short unasked; callers may say another by the vendor's names."""
    model = "us.amazon.nova-2-multimodal-embeddings-v1:0"
    vector = {"embeddingType": "TEXT", "embedding": [0.5, 0.25]}
    upstream.canned[f"/model/{quote(model, safe='')}/invoke"] = canned(
        {"embeddings": [vector]}, **{"x-amzn-bedrock-input-token-count": "2"}
    )
    answer = await provider.embed(*embed(model, ["a", "b"], dimensions=256))
    told = body(upstream)["singleEmbeddingParams"]
    assert [[0.5, 0.25]] * 2 == [entry.embedding for entry in answer.data]
    assert 4 == answer.usage.prompt_tokens
    assert ("nova-multimodal-embed-v1", "SINGLE_EMBEDDING") == (
        body(upstream)["schemaVersion"],
        body(upstream)["taskType"],
    )
    assert ("GENERIC_INDEX", 256, "NONE") == (
        told["embeddingPurpose"],
        told["embeddingDimension"],
        told["text"]["truncationMode"],
    )

    own = {"embeddingPurpose": "TEXT_RETRIEVAL", "truncationMode": "END"}
    await provider.embed(*embed(model, "a", **own))
    assert {
        "embeddingPurpose": "TEXT_RETRIEVAL",
        "text": {"truncationMode": "END", "value": "a"},
    } == body(upstream)["singleEmbeddingParams"]


async def test_an_encoder_that_cannot_shorten_says_so(provider):
    """`dimensions` is not dropped."""
    with pytest.raises(InvalidArgument, match="dimensions"):
        await provider.embed(*embed("amazon.titan-embed-text-v1", "a", dimensions=256))
    with pytest.raises(Unimplemented, match="Titan and Nova and Cohere"):
        await provider.embed(*embed("twelvelabs.marengo-embed-3-0-v1:0", "a"))


async def test_the_first_refusal_ends_an_embedding(provider, upstream):
    """Whole, and in the server's words."""
    model = "amazon.titan-embed-text-v2:0"
    refused = Canned(b'{"message":"Too many."}', 429, {"retry-after": "7"})
    upstream.canned[f"/model/{quote(model, safe='')}/invoke"] = refused
    with pytest.raises(UpstreamFailed, match=r"Too many\.") as caught:
        await provider.embed(*embed(model, ["a"] * 20))

    assert (429, 7.0) == (caught.value.status, caught.value.retry_after)


async def test_items_are_reranked(open_, upstream):
    """By a service of its own, which wants the model's ARN; results may come in pages."""
    pages = iter(
        [
            {"results": [{"index": 1, "relevanceScore": 0.25}], "nextToken": "t"},
            {"results": [{"index": 0, "relevanceScore": 0.75}]},
        ]
    )
    upstream.wire.other = lambda seen: canned(next(pages)) if seen.path == "/rerank" else None
    provider = open_(api_key="token", region_name="us-gov-west-1")
    asked = {"model": "cohere.rerank-v3-5:0", "query": "a", "items": ["b", "c"]}
    answer = await provider.rerank(*rest_call(m.RerankRequest, asked | {"max_num_results": 2}))
    first, second = (seen.json() for seen in upstream.requests)
    model = first["rerankingConfiguration"]["bedrockRerankingConfiguration"]

    assert [(0, 0.75), (1, 0.25)] == [(d.index, d.relevance_score) for d in answer.data]
    assert {
        "modelConfiguration": {
            "modelArn": "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/cohere.rerank-v3-5:0"
        },
        "numberOfResults": 2,
    } == model
    assert "t" == second["nextToken"]


# Listing.


async def test_models_are_listed_without_profiles_where_those_are_forbidden(provider, upstream):
    """The permissions are two."""
    upstream.canned["/inference-profiles"] = Canned(b'{"message":"No."}', 403)

    assert {"chat", "amazon.titan-embed-text-v2:0"} == {o.id for o in await provider.models()}
