"""Work that computes, done one piece after another outside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fleet_runtime.errors import ResourceExhausted

T = TypeVar("T")


class OneThread:
    """Does one piece of work at a time, in a thread of its own. What is cancelled while it waits is never done.

    Args:
        most_waiting: How many pieces may wait for their turn.
    """

    def __init__(self, most_waiting: int) -> None:
        self._most_waiting = most_waiting
        self._waiting = 0
        self._thread = ThreadPoolExecutor(1, "classifier")

    def close(self) -> None:
        """Stop; what waits is cancelled."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def run(self, work: Callable[[], T]) -> T:
        """Return what `work` returns.

        Raises:
            ResourceExhausted: Too much waits already.
        """
        if self._waiting > self._most_waiting:
            raise ResourceExhausted(
                f"{self._waiting} texts are waiting already; try again in a moment.",
                code="queue_full",
                retry_after=1,
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1
