"""Joining the chunks that are waiting, so that a busy stream costs few messages."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

# In bytes. What a slow reader leaves waiting before its source is held back; also the size of a message at the gateway.
LIMIT = 256 * 1024


async def coalesce(
    chunks: AsyncGenerator[bytes, None], limit: int = LIMIT
) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of `chunks`, joined with whatever else is there when the reader comes back.

    A chunk never waits for another: a reader that is waiting gets it alone, at once. While the reader is busy, up to
    `limit` bytes gather. Closing the generator closes `chunks`.
    """
    waiting: list[bytes] = []
    arrived, taken = asyncio.Event(), asyncio.Event()
    gatherer = asyncio.create_task(_gather(chunks, waiting, arrived, taken, limit))
    try:
        while not (gatherer.done() and not waiting):
            await arrived.wait()
            arrived.clear()
            if waiting:
                joined = b"".join(waiting)
                waiting.clear()
                taken.set()
                yield joined
        gatherer.result()
    finally:
        gatherer.cancel()
        await asyncio.wait([gatherer])


async def _gather(
    chunks: AsyncGenerator[bytes, None],
    waiting: list[bytes],
    arrived: asyncio.Event,
    taken: asyncio.Event,
    limit: int,
) -> None:
    """Put the chunks into `waiting`, and rest while it holds `limit` bytes or more."""
    size = 0
    try:
        async with aclosing(chunks):
            async for chunk in chunks:
                size = size + len(chunk) if waiting else len(chunk)
                waiting.append(chunk)
                arrived.set()
                if size >= limit:
                    taken.clear()
                    await taken.wait()
    finally:
        arrived.set()
