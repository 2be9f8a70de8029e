"""Every provider that speaks OpenAI's wire format keeps the contract, against a fake that speaks it too."""

import asyncio
import base64
import json
import struct
import time

import msgspec
import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.providers.ollama import Ollama
from fleet_inference.providers.vllm import Vllm
from fleet_runtime.errors import (
    FleetError,
    InvalidArgument,
    NotFound,
    Unimplemented,
    UpstreamFailed,
)
from fleet_testing.calls import grpc_call, rest_call
from fleet_testing.openai_subjects import KEYED, SUBJECTS
from fleet_testing.openai_upstream import Canned, openai_upstream

pytestmark = pytest.mark.slow

HELLO = [{"role": "user", "content": "hello big world"}]
TOOL = {"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}


@pytest.fixture
async def upstream():
    async with openai_upstream() as running:
        yield running


def name_of(subject):
    return subject.kind.__name__


@pytest.fixture(params=SUBJECTS, ids=name_of)
def subject(request):
    return request.param


@pytest.fixture
async def provider(subject, upstream):
    opened = subject.opened(upstream, api_key="sk-ours")
    yield opened
    await opened.aclose()


@pytest.fixture(params=KEYED, ids=name_of)
async def keyed(request, upstream):
    """A provider without a key of its own, and its subject."""
    opened = request.param.opened(upstream)
    yield opened, request.param
    await opened.aclose()


def chat(model="chat", metadata=(), **fields):
    body = {"model": model, "messages": HELLO} | fields
    return rest_call(m.ChatCompletionRequest, body, metadata)


def carrying(**keys):
    return (("x-llamastack-provider-data", json.dumps(keys)),)


async def until(condition, seconds=1.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.005)


async def test_a_conversation_is_answered(provider, subject, upstream):
    """The answer is the server's own bytes, which are a completion."""
    answer = await provider.chat(*chat())
    message = answer.decode(m.ChatCompletion).choices[0].message

    assert "hello big world" == message.content
    assert "/v1/chat/completions" == upstream.requests[-1].path
    header, before = subject.header
    assert f"{before}sk-ours" == upstream.requests[-1].headers[header]


async def test_a_stream_comes_piece_by_piece(provider, upstream):
    """A chunk waits for nothing: here the server pauses before each."""
    upstream.pause = 0.02
    stream = await provider.chat(*chat("slow", stream=True))
    batches = [batch async for batch in stream.events if batch]

    assert len(batches) == 5
    assert all(batch.endswith(b"\n\n") for batch in batches)
    assert not any(b"[DONE]" in batch for batch in batches)


async def test_a_stream_is_decoded_for_those_who_ask(provider):
    """The service folds streams, and gRPC callers get messages."""
    request = chat(stream=True, stream_options={"include_usage": True})
    stream = await provider.chat(*request)
    chunks = [chunk async for chunk in stream.decode(m.ChatCompletionChunk)]
    said = [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content]

    assert ["hello", " big", " world"] == said
    assert 3 == chunks[-1].usage.completion_tokens


async def test_what_the_caller_wrote_arrives_byte_for_byte(provider, upstream):
    """Whatever a server understands must work through us: nested fields, key order, integers past 64 bits."""
    body = (
        b'{"guided":{"b":1,  "a":9223372036854775808},"model":"p/chat","max_tokens":5,'
        b'"messages":[{"z":18446744073709551616,"role":"user","content":"a","cache":{"ttl":"5m"}}]}'
    )
    request, call = rest_call(m.ChatCompletionRequest, body)
    await provider.chat(msgspec.structs.replace(request, model="chat"), call)

    assert body.replace(b"p/chat", b"chat") == upstream.requests[-1].body


async def test_a_grpc_callers_request_arrives(provider, upstream):
    """With the fields that the contract does not know in their places."""
    request = m.ChatCompletionRequest(
        model="chat",
        messages=[m.ChatMessage(role="user", content="a")],
        max_tokens=5,
        extra={"guided_regex": msgspec.Raw(b'"a+"')},
    )
    await provider.chat(*grpc_call(request))

    assert {
        "model": "chat",
        "messages": [{"role": "user", "content": "a"}],
        "max_tokens": 5,
        "guided_regex": "a+",
    } == upstream.requests[-1].json()


@pytest.mark.parametrize("stream", [False, True])
async def test_tools_are_called(provider, stream):
    """Their arguments are JSON text, whole or in pieces."""
    answer = await provider.chat(*chat(stream=stream, tools=[TOOL]))
    if stream:
        chunks = [c.choices[0] async for c in answer.decode(m.ChatCompletionChunk)]
        call = next(c.delta.tool_calls[0] for c in chunks if c.delta.tool_calls)
        reason = chunks[-1].finish_reason
    else:
        choice = answer.decode(m.ChatCompletion).choices[0]
        call, reason = choice.message.tool_calls[0], choice.finish_reason

    assert ("find", "tool_calls") == (call.function.name, reason)
    assert {"text": "hello big world"} == json.loads(call.function.arguments)


async def test_several_answers_with_logprobs(provider):
    """`n`, `logprobs` and `top_logprobs` pass both ways."""
    answer = await provider.chat(*chat(n=2, logprobs=True, top_logprobs=3))
    choices = answer.decode(m.ChatCompletion).choices

    assert [0, 1] == [choice.index for choice in choices]
    assert 3 == len(choices[1].logprobs.content[0].top_logprobs)


@pytest.mark.parametrize("stream", [False, True])
async def test_texts_are_continued(provider, stream):
    """The older interface, whole and streamed."""
    body = {"model": "chat", "prompt": "one two", "stream": stream}
    answer = await provider.complete(*rest_call(m.CompletionRequest, body))
    decoded = answer.decode(m.Completion)
    pieces = [piece async for piece in decoded] if stream else [decoded]

    assert "one two" == "".join(piece.choices[0].text for piece in pieces)


async def test_vectors_come_in_both_formats(provider):
    """`base64` is what the official clients ask for."""
    body = {"model": "text-embedder", "input": ["a", "bb"], "dimensions": 3}
    floats = await provider.embed(*rest_call(m.EmbeddingRequest, body))
    packed = await provider.embed(
        *rest_call(m.EmbeddingRequest, body | {"encoding_format": "base64"})
    )
    vector = floats.decode(m.EmbeddingList).data[1].embedding
    text = packed.decode(m.EmbeddingList).data[1].embedding

    assert vector == pytest.approx(struct.unpack("<3f", base64.b64decode(text)))


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("status", [400, 404, 422, 429, 500, 503])
async def test_a_refusal_keeps_its_status_and_its_words(provider, status, stream):
    """Before the first byte, streamed or not. Callers tell by it whether to try again."""
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*chat(f"fail-{status}", stream=stream))
    error = caught.value

    assert (status, f"This is fail-{status}.") == (error.status, error.message)
    assert "made_to_fail" == error.code
    assert (7.0 if status in (429, 503) else None) == error.retry_after


@pytest.mark.parametrize("stream", [False, True])
async def test_garbage_is_a_bad_gateway(provider, stream):
    """Such as the front page of whatever else listens there."""
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*chat("garbage", stream=stream))

    assert (502, "upstream_garbage") == (caught.value.status, caught.value.code)


@pytest.mark.parametrize("stream", [False, True])
async def test_an_error_that_calls_itself_a_success_is_an_error(provider, upstream, stream):
    """Some servers answer 200 whatever happens."""
    upstream.canned["odd"] = Canned(b'{"error":{"message":"No engine.","code":503}}')
    with pytest.raises(UpstreamFailed, match=r"No engine\.") as caught:
        await provider.chat(*chat("odd", stream=stream))

    assert 503 == caught.value.status


async def test_a_redirect_is_not_followed(provider, upstream):
    """It would carry the key and the prompt to a place that nobody configured."""
    upstream.canned["moved"] = Canned(b"", 307, {"location": f"{upstream.root}/elsewhere"})
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*chat("moved"))

    assert 502 == caught.value.status
    assert "/elsewhere" not in {seen.path for seen in upstream.requests}


async def seen_of(stream):
    """Return the events of a stream, and the error in which it ends."""
    events = b""
    try:
        async for batch in stream.events:
            events += batch
    except FleetError as error:
        return events, error
    return events, None


@pytest.mark.parametrize("model", ["break-mid-stream", "unfinished", "break-at-end"])
async def test_a_stream_that_breaks_off_ends_in_an_error(provider, model):
    """Half an answer must not look like a whole one; nor does one that is cut before its end and lacks only that."""
    events, error = await seen_of(await provider.chat(*chat(model, stream=True)))

    assert b'"hello"' in events
    assert (502, "upstream_broke_off") == (error.status, error.code)


@pytest.mark.parametrize("n", [1, 2])
async def test_a_stream_may_end_without_done(provider, n):
    """Those of `transformers serve` do: each choice says that it has finished, and the transfer ends in order."""
    events, error = await seen_of(await provider.chat(*chat("no-done", stream=True, n=n)))

    assert error is None
    assert n == events.count(b'"finish_reason":"stop"')


async def test_texts_may_end_without_done(provider):
    """Completions are streamed in the same way."""
    body = {"model": "no-done", "prompt": "one two", "stream": True}
    events, error = await seen_of(await provider.complete(*rest_call(m.CompletionRequest, body)))

    assert error is None
    assert b'"text":" two"' in events


ENDED = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (ENDED, None),
        (ENDED + b'data: {"usage":{}}', "upstream_broke_off"),
        (ENDED[:-2], "upstream_broke_off"),
        (b"", "upstream_broke_off"),
    ],
)
async def test_the_end_of_a_sized_stream_is_its_last_byte(provider, upstream, body, code):
    """As of a chunked one; but it ends behind a whole event."""
    upstream.canned["sized"] = Canned(body, headers={"content-type": "text/event-stream"})
    events, error = await seen_of(await provider.chat(*chat("sized", stream=True)))

    assert code == (error and error.code)
    assert (ENDED if body.startswith(ENDED) else b"") == events


async def test_an_error_inside_a_stream_is_raised(provider):
    """So that both faces tell their callers, each in its own way, and once."""
    events, error = await seen_of(await provider.chat(*chat("error-mid-stream", stream=True)))

    assert b'"hello"' in events
    assert b'"error"' not in events
    assert ("The engine fell over.", "engine_dead") == (error.message, error.code)


async def test_a_caller_who_leaves_stops_the_model(provider, upstream):
    """The server sees it within a second, also before it began to answer."""
    stream = await provider.chat(*chat("endless", stream=True))
    await anext(stream.events)
    await stream.events.aclose()
    await until(lambda: upstream.left == 1)

    for stream in (False, True):
        came, left = len(upstream.requests), upstream.left
        waiting = asyncio.create_task(provider.chat(*chat("hang", stream=stream)))
        await until(lambda came=came: len(upstream.requests) == came + 1)
        waiting.cancel()
        await until(lambda left=left: upstream.left == left + 1)


async def test_a_key_that_is_ours_is_not_the_callers_trouble(provider, upstream):
    """Their credentials were fine, so no 401; and the key is not in the text."""
    upstream.keys = {"another"}
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*chat())

    assert (502, "upstream_unauthorized") == (caught.value.status, caught.value.code)
    assert "sk-ours" not in caught.value.message


async def test_callers_keys_are_theirs_alone(keyed, upstream):
    """Hundreds at once over the same connections, each with their own key, and none with that of another."""
    provider, subject = keyed
    header, before = subject.header

    async def ask(number):
        key = carrying(**{subject.key: f"sk-{number}"}) if number % 2 else ()
        await provider.chat(*chat("slow", key, user=str(number)))

    upstream.pause = 0.001
    await asyncio.gather(*map(ask, range(200)))
    sent = {r.json()["user"]: r.headers.get(header) for r in upstream.requests}

    assert {str(n): f"{before}sk-{n}" if n % 2 else None for n in range(200)} == sent


async def test_a_refused_key_of_the_callers_is_a_401(keyed, upstream):
    """They can send a better one."""
    provider, name = keyed[0], keyed[1].key
    upstream.keys = {"good"}
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*chat(metadata=carrying(**{name: "bad"})))
    await provider.chat(*chat(metadata=carrying(**{name: "good"})))

    assert (401, "invalid_api_key") == (caught.value.status, caught.value.code)


async def test_a_missing_key_is_asked_for(keyed, upstream):
    """The error says how to send one."""
    provider, name = keyed[0], keyed[1].key
    upstream.keys = {"good"}
    with pytest.raises(InvalidArgument, match=name):
        await provider.chat(*chat())


@pytest.mark.parametrize("key", ["a\r\nx-evil: 1", 5, ["k"], "é"])
async def test_a_key_that_cannot_be_one_is_refused(keyed, key):
    """It would end up in a header."""
    provider, name = keyed[0], keyed[1].key
    with pytest.raises(InvalidArgument, match=name):
        await provider.chat(*chat(metadata=carrying(**{name: key})))


async def test_keys_are_not_taken_by_another_name(provider, subject, upstream):
    """A key is for one provider."""
    await provider.chat(*chat(metadata=carrying(some_api_key="sk-theirs")))
    header, before = subject.header

    assert f"{before}sk-ours" == upstream.requests[-1].headers[header]


async def test_models_are_listed(provider):
    """With their types, as far as names or the server tell, and how long their context is."""
    found = {model.id: model for model in await provider.models()}

    assert {"chat": "llm", "text-embedder": "embedding"} == {i: o.type for i, o in found.items()}
    assert 2048 == found["chat"].metadata["context_length"]


async def test_only_allowed_models_are_listed_and_used(subject, upstream):
    """An operator's choice holds for those who know other names too."""
    provider = subject.opened(upstream, allowed_models=["chat"])
    try:
        assert ["chat"] == [model.id for model in await provider.models()]
        await provider.chat(*chat())
        with pytest.raises(NotFound) as caught:
            await provider.chat(*chat("gpt-99"))
        with pytest.raises(NotFound):
            await provider.embed(
                *rest_call(m.EmbeddingRequest, {"model": "text-embedder", "input": "a"})
            )
    finally:
        await provider.aclose()

    assert "model_not_found" == caught.value.code


@pytest.fixture
async def vllm(upstream):
    opened = Vllm(Vllm.Config(base_url=upstream.url, max_tokens=77))
    yield opened
    await opened.aclose()


async def test_vllm_gets_a_length_where_none_is_set(vllm, upstream):
    """Or it would answer until its context is full."""
    await vllm.chat(*chat())
    await vllm.chat(*chat(max_tokens=5))
    await vllm.chat(*chat(max_completion_tokens=6))
    asked = [request.json() for request in upstream.requests]

    assert [77, 5, None] == [request.get("max_tokens") for request in asked]


@pytest.mark.parametrize("stream", [False, True])
async def test_vllm_answers_where_the_context_is_shorter_than_the_length(upstream, stream):
    """The caller asked for no length, so it is no fault of theirs."""
    provider = Vllm(Vllm.Config(base_url=upstream.url))
    try:
        await provider.chat(*chat("short", stream=stream))
    finally:
        await provider.aclose()
    asked = [request.json() for request in upstream.requests]

    assert [4096, None] == [request.get("max_tokens") for request in asked]
    assert asked[0] == asked[1] | {"max_tokens": 4096}


async def test_vllm_refuses_a_length_of_the_callers(vllm, upstream):
    """They learn what the model's context is."""
    with pytest.raises(UpstreamFailed, match="maximum context length is 100"):
        await vllm.chat(*chat("short", max_tokens=101))

    assert 1 == len(upstream.requests)


@pytest.mark.parametrize("status", [429, 500])
async def test_vllm_is_not_asked_again_for_another_reason(vllm, upstream, status):
    """Whoever has too much to do must not get more of it."""
    with pytest.raises(UpstreamFailed):
        await vllm.chat(*chat(f"fail-{status}"))

    assert 1 == len(upstream.requests)


async def test_vllm_is_left_to_its_own_limit_where_none_is_configured(upstream):
    """`max_tokens: null` says so."""
    provider = Vllm(Vllm.Config(base_url=upstream.url, max_tokens=None))
    try:
        await provider.chat(*chat())
    finally:
        await provider.aclose()

    assert "max_tokens" not in upstream.requests[-1].json()


RERANK = {
    "model": "reranker",
    "query": "big dog",
    "items": ["small cat", {"type": "text", "text": "big dog"}, "big cat"],
}


async def test_vllm_reranks(vllm, upstream):
    """Its own wire format, the best first, and unknown fields forwarded."""
    body = RERANK | {"max_num_results": 2, "truncate_prompt_tokens": 9}
    answer = await vllm.rerank(*rest_call(m.RerankRequest, body))

    assert [(1, 1.0), (2, 0.5)] == [(d.index, d.relevance_score) for d in answer.data]
    assert 9 == upstream.requests[-1].json()["truncate_prompt_tokens"]


async def test_vllm_reranks_no_images(vllm):
    """It would fail there with less to go by."""
    image = {"type": "image_url", "image_url": {"url": "data:,"}}
    with pytest.raises(InvalidArgument, match=r"items\[0\]"):
        await vllm.rerank(*rest_call(m.RerankRequest, RERANK | {"items": [image]}))


async def test_others_say_that_they_cannot_rerank(provider, subject):
    """Their APIs have nothing for it."""
    if subject.kind.__name__ in ("LlamaCppServer", "Nvidia", "Together", "Vllm"):
        pytest.skip("it can")
    with pytest.raises(Unimplemented):
        await provider.rerank(*rest_call(m.RerankRequest, RERANK))


async def test_one_broken_model_does_not_hide_the_others(upstream):
    """Ollama lists what it has pulled, readable or not."""
    upstream.canned["/api/show"] = Canned(b'{"error":"no such file"}', status=500)
    provider = Ollama(Ollama.Config(base_url=upstream.url))

    assert ["llm", "embedding"] == [model.type for model in await provider.models()]
    await provider.aclose()


def test_vllm_takes_llama_stacks_names_of_settings():
    """Their configs read the same here."""
    config = Vllm.Config.model_validate(
        {
            "base_url": "http://h/v1",
            "api_token": "sk-1",
            "tls_verify": False,
            "refresh_models": True,
        }
    )

    assert "sk-1" == config.api_key
    assert "sk-1" not in repr(config)
