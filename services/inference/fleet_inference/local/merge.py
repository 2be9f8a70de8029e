"""Running several generations of one request at once."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TypeVar

T = TypeVar("T")


async def merged(
    streams: Sequence[AsyncGenerator[T, None]],
) -> AsyncGenerator[tuple[int, T], None]:
    """Yield the items of all `streams` as they come, each with the place of its stream.

    The first error of any ends all. Closing the generator closes them.
    """
    if len(streams) == 1:
        async with aclosing(streams[0]):
            async for item in streams[0]:
                yield 0, item
        return
    items: asyncio.Queue[tuple[int, T]] = asyncio.Queue(maxsize=len(streams))
    readers = [asyncio.create_task(_read(place, s, items)) for place, s in enumerate(streams)]
    ended = asyncio.gather(*readers)
    try:
        while not (ended.done() and items.empty()):
            getter = asyncio.ensure_future(items.get())
            waited: set[asyncio.Future[object]] = {getter, ended}  # type: ignore[arg-type]  # futures are invariant
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if getter.done():
                yield getter.result()
            else:
                getter.cancel()
        await ended
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.wait(readers)


async def _read(
    place: int, stream: AsyncGenerator[T, None], items: "asyncio.Queue[tuple[int, T]]"
) -> None:
    async with aclosing(stream):
        async for item in stream:
            await items.put((place, item))
