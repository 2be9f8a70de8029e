"""Asking again where that may help."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fleet_runtime.errors import FleetError

T = TypeVar("T")

# Too much at once, not there, not in time.
_PASSING = (429, 502, 503, 504)
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 60.0


async def patiently(ask: Callable[[], Awaitable[T]], seconds: float) -> T:
    """Return what `ask` returns, which is asked again for so long where it fails for what may pass.

    Raises:
        FleetError: As `ask` failed last.
    """
    last, pause = time.monotonic() + seconds, _FIRST_PAUSE
    while True:
        try:
            return await ask()
        except FleetError as error:
            # Those that were refused together do not come back together.
            wait = min(error.retry_after or pause, _LONGEST_PAUSE)
            wait *= random.uniform(0.75, 1.0)  # noqa: S311
            if error.status not in _PASSING or time.monotonic() + wait > last:
                raise
        await asyncio.sleep(wait)
        pause *= 2
