"""Joining chunks never delays, loses or reorders them."""

import asyncio
from contextlib import aclosing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet_runtime.coalesce import coalesce


async def turns(count=5):
    """Let other tasks run."""
    for _ in range(count):
        await asyncio.sleep(0)


class Source:
    """A stream that a test feeds."""

    def __init__(self):
        self.queue = asyncio.Queue()
        self.taken = 0
        self.closed = False

    def put(self, *chunks):
        for chunk in chunks:
            self.queue.put_nowait(chunk)

    async def chunks(self):
        try:
            while (chunk := await self.queue.get()) is not None:
                if isinstance(chunk, Exception):
                    raise chunk
                self.taken += 1
                yield chunk
        finally:
            self.closed = True


async def test_chunk_never_waits_for_another():
    """A reader who waits gets the chunk that is there, alone."""
    source = Source()
    source.put(b"a")
    async with aclosing(coalesce(source.chunks())) as joined:
        assert b"a" == await asyncio.wait_for(anext(joined), 1)
        source.put(b"b")
        assert b"b" == await asyncio.wait_for(anext(joined), 1)


async def test_what_waits_is_joined():
    """A slow reader costs fewer messages."""
    source = Source()
    source.put(b"a")
    async with aclosing(coalesce(source.chunks())) as joined:
        await anext(joined)
        source.put(b"b", b"c", b"d")
        await turns()

        assert b"bcd" == await anext(joined)


async def test_source_is_held_back_at_the_limit():
    """A reader who does not read cannot fill the memory."""
    source = Source()
    source.put(b"a", *[b"1234"] * 10)
    async with aclosing(coalesce(source.chunks(), limit=8)) as joined:
        await anext(joined)
        await turns(50)

        assert 5 == source.taken  # Up to the limit before the first read, and after it.
        assert b"12341234" == await anext(joined)
        assert not source.closed


async def test_reading_lets_the_source_go_on():
    """Held back is not stopped."""
    source = Source()
    source.put(*[b"1234"] * 10, None)
    parts = []
    async for part in coalesce(source.chunks(), limit=8):
        parts.append(part)
        await turns(20)

    assert b"1234" * 10 == b"".join(parts)
    assert 8 >= max(map(len, parts))


async def test_closing_closes_the_source():
    """Whoever stops reading stops the model."""
    source = Source()
    source.put(b"a")
    joined = coalesce(source.chunks())
    await anext(joined)
    await joined.aclose()

    assert source.closed


async def test_closing_closes_a_source_that_is_held_back():
    """The source is between two chunks then."""
    source = Source()
    source.put(*[b"1234"] * 10)
    joined = coalesce(source.chunks(), limit=4)
    await anext(joined)
    await turns()
    await joined.aclose()

    assert source.closed


async def test_cancelling_the_reader_closes_the_source():
    """So a caller who leaves while nothing comes is noticed."""
    source = Source()

    async def read():
        async with aclosing(coalesce(source.chunks())) as joined:
            await anext(joined)

    reader = asyncio.create_task(read())
    await turns()
    reader.cancel()
    await asyncio.wait([reader])

    assert source.closed


async def test_error_comes_after_what_came_before_it():
    """Nothing that was produced is lost."""
    source = Source()
    source.put(b"a", b"b", ValueError("broken"))
    parts = []
    with pytest.raises(ValueError, match="broken"):  # noqa: PT012 - what came before it counts
        async for part in coalesce(source.chunks()):
            parts.append(part)  # noqa: PERF401 - so that it is kept

    assert b"ab" == b"".join(parts)


async def test_empty_source_yields_nothing():
    """And ends."""
    source = Source()
    source.put(None)

    assert [] == [part async for part in coalesce(source.chunks())]


@settings(deadline=None, max_examples=200)
@given(
    chunks=st.lists(st.tuples(st.binary(min_size=1, max_size=6), st.integers(0, 4))),
    pauses=st.lists(st.integers(0, 6)),
    limit=st.integers(1, 12),
)
async def test_bytes_are_those_of_the_source(chunks, pauses, limit):
    """Whatever the two sides' speed."""

    async def source():
        for chunk, pause in chunks:
            await turns(pause)
            yield chunk

    rests = iter(pauses)
    parts = []
    async for part in coalesce(source(), limit):
        parts.append(part)
        await turns(next(rests, 0))

    assert b"".join(chunk for chunk, _ in chunks) == b"".join(parts)
    assert all(len(part) < limit + 6 for part in parts)
