"""Letting requests wait for a service without replicas to come up, as one that was scaled to zero does."""

import asyncio
from collections.abc import Awaitable, Callable

from fleet_inference.routing import metrics
from fleet_runtime.call import Call
from fleet_runtime.errors import Unavailable


class Hold:
    """Where requests wait. The gauge of how many do is what an autoscaler starts the service by.

    Args:
        service: The service's name.
        seconds: The longest that a request waits; 0 if none does.
        most: The most that wait.
        ready: Returns when the service has a replica again; asked by one for all who wait, and cancelled with the last.
    """

    def __init__(
        self, service: str, seconds: float, most: int, ready: Callable[[], Awaitable[None]]
    ) -> None:
        self._service, self._seconds, self._most = service, seconds, most
        self._ready = ready
        self._waiting = 0
        self._coming: asyncio.Task[None] | None = None
        self._gauge = metrics.HELD.labels(service)

    async def wait(self, call: Call) -> None:
        """Return when the service has a replica.

        Raises:
            Unavailable: It did not come up in time, or too many wait.
        """
        if self._waiting >= self._most or not self._seconds:
            raise self._unavailable()
        self._waiting += 1
        self._gauge.inc()
        try:
            async with asyncio.timeout(self._left(call)):
                await asyncio.shield(self._shared())
        except TimeoutError:
            raise self._unavailable() from None
        finally:
            self._waiting -= 1
            self._gauge.dec()
            if not self._waiting:
                self._stop()

    def _left(self, call: Call) -> float:
        left = call.seconds_left()
        return self._seconds if left is None else min(self._seconds, left)

    def _shared(self) -> asyncio.Task[None]:
        """Return the one task that looks for replicas."""
        if self._coming is None or self._coming.done():
            self._coming = asyncio.create_task(self._look())
        return self._coming

    async def _look(self) -> None:
        await self._ready()

    def _stop(self) -> None:
        if self._coming:
            self._coming.cancel()
            self._coming = None

    def _unavailable(self) -> Unavailable:
        return Unavailable(
            f"The service {self._service!r} cannot be reached; try again shortly.",
            code="service_unavailable",
            retry_after=max(1.0, self._seconds),
        )
