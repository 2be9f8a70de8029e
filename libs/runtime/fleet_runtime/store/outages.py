"""Writing what a process knows and the database cannot take just now."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fleet_runtime.errors import Unavailable

T = TypeVar("T")

# In seconds: how long it is held while the database is away, and the pause between two tries.
_OUTAGE, _TRY_AGAIN = 60.0, 0.5


async def through_outages(write: Callable[[], Awaitable[T]]) -> T:
    """Return what `write` returns, which is tried again while the database is away.

    It must be safe to repeat: nobody knows whether a transaction held whose connection broke at its end.

    Raises:
        Unavailable: The database is away for long.
    """
    end = asyncio.get_running_loop().time() + _OUTAGE
    while True:
        try:
            return await write()
        except Unavailable:
            if asyncio.get_running_loop().time() > end:
                raise
        await asyncio.sleep(_TRY_AGAIN)
