"""How many lines this process asks of one model at once, all batches together."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class _Slots:
    free: asyncio.Semaphore
    users: int = 0


class ModelSlots:
    """Lets so many in for each model, in the order in which they come.

    Args:
        most: How many.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._of: dict[str, _Slots] = {}

    @asynccontextmanager
    async def slot(self, model: str) -> AsyncGenerator[None, None]:
        """Hold one of the model's slots while the block runs; wait until one is free."""
        slots = self._of.setdefault(model, _Slots(asyncio.Semaphore(self._most)))
        slots.users += 1
        try:
            async with slots.free:
                yield
        finally:
            slots.users -= 1
            if not slots.users:
                # Models come and go, and what nobody waits for is not kept.
                del self._of[model]
