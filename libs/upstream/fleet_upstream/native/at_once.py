"""Asking for several things at once."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def at_once(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Return the results of all `work`, in its order. The first error ends the rest, and is raised as it is."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise


async def begun_at_once(
    openings: Sequence[Coroutine[Any, Any, AsyncGenerator[T, None]]],
) -> list[AsyncGenerator[T, None]]:
    """Return the streams that `openings` open, in their order, once all have begun.

    The first error ends the rest, closes what had begun, and is raised as it is.
    """
    begun = [asyncio.ensure_future(one) for one in openings]
    try:
        return await asyncio.gather(*begun)
    except BaseException:
        for one in begun:
            one.cancel()
        await asyncio.wait(begun)
        for one in begun:
            if not one.cancelled() and one.exception() is None:
                await one.result().aclose()
        raise
