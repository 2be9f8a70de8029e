"""OpenAI's API, spoken to a server that ends its streams as HTTP/1.0 had it."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import UpstreamFailed
from fleet_testing.calls import rest_call
from fleet_upstream.settings import UpstreamConfig
from fleet_upstream.wire import OpenAIWire

HEAD = b"HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
ENDED = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
REQUEST = {"model": "m", "messages": [{"role": "user", "content": "a"}], "stream": True}


@asynccontextmanager
async def wire_to(body):
    """Open the wire to a server that answers one request with `body` and hangs up."""

    async def serve(reader, writer):
        await reader.readuntil(b"true}")
        writer.write(HEAD + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        wire = OpenAIWire(UpstreamConfig(base_url=f"http://127.0.0.1:{port}/v1"))
        try:
            yield wire
        finally:
            await wire.aclose()


async def seen(wire):
    stream = await wire.chat(*rest_call(m.ChatCompletionRequest, REQUEST))
    return b"".join([batch async for batch in stream.events])


async def test_done_ends_a_stream_that_only_the_connection_ends():
    """It says that all came, whatever HTTP says."""
    async with wire_to(ENDED + b"data: [DONE]\n\n") as wire:
        assert ENDED == await seen(wire)


async def test_a_hang_up_is_no_end():
    """Where nothing else would tell, a cut connection would look like the end of the answer."""
    async with wire_to(ENDED) as wire:
        with pytest.raises(UpstreamFailed) as caught:
            await seen(wire)

    assert "upstream_broke_off" == caught.value.code
