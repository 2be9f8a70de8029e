"""The end of a stream, after its last event."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from fleet_runtime.errors import FleetError

# In seconds.
_FINISH = 1.0


async def drain(events: AsyncGenerator[bytes, None]) -> None:
    """Read `events` to the end of the transfer, which follows the last event: a connection is kept only then."""
    with suppress(TimeoutError, FleetError):  # the answer is whole already
        async with asyncio.timeout(_FINISH):
            async for _ in events:
                pass
