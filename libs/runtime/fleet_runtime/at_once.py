"""Working on several things at once, with a bound."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

InputT = TypeVar("InputT")
ResultT = TypeVar("ResultT")


async def at_once(
    inputs: Sequence[InputT], work: Callable[[InputT], Awaitable[ResultT]], most: int = 8
) -> list[ResultT]:
    """Return what `work` makes of each of `inputs`, in their order, no more than `most` under way at once.

    The first failure stops the others, and is raised.
    """
    if len(inputs) == 1:
        return [await work(inputs[0])]
    found: dict[int, ResultT] = {}
    left = iter(enumerate(inputs))

    async def take() -> None:
        for place, one in left:
            found[place] = await work(one)

    tasks = [asyncio.ensure_future(take()) for _ in range(min(most, len(inputs)))]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [found[place] for place in range(len(inputs))]
