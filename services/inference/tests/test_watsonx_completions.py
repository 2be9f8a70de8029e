"""Continuing texts with watsonx.ai, by its own path for that."""

import json

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.fold import fold_completion
from fleet_inference.providers.watsonx import WatsonX
from fleet_runtime.config import validate
from fleet_runtime.errors import FleetError, InvalidArgument, NotFound, UpstreamFailed
from fleet_testing.calls import grpc_call, rest_call
from fleet_testing.native_asking import until
from fleet_testing.native_upstream import native_upstream
from fleet_testing.openai_upstream import Canned
from fleet_testing.watsonx_upstream import PROJECT, WatsonXWire

WHOLE, STREAM = "/ml/v1/text/generation", "/ml/v1/text/generation_stream"
STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@pytest.fixture
async def upstream():
    async with native_upstream(WatsonXWire()) as running:
        yield running


@pytest.fixture
async def open_(upstream):
    """Open a provider, and close it after the test."""
    opened = []

    def open_one(**config):
        fields = {"base_url": upstream.root, "iam_url": upstream.root, "api_key": "sk-ours"}
        opened.append(WatsonX(validate(WatsonX.Config, fields | {"project_id": PROJECT} | config)))
        return opened[-1]

    yield open_one
    for provider in opened:
        await provider.aclose()


@pytest.fixture
async def provider(open_):
    return open_()


def asking(model="chat", metadata=(), **fields):
    body = {"model": model, "prompt": "one two"} | fields
    return rest_call(m.CompletionRequest, body, metadata)


async def completed(provider, *args, **fields):
    """Return the whole answer, which may come in pieces."""
    answer = await provider.complete(*asking(*args, **fields))
    return answer if isinstance(answer, m.Completion) else await fold_completion(answer)


def sent(upstream):
    """Return the bodies of the requests to continue texts, in the order of their inputs."""
    bodies = [seen.json() for seen in upstream.requests if seen.path in (WHOLE, STREAM)]
    return sorted(bodies, key=lambda body: body["input"])


def parameters(upstream):
    return sent(upstream)[-1]["parameters"]


def result(text, reason, produced=1):
    told = {"generated_text": text, "stop_reason": reason, "generated_token_count": produced}
    return {"model_id": "chat", "results": [told]}


def events(*contents):
    told = "".join(
        f"id: 1\nevent: message\ndata: {json.dumps(content)}\n\n" for content in contents
    )
    return Canned(told.encode(), headers={"content-type": "text/event-stream"})


@STREAMED
async def test_a_text_is_continued(provider, upstream, stream):
    """By the path that is for texts, and booked to the project."""
    answer = await completed(provider, stream=stream)
    choice = answer.choices[0]

    assert ("one two", 0, "stop") == (choice.text, choice.index, choice.finish_reason)
    assert answer.id.startswith("cmpl-")
    assert [STREAM if stream else WHOLE] == [heard.seen.path for heard in upstream.heard]
    assert ("one two", PROJECT) == (sent(upstream)[0]["input"], sent(upstream)[0]["project_id"])


async def test_a_grpc_callers_text_is_continued(provider, upstream):
    """Its unknown fields come in the message, which stays as it was."""
    request = m.CompletionRequest(model="chat", prompt="a", extra={"moderations": b"{}"})
    request.extra = {name: m.Raw(value) for name, value in request.extra.items()}
    answer = await provider.complete(*grpc_call(request))

    assert "a" == answer.choices[0].text
    assert {} == sent(upstream)[0]["moderations"]
    assert ["moderations"] == list(request.extra)


async def test_a_text_comes_piece_by_piece(provider):
    """One name in all pieces, and why it ended in the last."""
    stream = await provider.complete(*asking(stream=True))
    chunks = [chunk async for chunk in stream]

    assert ["one", " two", ""] == [chunk.choices[0].text for chunk in chunks]
    assert [None, None, "stop"] == [chunk.choices[0].finish_reason for chunk in chunks]
    assert 1 == len({chunk.id for chunk in chunks})
    assert all(chunk.usage is None for chunk in chunks)


@STREAMED
async def test_what_a_text_cost_is_told(provider, stream):
    """Streams count what was produced so far in each event: only the last number counts."""
    fields = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    usage = (await completed(provider, **fields)).usage

    assert (5, 3, 8) == (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens)


@STREAMED
async def test_several_texts_are_continued_several_times(provider, upstream, stream):
    """All answers to the first prompt come before those to the next; each draws its own numbers."""
    answer = await completed(provider, prompt=["a", "b"], n=2, seed=7, stream=stream)
    seeds = {body["parameters"]["random_seed"] for body in sent(upstream)}

    assert ["a", "a", "b", "b"] == [choice.text for choice in answer.choices]
    assert [0, 1, 2, 3] == [choice.index for choice in answer.choices]
    assert {7, 8, 9, 10} == seeds


@STREAMED
async def test_a_text_is_echoed(provider, stream):
    """Before its continuation, once."""
    answer = await completed(provider, prompt=["a", "b"], echo=True, stream=stream)

    assert ["aa", "bb"] == [choice.text for choice in answer.choices]


async def test_sampling_arrives(provider, upstream):
    """Each field by the vendor's name. What ends the text is no part of it."""
    fields = {"max_tokens": 9, "temperature": 0.5, "top_p": 0.9, "top_k": 3, "stop": "x"}
    await completed(provider, repetition_penalty=1.1, **fields)

    assert {
        "decoding_method": "sample",
        "include_stop_sequence": False,
        "max_new_tokens": 9,
        "repetition_penalty": 1.1,
        "stop_sequences": ["x"],
        "temperature": 0.5,
        "top_k": 3,
        "top_p": 0.9,
    } == parameters(upstream)


async def test_what_openai_does_unasked_is_asked_for(provider, upstream):
    """The vendor's defaults are others."""
    await completed(provider)

    assert {
        "decoding_method": "sample",
        "max_new_tokens": 16,
        "temperature": 1.0,
    } == parameters(upstream)


async def test_no_temperature_is_the_likeliest_text(provider, upstream):
    """0 is no temperature that the vendor takes, but a way of its own; what only samples know is left out."""
    await completed(provider, temperature=0, top_p=0.5, seed=1)

    assert {"decoding_method": "greedy", "max_new_tokens": 16} == parameters(upstream)


async def test_unknown_fields_are_parameters(provider, upstream):
    """And win over ours, as who knows the vendor's names means them. Moderation stands beside them."""
    await completed(provider, moderations={"hap": {}}, time_limit=1000, max_new_tokens=5)

    assert {"hap": {}} == sent(upstream)[0]["moderations"]
    assert (1000, 5) == (
        parameters(upstream)["time_limit"],
        parameters(upstream)["max_new_tokens"],
    )


@STREAMED
async def test_how_likely_tokens_were_is_told(provider, stream):
    """With the places where they begin, and the likeliest beside them."""
    told = (await completed(provider, logprobs=2, stream=stream)).choices[0].logprobs

    assert (["one", " two"], [0, 3]) == (told.tokens, told.text_offset)
    assert [-3.0, -4.0] == told.token_logprobs
    assert [{"one": -3.0, "?": -9.0}, {" two": -4.0, "?": -9.0}] == told.top_logprobs


async def test_tokens_alone_are_told_where_no_others_are_wanted(provider):
    """`logprobs: 0` is not the same as none."""
    told = (await completed(provider, logprobs=0)).choices[0].logprobs

    assert ([-3.0, -4.0], None) == (told.token_logprobs, told.top_logprobs)
    assert (await completed(provider)).choices[0].logprobs is None


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("eos_token", "stop"),
        ("STOP_SEQUENCE", "stop"),
        ("MAX_TOKENS", "length"),
        ("token_limit", "length"),
        ("time_limit", "length"),
    ],
)
async def test_why_a_text_ended_is_told(provider, upstream, reason, told):
    """By OpenAI's names, whole and streamed; the vendor's may be in capitals."""
    upstream.canned[WHOLE] = Canned(json.dumps(result("a", reason)).encode())
    upstream.canned[STREAM] = events({}, result("a", reason))

    assert told == (await completed(provider)).choices[0].finish_reason
    assert told == (await completed(provider, stream=True)).choices[0].finish_reason


@STREAMED
@pytest.mark.parametrize("reason", ["error", "cancelled"])
async def test_a_text_that_failed_is_an_error(provider, upstream, reason, stream):
    """Under a status of 200."""
    upstream.canned[WHOLE] = Canned(json.dumps(result("a", reason)).encode())
    upstream.canned[STREAM] = events(result("a", reason))
    with pytest.raises(UpstreamFailed) as caught:
        await completed(provider, stream=stream)

    assert f"upstream_{reason}" == caught.value.code


async def test_an_answer_without_a_text_is_none(provider, upstream):
    """Whatever it is."""
    upstream.canned[WHOLE] = Canned(b'{"results":[]}')
    with pytest.raises(UpstreamFailed) as caught:
        await completed(provider)

    assert "upstream_garbage" == caught.value.code


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"best_of": 2}, "best_of"),
        ({"echo": True, "logprobs": 1}, "logprobs"),
        ({"frequency_penalty": 0.5}, "frequency_penalty"),
        ({"ignore_eos": True}, "ignore_eos"),
        ({"logit_bias": {"1": 2.0}}, "logit_bias"),
        ({"min_p": 0.1}, "min_p"),
        ({"n": 65, "prompt": ["a", "b"]}, "prompt"),
        ({"presence_penalty": 0.5}, "presence_penalty"),
        ({"prompt": [1, 2]}, "prompt"),
        ({"prompt": []}, "prompt"),
        ({"suffix": "c"}, "suffix"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_name(provider, upstream, fields, param):
    """Never dropped in silence: callers would not know that they got something else."""
    with pytest.raises(InvalidArgument) as caught:
        await completed(provider, **fields)

    assert param == caught.value.param
    assert [] == upstream.requests


@STREAMED
@pytest.mark.parametrize("status", [400, 404, 429, 500])
async def test_a_refusal_keeps_its_status_and_its_words(provider, status, stream):
    """Before the first byte, of one answer or of several."""
    with pytest.raises(UpstreamFailed) as caught:
        await provider.complete(*asking(f"fail-{status}", stream=stream, n=2))

    assert (status, f"This is fail-{status}.") == (caught.value.status, caught.value.message)


@STREAMED
async def test_garbage_is_a_bad_gateway(provider, stream):
    """Such as the front page of whatever else listens there."""
    with pytest.raises(UpstreamFailed) as caught:
        await completed(provider, "garbage", stream=stream)

    assert (502, "upstream_garbage") == (caught.value.status, caught.value.code)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("break-mid-stream", "hung up"),
        ("no-end", "hung up"),
        ("error-mid-stream", "The engine fell over."),
    ],
)
async def test_a_stream_that_breaks_off_ends_in_an_error(provider, model, message):
    """Half a text must not look like a whole one."""
    said, error = "", None
    try:
        async for chunk in await provider.complete(*asking(model, stream=True)):
            said += chunk.choices[0].text
    except FleetError as caught:
        error = caught

    assert said.startswith("one")
    assert message in error.message


@pytest.mark.parametrize("read", [True, False])
async def test_a_caller_who_leaves_stops_the_model(provider, upstream, read):
    """All answers of it, also if none of them was read."""
    stream = await provider.complete(*asking("endless", stream=True, n=2))
    if read:
        await anext(stream)
    await stream.aclose()
    del stream
    await until(lambda: upstream.left == 2)


async def test_only_allowed_models_continue_texts(open_):
    """As with conversations."""
    with pytest.raises(NotFound):
        await completed(open_(allowed_models=["other"]))


async def test_a_refused_token_is_not_sent_again(provider, upstream):
    """It may have been revoked; the next call has a new one."""
    upstream.canned[WHOLE] = Canned(b'{"errors":[{"message":"Token is not valid."}]}', 401)
    with pytest.raises(UpstreamFailed):
        await completed(provider)
    del upstream.canned[WHOLE]
    await completed(provider)

    assert 2 == len(upstream.wire.issued)
