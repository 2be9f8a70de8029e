"""Several streams that begin at once."""

import asyncio

import pytest

from fleet_upstream.native.at_once import begun_at_once


class Opener:
    """Opens streams of one word, and notes which of them were closed."""

    def __init__(self):
        self.closed = []
        self.kept = []
        self.begun = asyncio.Event()

    async def open(self, name):
        """Return a stream that has begun; it stays referred to, so that nobody else closes it."""
        stream = self._said(name)
        await anext(stream)
        self.kept.append(stream)
        self.begun.set()
        return stream

    async def _said(self, name):
        try:
            yield "begun"
            yield name
        finally:
            self.closed.append(name)


async def test_streams_come_in_the_order_in_which_they_were_asked_for():
    """Whichever begins first."""
    opener = Opener()
    streams = await begun_at_once([opener.open("a"), opener.open("b")])

    assert ["a", "b"] == [await anext(stream) for stream in streams]
    for stream in streams:
        await stream.aclose()


async def test_one_that_does_not_begin_closes_the_others():
    """Nobody would read them; and one that is still to begin does not."""
    opener = Opener()
    never = asyncio.Event()

    async def refused():
        await opener.begun.wait()
        raise ValueError("no")

    async def late():
        await never.wait()

    with pytest.raises(ValueError, match="no"):
        await begun_at_once([opener.open("a"), refused(), late()])

    assert ["a"] == opener.closed
