"""Judging several inputs at once, with a bound."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

InputT = TypeVar("InputT")
ResultT = TypeVar("ResultT")

# How many inputs of one request are with a model or a server at once.
MOST = 8


async def at_once(
    inputs: Sequence[InputT], work: Callable[[InputT], Awaitable[ResultT]], most: int = MOST
) -> list[ResultT]:
    """Return what `work` makes of each of `inputs`, in their order, no more than `most` under way at once.

    The first failure stops the others, and is raised.
    """
    if len(inputs) == 1:
        return [await work(inputs[0])]
    places = asyncio.Semaphore(most)

    async def in_turn(one: InputT) -> ResultT:
        async with places:
            return await work(one)

    tasks = [asyncio.ensure_future(in_turn(one)) for one in inputs]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
