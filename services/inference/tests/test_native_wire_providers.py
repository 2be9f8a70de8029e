"""Every provider that speaks a vendor's own wire keeps the contract, against a fake that speaks it too."""

import asyncio
import base64
import json
import time

import msgspec
import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.fold import fold_chat
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.errors import (
    DeadlineExceeded,
    FleetError,
    InvalidArgument,
    NotFound,
    Unimplemented,
    UpstreamFailed,
)
from fleet_testing.calls import grpc_call, rest_call
from fleet_testing.native_script import Called, Image, Returned, Turn
from fleet_testing.native_subjects import KEYLESS, SUBJECTS
from fleet_testing.native_upstream import native_upstream
from fleet_testing.openai_upstream import Canned

HELLO = [{"role": "user", "content": "hello big world"}]
PARAMETERS = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}
TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": PARAMETERS}}
    for name in ("find", "keep")
]
PIXEL = b"\x89PNG\r\n"
STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def name_of(subject):
    return subject.kind.__name__


@pytest.fixture(params=SUBJECTS, ids=name_of)
def subject(request):
    return request.param


@pytest.fixture
async def upstream(subject):
    async with native_upstream(subject.wire()) as running:
        yield running


@pytest.fixture
async def provider(subject, upstream):
    opened = subject.opened(upstream)
    yield opened
    await opened.aclose()


@pytest.fixture(params=KEYLESS, ids=name_of)
async def keyless(request):
    """A provider without a key of its own, its fake, and its subject."""
    async with native_upstream(request.param.wire()) as running:
        opened = request.param.opened(running, key=None)
        yield opened, running, request.param
        await opened.aclose()


def chat(model="chat", metadata=(), **fields):
    body = {"model": model, "messages": HELLO} | fields
    return rest_call(m.ChatCompletionRequest, body, metadata)


def carrying(keys):
    return (("x-llamastack-provider-data", json.dumps(keys)),)


async def chunks_of(answer):
    """Return the chunks of a streamed answer."""
    stream = answer.decode(m.ChatCompletionChunk) if isinstance(answer, EncodedStream) else answer
    return [chunk async for chunk in stream]


async def folded(answer):
    """Return the whole answer, which may have come in any form; a whole one may be asked for and come as a stream."""
    if isinstance(answer, m.ChatCompletion):
        return answer
    if isinstance(answer, Encoded):
        return answer.decode(m.ChatCompletion)

    async def again():
        for chunk in await chunks_of(answer):
            yield chunk

    return await fold_chat(again())


async def asked(provider, *args, **fields):
    return await folded(await provider.chat(*chat(*args, **fields)))


async def until(condition, seconds=2.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.005)


def unless_lacking(subject, feature):
    if feature in subject.lacks:
        pytest.skip(f"the vendor has nothing for it: {feature}")


def last(upstream):
    """Return what the last request asked."""
    return upstream.heard[-1].asked


@STREAMED
async def test_a_conversation_is_answered(provider, upstream, stream):
    """Whole or in pieces, by either the vendor's way."""
    answer = await asked(provider, stream=stream)
    choice = answer.choices[0]

    assert "hello big world" == choice.message.content
    assert (0, "stop", "assistant") == (choice.index, choice.finish_reason, choice.message.role)
    assert answer.id
    assert abs(time.time() - answer.created) < 60
    assert (Turn("user", ("hello big world",)),) == last(upstream).turns


async def test_a_grpc_callers_conversation_is_answered(provider, upstream):
    """The request is the same struct, but no bytes of the caller's come with it."""
    request = m.ChatCompletionRequest(
        model="chat", messages=[m.ChatMessage(role="user", content="a b")], max_tokens=5
    )
    answer = await folded(await provider.chat(*grpc_call(request)))

    assert "a b" == answer.choices[0].message.content
    assert 5 == last(upstream).max_tokens


async def test_a_stream_comes_piece_by_piece(provider, upstream):
    """A word waits for no other: here the server pauses before each event."""
    upstream.pause = 0.02
    stream = await provider.chat(*chat("slow", stream=True))
    stream = stream.decode(m.ChatCompletionChunk) if isinstance(stream, EncodedStream) else stream
    times = {c.choices[0].delta.content: time.monotonic() async for c in stream if c.choices}
    said = [text for text in times if text]

    assert ["hello", " big", " world"] == said
    assert times[" world"] - times["hello"] > 0.03


async def test_the_first_chunk_says_who_speaks(provider):
    """Clients take the role from it, and one id from all of them."""
    chunks = await chunks_of(await provider.chat(*chat(stream=True)))

    assert "assistant" == chunks[0].choices[0].delta.role
    assert 1 == len({chunk.id for chunk in chunks})
    assert ["stop"] == [c.choices[0].finish_reason for c in chunks if c.choices][-1:]


async def test_usage_is_streamed_to_those_who_ask(provider):
    """In a last chunk without choices, and to no others."""
    quiet = await chunks_of(await provider.chat(*chat(stream=True)))
    told = await chunks_of(
        await provider.chat(*chat(stream=True, stream_options={"include_usage": True}))
    )

    assert all(chunk.usage is None for chunk in quiet)
    assert ([], (5, 3, 8)) == (
        told[-1].choices,
        (
            told[-1].usage.prompt_tokens,
            told[-1].usage.completion_tokens,
            told[-1].usage.total_tokens,
        ),
    )


@STREAMED
async def test_cached_tokens_and_those_of_thinking_are_told(provider, subject, stream):
    """They are priced differently. The totals include them, as OpenAI's do."""
    unless_lacking(subject, "token details")
    fields = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    usage = (await asked(provider, "counts", **fields)).usage

    assert (9, 6, 15) == (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens)
    assert 4 == usage.prompt_tokens_details.cached_tokens
    assert 2 == usage.completion_tokens_details.reasoning_tokens


async def test_all_roles_arrive(provider, upstream):
    """What system and developers say is one; turns of one role are one."""
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "two"},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "three"},
        {"role": "user", "content": [{"type": "text", "text": "four"}]},
    ]
    answer = await asked(provider, messages=messages)

    assert "Be brief.\nBe kind." == last(upstream).system
    assert (
        Turn("user", ("one",)),
        Turn("assistant", ("two",)),
        Turn("user", ("three", "four")),
    ) == last(upstream).turns
    assert "three four" == answer.choices[0].message.content


async def test_sampling_arrives(provider, upstream):
    """Each field by the vendor's name."""
    await asked(
        provider, temperature=0.5, top_p=0.9, max_completion_tokens=7, max_tokens=3, stop=["a", "b"]
    )
    wanted = last(upstream)

    assert (0.5, 0.9, 7, ("a", "b")) == (
        wanted.temperature,
        wanted.top_p,
        wanted.max_tokens,
        wanted.stop,
    )


@STREAMED
async def test_tools_are_called(provider, upstream, stream):
    """Several at once. Their arguments are JSON text, whole or in pieces, and each call has an id of its own."""
    answer = await asked(provider, tools=TOOLS, stream=stream)
    choice = answer.choices[0]
    calls = choice.message.tool_calls

    assert {"find": PARAMETERS, "keep": PARAMETERS} == last(upstream).tools
    assert (None, "tool_calls") == (choice.message.content, choice.finish_reason)
    assert ["find", "keep"] == [call.function.name for call in calls]
    assert [{"text": "hello big world"}] * 2 == [json.loads(c.function.arguments) for c in calls]
    assert 2 == len({call.id for call in calls})
    assert {"function"} == {call.type for call in calls}


async def test_arguments_are_streamed_as_they_come(provider, subject):
    """The name and the id come first and once; the pieces name their call by its index alone."""
    unless_lacking(subject, "split arguments")
    chunks = await chunks_of(await provider.chat(*chat(tools=TOOLS, stream=True)))
    calls = [call for c in chunks if c.choices for call in c.choices[0].delta.tool_calls or ()]
    first = [call for call in calls if call.index == 0]

    assert ["find"] == [call.function.name for call in first if call.function.name]
    assert 1 == sum(call.id is not None for call in first)
    assert 3 <= sum(bool(call.function.arguments) for call in first)


@STREAMED
async def test_what_tools_return_arrives(provider, upstream, stream):
    """In the next turn, with the model's own calls before it, by the ids that we gave them."""
    first = (await asked(provider, tools=TOOLS, stream=stream)).choices[0].message
    messages = [*HELLO, msgspec.to_builtins(first)]
    messages += [
        {"role": "tool", "tool_call_id": call.id, "content": f"found {place}"}
        for place, call in enumerate(first.tool_calls)
    ]
    answer = await asked(provider, messages=messages, tools=TOOLS)
    arguments = {"text": "hello big world"}

    assert (
        Turn("user", ("hello big world",)),
        Turn("assistant", (Called("find", arguments), Called("keep", arguments))),
        Turn("user", (Returned("find", "found 0"), Returned("keep", "found 1"))),
    ) == last(upstream).turns
    assert "found 0 found 1" == answer.choices[0].message.content


async def test_a_tool_without_parameters_can_be_called(provider, upstream):
    """OpenAI lets callers leave them out."""
    await asked(provider, tools=[{"type": "function", "function": {"name": "now"}}])

    assert "now" in last(upstream).tools


@pytest.mark.parametrize(
    ("choice", "arrives", "feature"),
    [
        ("auto", "auto", None),
        ("required", "required", "required tools"),
        ("none", "none", "tools turned off"),
        ({"type": "function", "function": {"name": "keep"}}, "keep", "named tools"),
    ],
)
async def test_the_choice_of_tools_arrives(  # noqa: PLR0917 - fixtures, and one case
    provider, subject, upstream, choice, arrives, feature
):
    """A vendor that cannot be told so gets no tools, or the caller gets an error that names the field."""
    if feature in subject.lacks:
        with pytest.raises(InvalidArgument, match="tool_choice"):
            await asked(provider, tools=TOOLS, tool_choice=choice)
        return
    await asked(provider, tools=TOOLS, tool_choice=choice)
    told = last(upstream)

    assert arrives == (told.choice if told.tools else "none")


async def test_one_tool_alone_may_be_called(provider, subject, upstream):
    """`parallel_tool_calls: false` is a promise that callers build on."""
    if "one tool alone" in subject.lacks:
        with pytest.raises(InvalidArgument, match="parallel_tool_calls"):
            await asked(provider, tools=TOOLS, parallel_tool_calls=False)
        return
    answer = await asked(provider, tools=TOOLS, parallel_tool_calls=False)

    assert 1 == len(answer.choices[0].message.tool_calls)


@STREAMED
async def test_an_answer_follows_a_schema(provider, subject, upstream, stream):
    """As text that is JSON, whichever way the vendor is told."""
    wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": PARAMETERS}}
    if "schemas" in subject.lacks:
        with pytest.raises(InvalidArgument, match="response_format"):
            await asked(provider, response_format=wanted)
        return
    answer = await asked(provider, response_format=wanted, stream=stream)
    choice, told = answer.choices[0], last(upstream)

    assert PARAMETERS == (told.schema or next(iter(told.tools.values())))
    assert {"text": "hello big world"} == json.loads(choice.message.content)
    assert (None, "stop") == (choice.message.tool_calls, choice.finish_reason)


async def test_an_answer_is_a_json_object(provider, subject):
    """The older way, without a schema."""
    wanted = {"type": "json_object"}
    if "json objects" in subject.lacks:
        with pytest.raises(InvalidArgument, match="response_format"):
            await asked(provider, response_format=wanted)
        return
    answer = await asked(provider, response_format=wanted)

    assert {"text": "hello big world"} == json.loads(answer.choices[0].message.content)
    assert "stop" == answer.choices[0].finish_reason


async def test_an_image_arrives(provider, upstream):
    """As its bytes and its type."""
    url = f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"
    parts = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    await asked(provider, messages=[{"role": "user", "content": parts}])

    assert ("What is it?", Image("image/png", PIXEL)) == last(upstream).turns[-1].parts


async def test_an_image_arrives_by_its_address(provider, subject, upstream):
    """The vendor fetches it, or the caller hears that it does not. We never fetch what callers name."""
    parts = [{"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}]
    messages = [{"role": "user", "content": [*parts, {"type": "text", "text": "?"}]}]
    if "image urls" in subject.lacks:
        with pytest.raises(InvalidArgument, match=r"image_url") as caught:
            await asked(provider, messages=messages)
        assert "messages[0].content[0].image_url.url" == caught.value.param
        return
    await asked(provider, messages=messages)

    assert "https://example.org/cat.png" == last(upstream).turns[-1].parts[0].url


@pytest.mark.parametrize("part", [{"type": "smell"}, {"type": "image_url"}])
async def test_a_part_that_nobody_knows_is_refused(provider, upstream, part):
    """The error says where it is."""
    with pytest.raises(InvalidArgument) as caught:
        await asked(provider, messages=[*HELLO, {"role": "user", "content": [part]}])

    assert caught.value.param.startswith("messages[1].content[0]")
    assert [] == upstream.heard


@STREAMED
async def test_what_the_model_thinks_is_told_apart(provider, subject, stream):
    """As `reasoning_content`, the name that clients of open-weight models know."""
    unless_lacking(subject, "thinking")
    answer = await asked(provider, "thinks", stream=stream, **subject.thinking)
    message = answer.choices[0].message

    assert ("hm, well", "hello big world") == (message.reasoning_content, message.content)


@STREAMED
async def test_thoughts_before_a_call_of_a_tool_are_kept(provider, subject, upstream, stream):
    """Vendors that sign what their models think want it back with the next turn."""
    unless_lacking(subject, "thinking")
    fields = {"tools": TOOLS, "stream": stream, **subject.thinking}
    first = (await asked(provider, "thinks", **fields)).choices[0].message
    answers = [
        {"role": "tool", "tool_call_id": call.id, "content": "done"} for call in first.tool_calls
    ]
    messages = [*HELLO, msgspec.to_builtins(first), *answers]
    answer = await asked(provider, "thinks", messages=messages, **fields)

    assert "done done" == answer.choices[0].message.content


@STREAMED
@pytest.mark.parametrize(
    ("model", "reason"), [("cut-short", "length"), ("filtered", "content_filter")]
)
async def test_why_an_answer_ended_is_told(provider, subject, model, reason, stream):
    """By OpenAI's names."""
    if reason == "content_filter":
        unless_lacking(subject, "content filters")
    answer = await asked(provider, model, stream=stream)

    assert reason == answer.choices[0].finish_reason


@STREAMED
async def test_several_answers(provider, stream):
    """Where the vendor gives one at a time, it is asked several times; all of it is paid for."""
    fields = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    answer = await asked(provider, n=3, **fields)

    assert [0, 1, 2] == [choice.index for choice in answer.choices]
    assert {"hello big world"} == {choice.message.content for choice in answer.choices}
    assert 9 == answer.usage.completion_tokens


async def test_what_cannot_be_asked_is_refused_by_name(provider, subject, upstream):
    """Never dropped in silence: callers would not know that they got something else."""
    for name, value in subject.refused.items():
        with pytest.raises(InvalidArgument, match=name) as caught:
            await asked(provider, **{name: value})
        assert name == caught.value.param
    assert [] == upstream.heard


async def test_old_functions_are_refused(provider):
    """`functions` became `tools` years ago, and the error says so."""
    function = {"name": "find", "parameters": PARAMETERS}
    with pytest.raises(InvalidArgument, match="tools"):
        await asked(provider, functions=[function])


async def test_a_models_name_may_hold_anything(provider, upstream):
    """Such as the slashes and colons of Bedrock's; a path is no place for them to act."""
    name = "a/b:c?d#e f%"
    await asked(provider, name)

    assert name == last(upstream).model


@STREAMED
@pytest.mark.parametrize("status", [400, 404, 413, 429, 500, 503, 529])
async def test_a_refusal_keeps_its_status_and_its_words(provider, status, stream):
    """Before the first byte, streamed or not. Callers tell by it whether to try again."""
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*chat(f"fail-{status}", stream=stream))
    error = caught.value

    assert (status, f"This is fail-{status}.") == (error.status, error.message)
    assert (7.0 if status in (429, 503, 529) else None) == error.retry_after


@STREAMED
async def test_one_refusal_among_several_answers_is_that_refusal(provider, upstream, stream):
    """Whatever the others say; and nobody goes on working for them."""
    with pytest.raises(UpstreamFailed, match=r"This is fail-429\."):
        await provider.chat(*chat("fail-429", stream=stream, n=2))


@STREAMED
async def test_garbage_is_a_bad_gateway(provider, stream):
    """Such as the front page of whatever else listens there."""
    with pytest.raises(UpstreamFailed) as caught:
        await asked(provider, "garbage", stream=stream)

    assert (502, "upstream_garbage") == (caught.value.status, caught.value.code)


@STREAMED
async def test_silence_is_a_timeout(subject, upstream, stream):
    """As long as the operator says."""
    provider = subject.opened(upstream, network={"timeout": {"connect": 1, "read": 0.2}})
    try:
        with pytest.raises(DeadlineExceeded):
            await asked(provider, "hang", stream=stream)
    finally:
        await provider.aclose()


async def test_the_callers_deadline_holds(provider):
    """Nobody waits longer than the caller does."""
    request = m.ChatCompletionRequest(
        model="hang", messages=[m.ChatMessage(role="user", content="a")], max_tokens=5
    )
    with pytest.raises(DeadlineExceeded):
        await provider.chat(*grpc_call(request, deadline=time.monotonic() + 0.2))


async def test_a_server_that_is_not_there(subject):
    """Nothing was done, so that another may be asked."""
    async with native_upstream(subject.wire()) as gone:
        pass
    provider = subject.opened(gone)
    try:
        with pytest.raises(UpstreamFailed) as caught:
            await asked(provider)
    finally:
        await provider.aclose()

    assert "upstream_unreachable" == caught.value.code


async def seen_of(stream):
    """Return what a stream said, and the error in which it ends."""
    stream = stream.decode(m.ChatCompletionChunk) if isinstance(stream, EncodedStream) else stream
    said = ""
    try:
        async for chunk in stream:
            said += "".join(choice.delta.content or "" for choice in chunk.choices)
    except FleetError as error:
        return said, error
    return said, None


@pytest.mark.parametrize("model", ["break-mid-stream", "no-end"])
async def test_a_stream_that_breaks_off_ends_in_an_error(provider, model):
    """Half an answer must not look like a whole one."""
    said, error = await seen_of(await provider.chat(*chat(model, stream=True)))

    assert said.startswith("hello")
    assert (502, "upstream_broke_off") == (error.status, error.code)


async def test_an_error_inside_a_stream_is_raised(provider):
    """In the vendor's words."""
    said, error = await seen_of(await provider.chat(*chat("error-mid-stream", stream=True)))

    assert said.startswith("hello")
    assert "The engine fell over." == error.message


async def test_a_caller_who_leaves_stops_the_model(provider, upstream):
    """The server sees it within a second, also before it began to answer, and also if it was asked several times."""
    for number, fields in enumerate(({}, {"n": 2})):
        left = upstream.left
        stream = await provider.chat(*chat("endless", stream=True, **fields))
        events = stream.events if isinstance(stream, EncodedStream) else stream
        await anext(events)
        await events.aclose()
        await until(lambda left=left: upstream.left > left)
        await until(lambda: upstream.left >= len(upstream.heard))
        assert upstream.left >= number + 1


async def test_a_caller_who_reads_nothing_stops_the_model(provider, upstream):
    """Between the beginning of the answer and its first chunk."""
    stream = await provider.chat(*chat("endless", stream=True))
    await (stream.events if isinstance(stream, EncodedStream) else stream).aclose()
    del stream
    await until(lambda: upstream.left == 1)


@STREAMED
async def test_a_caller_who_leaves_early_stops_the_model(provider, upstream, stream):
    """Before the first byte of an answer."""
    waiting = asyncio.create_task(asked(provider, "hang", stream=stream))
    await until(lambda: upstream.heard)
    waiting.cancel()
    await until(lambda: upstream.left == 1)


async def test_a_key_of_ours_is_sent(provider, upstream):
    """Where the vendor looks for it."""
    await asked(provider)

    assert "sk-ours" == upstream.heard[-1].key


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_ours_is_not_the_callers_trouble(provider, status):
    """Their credentials were fine, so no 401; and the key is not in the text."""
    with pytest.raises(UpstreamFailed) as caught:
        await asked(provider, f"fail-{status}")

    assert (502, "upstream_unauthorized") == (caught.value.status, caught.value.code)
    assert "sk-ours" not in caught.value.message


async def test_callers_keys_are_theirs_alone(subject, upstream):
    """Many at once over the same connections, some with their own key, and none with that of another."""
    provider = subject.opened(upstream)
    upstream.pause = 0.001

    async def ask(number):
        metadata = carrying(subject.callers(f"sk-{number}")) if number % 2 else ()
        messages = [{"role": "user", "content": str(number)}]
        return await asked(provider, "slow", metadata, messages=messages)

    try:
        await asyncio.gather(*map(ask, range(60)))
    finally:
        await provider.aclose()
    sent = {int(heard.asked.words[0]): heard.key for heard in upstream.heard}

    assert {n: f"sk-{n}" if n % 2 else "sk-ours" for n in range(60)} == sent


async def test_a_refused_key_of_the_callers_is_a_401(provider, subject, upstream):
    """They can send a better one."""
    upstream.keys = {"sk-good"}
    with pytest.raises(UpstreamFailed) as caught:
        await asked(provider, "chat", carrying(subject.callers("sk-bad")))
    await asked(provider, "chat", carrying(subject.callers("sk-good")))

    assert 401 == caught.value.status
    assert "sk-bad" not in caught.value.message


async def test_a_missing_key_is_asked_for(keyless):
    """The error says how to send one."""
    provider, upstream, subject = keyless
    upstream.keys = {"sk-good"}
    with pytest.raises(InvalidArgument, match=subject.key):
        await asked(provider)
    await asked(provider, "chat", carrying(subject.callers("sk-good")))


@pytest.mark.parametrize("key", ["a\r\nx-evil: 1", 5, ["k"], "é"])
async def test_a_key_that_cannot_be_one_is_refused(provider, subject, upstream, key):
    """It would end up in a header."""
    with pytest.raises(InvalidArgument, match="provider data"):
        await asked(provider, "chat", carrying(subject.callers(key)))

    assert [] == upstream.heard


async def test_models_are_listed(provider, subject):
    """All pages of them, with their types, and how long their context is where the vendor tells."""
    found = {model.id: model for model in await provider.models()}

    assert subject.models == {name: model.type for name, model in found.items()}
    assert 2048 == found[subject.model].metadata.get("context_length", 2048)


async def test_only_allowed_models_are_listed_and_used(subject, upstream):
    """An operator's choice holds for those who know other names too."""
    provider = subject.opened(upstream, allowed_models=[subject.model])
    try:
        assert [subject.model] == [model.id for model in await provider.models()]
        await asked(provider, subject.model)
        with pytest.raises(NotFound) as caught:
            await asked(provider, "older")
    finally:
        await provider.aclose()

    assert "model_not_found" == caught.value.code


@pytest.mark.parametrize("texts", ["a", ["a", "bb", "ccc"]], ids=["one", "several"])
async def test_texts_become_vectors(provider, subject, texts):
    """In the order of the texts, also as base64, which the official clients ask for."""
    body = {"model": "text-embedder", "input": texts}
    if "embeddings" in subject.lacks:
        with pytest.raises(Unimplemented):
            await provider.embed(*rest_call(m.EmbeddingRequest, body))
        return
    floats = await provider.embed(*rest_call(m.EmbeddingRequest, body))
    packed = await provider.embed(
        *rest_call(m.EmbeddingRequest, body | {"encoding_format": "base64"})
    )
    floats, packed = _list_of(floats), _list_of(packed)

    assert [1.0 / (len(text) + 1) for text in texts] == pytest.approx(
        [e.embedding[0] for e in floats.data]
    )
    assert list(range(len(texts))) == [entry.index for entry in floats.data]
    assert 4 * len(floats.data[0].embedding) == len(base64.b64decode(packed.data[0].embedding))


async def test_tokens_do_not_become_vectors(provider, subject):
    """The vendors' models have tokenizers of their own."""
    unless_lacking(subject, "embeddings")
    with pytest.raises(InvalidArgument, match="input"):
        await provider.embed(
            *rest_call(m.EmbeddingRequest, {"model": "text-embedder", "input": [1, 2]})
        )


def _list_of(answer):
    return answer.decode(m.EmbeddingList) if isinstance(answer, Encoded) else answer


async def test_items_are_not_reranked(provider, subject):
    """The error says what would help."""
    if subject.reranks:
        pytest.skip("the vendor can")
    body = {"model": "chat", "query": "a", "items": ["a"]}
    with pytest.raises(Unimplemented, match="another provider"):
        await provider.rerank(*rest_call(m.RerankRequest, body))


async def test_bare_texts_are_continued(provider, subject):
    """Or the caller hears that the models know conversations only."""
    asking = rest_call(m.CompletionRequest, {"model": "chat", "prompt": "a b"})
    if "completions" in subject.lacks:
        with pytest.raises(Unimplemented, match="chat"):
            await provider.complete(*asking)
        return
    answer = await provider.complete(*asking)
    answer = answer.decode(m.Completion) if isinstance(answer, Encoded) else answer

    assert "a b" == answer.choices[0].text


async def test_a_redirect_is_not_followed(provider, upstream):
    """It would carry the key and the prompt to a place that nobody configured."""
    await asked(provider)
    path = upstream.heard[-1].seen.path
    upstream.canned[path] = Canned(b"", 307, {"location": f"{upstream.root}/elsewhere"})
    with pytest.raises(UpstreamFailed) as caught:
        await asked(provider)

    assert 502 == caught.value.status
    assert "/elsewhere" not in {seen.path for seen in upstream.requests}
