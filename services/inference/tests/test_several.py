"""Several answers from vendors who give one at a time."""

import asyncio

import pytest

from fleet_inference.several import several, several_streams
from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.native.chunks import Chunks, usage

MANY = 3


class Vendor:
    """Gives one answer after another, the `bad` one of which is a refusal."""

    def __init__(self, bad=None):
        self.bad = bad
        self.asked = 0
        self.closed = 0
        self.all_asked = asyncio.Event()

    async def streamed(self):
        place, self.asked = self.asked, self.asked + 1
        if place == self.bad:
            await asyncio.sleep(0)  # the others have begun by then
            raise UpstreamFailed("No.", status=429)
        return self.chunks(place)

    async def chunks(self, place):
        chunks = Chunks("model")
        try:
            yield chunks.opening()
            yield chunks.text(f"answer {place}")
            yield chunks.closing("stop")
            yield chunks.cost(usage(3, 2, cached=1))
        finally:
            self.closed += 1

    async def never(self):
        self.asked += 1
        if self.asked == MANY:
            self.all_asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.closed += 1


async def test_one_id_names_all_answers_of_a_stream():
    """Clients tell them apart by their index, and are told once what all cost."""
    vendor = Vendor()
    chunks = [chunk async for chunk in await several_streams(3, vendor.streamed)]
    said = {c.index: c.delta.content for chunk in chunks for c in chunk.choices if c.delta.content}

    assert {0: "answer 0", 1: "answer 1", 2: "answer 2"} == said
    assert 1 == len({chunk.id for chunk in chunks})
    assert [15] == [chunk.usage.total_tokens for chunk in chunks if chunk.usage]
    assert 3 == chunks[-1].usage.prompt_tokens_details.cached_tokens


async def test_closing_the_stream_closes_all():
    """Nobody works for who has left."""
    vendor = Vendor()
    stream = await several_streams(3, vendor.streamed)
    await anext(stream)
    await stream.aclose()

    assert 3 == vendor.closed


async def test_a_refusal_ends_the_others():
    """As itself, and not in a group."""
    vendor = Vendor(bad=1)
    with pytest.raises(UpstreamFailed, match="No"):
        await several_streams(3, vendor.streamed)

    assert 3 == vendor.asked


async def test_a_caller_who_leaves_ends_all():
    """Before there is an answer."""
    vendor = Vendor()
    waiting = asyncio.create_task(several(MANY, vendor.never))
    await vendor.all_asked.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert 3 == vendor.closed
