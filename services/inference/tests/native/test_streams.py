"""How a streamed answer of a native wire comes, what it tells of its cost, and what ends it."""

import asyncio
import time

import pytest

from fleet_runtime.errors import FleetError
from fleet_testing.native_asking import asked, chat, chunks_of, stream_of, until

pytestmark = pytest.mark.slow

STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


async def test_a_stream_comes_piece_by_piece(provider, upstream):
    """A word waits for no other: here the server pauses before each event."""
    upstream.pause = 0.02
    stream = stream_of(await provider.chat(*chat("slow", stream=True)))
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
async def test_cached_tokens_and_those_of_thinking_are_told(provider, unless_lacking, stream):
    """They are priced differently. The totals include them, as OpenAI's do."""
    unless_lacking("token details")
    fields = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    usage = (await asked(provider, "counts", **fields)).usage

    assert (9, 6, 15) == (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens)
    assert 4 == usage.prompt_tokens_details.cached_tokens
    assert 2 == usage.completion_tokens_details.reasoning_tokens


async def seen_of(stream):
    """Return what a stream said, and the error in which it ends."""
    said = ""
    try:
        async for chunk in stream_of(stream):
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
        stream = stream_of(await provider.chat(*chat("endless", stream=True, **fields)))
        await anext(stream)
        await stream.aclose()
        await until(lambda left=left: upstream.left > left)
        await until(lambda: upstream.left >= len(upstream.heard))
        assert upstream.left >= number + 1


async def test_a_caller_who_reads_nothing_stops_the_model(provider, upstream):
    """Between the beginning of the answer and its first chunk."""
    stream = stream_of(await provider.chat(*chat("endless", stream=True)))
    await stream.aclose()
    del stream
    await until(lambda: upstream.left == 1)


@STREAMED
async def test_a_caller_who_leaves_early_stops_the_model(provider, upstream, stream):
    """Before the first byte of an answer."""
    waiting = asyncio.create_task(asked(provider, "hang", stream=stream))
    await until(lambda: upstream.heard)
    waiting.cancel()
    await until(lambda: upstream.left == 1)
