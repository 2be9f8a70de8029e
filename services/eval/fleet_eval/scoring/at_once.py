"""Scoring several rows at once, with a bound."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
ResultT = TypeVar("ResultT")


async def at_once(
    rows: Sequence[T], work: Callable[[int, T], Awaitable[ResultT]], most: int
) -> list[ResultT]:
    """Return what `work` makes of the place and the value of each of `rows`, no more than `most` under way at once.

    The first failure stops the others, and is raised.
    """
    found: dict[int, ResultT] = {}
    left = iter(enumerate(rows))

    async def take() -> None:
        for place, row in left:
            found[place] = await work(place, row)

    tasks = [asyncio.ensure_future(take()) for _ in range(min(most, len(rows)))]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [found[place] for place in range(len(rows))]
