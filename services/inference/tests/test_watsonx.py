"""What is special to watsonx.ai: tokens for keys, projects, and where its wire is not quite OpenAI's."""

import asyncio
import json
import time

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.fold import fold_chat
from fleet_inference.providers.watsonx import WatsonX
from fleet_runtime.config import validate
from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_testing.calls import rest_call
from fleet_testing.native_upstream import native_upstream
from fleet_testing.openai_upstream import Canned
from fleet_testing.watsonx_upstream import PROJECT, WatsonXWire

HELLO = [{"role": "user", "content": "hello"}]
STREAM = "/ml/v1/text/chat_stream"
DENIED = json.dumps(
    {"errorCode": "BXNIM0415E", "errorMessage": "Provided API key sk-bad could not be found."}
).encode()


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
        opened.append(WatsonX(validate(WatsonX.Config, fields | config)))
        return opened[-1]

    yield open_one
    for provider in opened:
        await provider.aclose()


@pytest.fixture
async def provider(open_):
    return open_(project_id=PROJECT)


def carrying(**data):
    return (("x-llamastack-provider-data", json.dumps(data)),)


def chat(metadata=(), **fields):
    return rest_call(
        m.ChatCompletionRequest, {"model": "chat", "messages": HELLO} | fields, metadata
    )


def body(upstream):
    return upstream.requests[-1].json()


def events(*contents, kind="message"):
    told = "".join(f"id: 1\nevent: {kind}\ndata: {json.dumps(content)}\n\n" for content in contents)
    return Canned(told.encode(), headers={"content-type": "text/event-stream"})


def chunk(delta, reason=None, **more):
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return {"id": "c", "created": 1, "model_id": "chat", "choices": [choice]} | more


COST = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
USAGE = {"id": "c", "created": 1, "model_id": "chat", "choices": [], "usage": COST}


# Tokens.


async def test_many_callers_wait_for_one_token(provider, upstream):
    """An exchange takes longer than a word of an answer."""
    await asyncio.gather(*(provider.chat(*chat()) for _ in range(20)))

    assert ["sk-ours"] == upstream.wire.issued


async def test_each_key_has_a_token_of_its_own(provider, upstream):
    """Also when they come at once, and again."""
    for _ in range(2):
        await asyncio.gather(
            *(provider.chat(*chat(carrying(watsonx_api_key=f"sk-{n}"))) for n in range(5))
        )

    assert [f"sk-{n}" for n in range(5)] == sorted(upstream.wire.issued)
    assert {f"sk-{n}" for n in range(5)} == {heard.key for heard in upstream.heard}


async def test_a_token_is_replaced_before_it_ends(provider, upstream):
    """Here at once: a token of no length has ended when it comes."""
    upstream.wire.seconds = 0
    await provider.chat(*chat())
    await provider.chat(*chat())

    assert ["sk-ours"] * 2 == upstream.wire.issued


@pytest.mark.parametrize("metadata", [(), carrying(watsonx_api_key="sk-theirs")])
async def test_a_token_that_is_refused_is_not_sent_again(provider, upstream, metadata):
    """It may have been revoked; the next call has a new one."""
    path = "/ml/v1/text/chat"
    upstream.canned[path] = Canned(b'{"errors":[{"message":"Token is not valid."}]}', 401)
    with pytest.raises(UpstreamFailed):
        await provider.chat(*chat(metadata))
    del upstream.canned[path]
    await provider.chat(*chat(metadata))

    assert 2 == len(upstream.wire.issued)


async def test_a_caller_who_leaves_does_not_take_the_token_along(provider, upstream):
    """Others wait for the same exchange."""
    first = asyncio.create_task(provider.chat(*chat()))
    second = asyncio.create_task(provider.chat(*chat()))
    end = time.monotonic() + 2
    while not upstream.requests:
        assert time.monotonic() < end
        await asyncio.sleep(0)
    first.cancel()

    assert "hello" == (await second).choices[0].message.content
    assert ["sk-ours"] == upstream.wire.issued


async def test_an_unknown_key_of_the_callers_is_a_401(provider, upstream):
    """IBM says 400. The key is not in the text, and is tried again next time."""
    upstream.canned["/identity/token"] = Canned(DENIED, 400)
    for _ in range(2):
        with pytest.raises(UpstreamFailed, match="could not be found") as caught:
            await provider.chat(*chat(carrying(watsonx_api_key="sk-bad")))

    assert (401, "BXNIM0415E") == (caught.value.status, caught.value.code)
    assert "sk-bad" not in caught.value.message
    assert 2 == len(upstream.requests)


async def test_an_unknown_key_of_ours_is_not_the_callers_trouble(provider, upstream):
    """It is for the operator to put right."""
    upstream.canned["/identity/token"] = Canned(DENIED, 400)
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*chat())

    assert (502, "upstream_unauthorized") == (caught.value.status, caught.value.code)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Canned(b"{}", 503, {"retry-after": "7"}), 503),
        (Canned(b'{"odd":1}'), 502),
        (Canned(b"<html>"), 502),
    ],
)
async def test_an_identity_service_in_trouble_is_an_upstream_in_trouble(
    provider, upstream, answer, status
):
    """So that another model may be asked."""
    upstream.canned["/identity/token"] = answer
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*chat())

    assert status == caught.value.status


async def test_a_provider_closes_while_a_token_is_awaited(open_, upstream):
    """Nothing is left running."""
    provider = open_(project_id=PROJECT)
    waiting = asyncio.create_task(provider.chat(*chat()))
    await asyncio.sleep(0)
    await provider.aclose()
    with pytest.raises((asyncio.CancelledError, UpstreamFailed)):
        await waiting


# Projects.


async def test_callers_may_name_their_own_project(provider, upstream):
    """For that call alone."""
    await provider.chat(*chat(carrying(watsonx_project_id="p-2")))
    assert "p-2" == body(upstream)["project_id"]

    await provider.chat(*chat())
    assert PROJECT == body(upstream)["project_id"]


async def test_a_space_does_where_there_is_no_project(open_, upstream):
    """One of the two must be there."""
    await open_(space_id="s-1").chat(*chat())
    assert "s-1" == body(upstream)["space_id"]

    with pytest.raises(InvalidArgument, match="watsonx_project_id"):
        await open_().chat(*chat())
    with pytest.raises(InvalidArgument, match="watsonx_project_id"):
        await open_().chat(*chat(carrying(watsonx_project_id=5)))


# The wire.


async def test_unknown_fields_are_sent_on(provider, upstream):
    """Such as the guides that watsonx.ai has."""
    await provider.chat(*chat(guided_regex="a+", time_limit=1000))

    assert ("a+", 1000) == (body(upstream)["guided_regex"], body(upstream)["time_limit"])


async def test_an_answer_that_ran_out_of_time_is_cut_short(provider, upstream):
    """By OpenAI's name for that."""
    upstream.canned[STREAM] = events(chunk({"content": "a"}, "time_limit"), USAGE)
    answer = await fold_chat(await provider.chat(*chat(stream=True)))

    assert "length" == answer.choices[0].finish_reason


@pytest.mark.parametrize("reason", ["error", "cancelled"])
async def test_an_answer_that_failed_is_an_error(provider, upstream, reason):
    """Half an answer must not look like a whole one."""
    upstream.canned[STREAM] = events(chunk({"content": "a"}, reason), USAGE)
    stream = await provider.chat(*chat(stream=True))
    with pytest.raises(UpstreamFailed) as caught:
        await fold_chat(stream)

    assert f"upstream_{reason}" == caught.value.code


async def test_a_tool_that_had_to_be_called_ends_the_answer(provider, upstream):
    """Some models do not say why they ended then."""
    function = {"name": "find", "arguments": "{}"}
    call = {"index": 0, "id": "t", "type": "function", "function": function}
    upstream.canned[STREAM] = events(chunk({"tool_calls": [call]}), USAGE)
    answer = await fold_chat(await provider.chat(*chat(stream=True)))

    assert "tool_calls" == answer.choices[0].finish_reason


async def test_an_error_in_mid_stream_keeps_its_status(provider, upstream):
    """Such as too many requests."""
    error = {"errors": [{"code": "too_many", "message": "Slow down."}], "status_code": 429}
    upstream.canned[STREAM] = events(error, kind="error")
    stream = await provider.chat(*chat(stream=True))
    with pytest.raises(UpstreamFailed, match=r"Slow down\.") as caught:
        await fold_chat(stream)

    assert (429, "too_many") == (caught.value.status, caught.value.code)


async def test_parts_of_others_than_users_become_texts(provider, upstream):
    """watsonx.ai takes parts from users alone; thoughts do not go back."""
    messages = [
        {
            "role": "system",
            "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
        },
        *HELLO,
        {"role": "assistant", "content": "c", "reasoning_content": "d"},
        *HELLO,
    ]
    await provider.chat(*chat(messages=messages))
    sent = body(upstream)["messages"]

    assert "a\nb" == sent[0]["content"]
    assert {"role": "assistant", "content": "c"} == sent[2]


async def test_files_are_refused(provider):
    """watsonx.ai has nothing for them."""
    part = {"type": "file", "file": {"file_data": "data:application/pdf;base64,YQ=="}}
    with pytest.raises(InvalidArgument, match="as text") as caught:
        await provider.chat(*chat(messages=[{"role": "user", "content": [part]}]))

    assert "messages[0].content[0].file.file_data" == caught.value.param


async def test_many_texts_are_embedded_in_batches(provider, upstream):
    """A request takes 1000."""
    asked = {"model": "text-embedder", "input": ["a"] * 1001}
    answer = await provider.embed(*rest_call(m.EmbeddingRequest, asked))
    sizes = [len(seen.json()["inputs"]) for seen in upstream.requests if seen.path.endswith("gs")]

    assert (1001, 1001) == (len(answer.data), answer.usage.prompt_tokens)
    assert [1000, 1] == sizes
    with pytest.raises(InvalidArgument, match="dimensions"):
        await provider.embed(*rest_call(m.EmbeddingRequest, asked | {"dimensions": 2}))


async def test_items_are_reranked(provider, upstream):
    """The best first, and no more than asked for."""
    asked = {"model": "reranker", "query": "big dog", "items": ["small cat", "big dog", "big cat"]}
    answer = await provider.rerank(*rest_call(m.RerankRequest, asked | {"max_num_results": 2}))

    assert [(1, 1.0), (2, 0.5)] == [(d.index, d.relevance_score) for d in answer.data]
    assert [{"text": "small cat"}, {"text": "big dog"}, {"text": "big cat"}] == body(upstream)[
        "inputs"
    ]


async def test_models_are_listed_without_a_key(open_, upstream):
    """The listing is public; vectors' lengths are in it."""
    provider = open_(api_key=None)
    found = {model.id: model for model in await provider.models()}

    assert {"context_length": 512, "embedding_dimension": 4} == found["text-embedder"].metadata
    assert [] == upstream.wire.issued


def test_llama_stacks_settings_are_taken():
    """Their configs read the same here."""
    config = validate(WatsonX.Config, {"api_key": "sk-1", "project_id": "p", "timeout": 5})

    assert ("https://us-south.ml.cloud.ibm.com", 5) == (config.base_url, config.timeout)
    assert "sk-1" not in repr(config)
