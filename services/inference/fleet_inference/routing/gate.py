"""Letting so many requests at once into a target, and the others when it is their turn."""

import asyncio
import math
import time

from pydantic import Field

from fleet_inference.routing import metrics
from fleet_inference.routing.fair_queue import FairQueue
from fleet_inference.routing.turn import PRIORITIES, Turn
from fleet_runtime.config import Config
from fleet_runtime.errors import ResourceExhausted

# The weight of the last request in the mean time that requests take.
_WEIGHT = 0.1
# In seconds: between these is when a refused caller is told to come again.
_SOONEST, _LATEST = 1, 60


class LimitConfig(Config):
    """How many requests go to a provider at once from this router, and how many wait for that."""

    provider: str
    """The provider's id."""
    model: str | None = None
    """The provider's name for a model, if only that is limited."""
    max_in_flight: int = Field(ge=1)
    """The most requests at once; a stream counts until its end."""
    max_waiting: int = Field(default=1000, ge=0)
    """The most requests that wait; others are refused with 429."""
    max_wait_seconds: float = Field(default=30.0, gt=0)
    """How long one waits at most; then it is refused with 429."""


class Gate:
    """Counts who is in, and keeps who waits in a fair order.

    Args:
        config: How many.
    """

    def __init__(self, config: LimitConfig) -> None:
        self._config = config
        self._labels = (config.provider, config.model or "")
        self._free = config.max_in_flight
        self._queue: FairQueue[asyncio.Future[None]] = FairQueue(PRIORITIES)
        self._seconds = 1.0
        metrics.IN_FLIGHT.labels(*self._labels).set_function(
            lambda: config.max_in_flight - self._free
        )
        metrics.WAITING.labels(*self._labels).set_function(lambda: len(self._queue))

    @property
    def room(self) -> bool:
        """Whether a request would not wait."""
        return self._free > 0

    async def enter(self, turn: Turn) -> float:
        """Wait for the turn, and return when it came, for `leave`.

        Raises:
            ResourceExhausted: Too many wait, or the turn did not come in time.
        """
        if self._free:
            self._free -= 1
            return time.monotonic()
        if len(self._queue) >= self._config.max_waiting:
            raise self._refused("full", f"{len(self._queue)} requests are waiting already")
        return await self._wait(turn)

    def leave(self, entered: float) -> None:
        """Let the next one in. Called once for each that entered, with what `enter` returned."""
        self._seconds += _WEIGHT * (time.monotonic() - entered - self._seconds)
        self._pass_on()

    async def _wait(self, turn: Turn) -> float:
        came = time.monotonic()
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.push(place, turn.priority, turn.tenant)
        try:
            async with asyncio.timeout(self._config.max_wait_seconds):
                await place
        except BaseException as cause:
            if place.done() and not place.cancelled():
                self._pass_on()  # the turn came as its owner left
            else:
                self._queue.discard(place, turn.priority, turn.tenant)
            if isinstance(cause, TimeoutError):
                raise self._refused("late", "the turn of this request did not come") from None
            raise
        now = time.monotonic()
        metrics.WAIT.labels(*self._labels).observe(now - came)
        return now

    def _pass_on(self) -> None:
        while len(self._queue):
            place = self._queue.pop()
            if not place.done():  # else its owner is about to leave
                place.set_result(None)
                return
        self._free += 1

    def _refused(self, reason: str, what: str) -> ResourceExhausted:
        metrics.REFUSED.labels(*self._labels, reason).inc()
        wait = (len(self._queue) + 1) * self._seconds / self._config.max_in_flight
        return ResourceExhausted(
            f"The fleet is busy: {what}; try again shortly.",
            code="queue_full",
            retry_after=min(max(math.ceil(wait), _SOONEST), _LATEST),
        )
