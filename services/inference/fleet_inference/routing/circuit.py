"""Leaving alone what keeps failing, and trying it again carefully.

The states are those of Nygard's "Release It!" as Finagle and Envoy have them: closed, open for a while that doubles
each time, then half open: one call goes, and tells whether to close again.
"""

import random
import time
from collections import deque
from collections.abc import Callable
from enum import Enum

import structlog
from pydantic import Field

from fleet_inference.routing import metrics
from fleet_runtime.config import Config

log = structlog.get_logger()

# The longest cooldown is this much longer than the shortest at most, so that a power never overflows.
_DOUBLINGS = 16


class CircuitConfig(Config):
    """When a target is left alone, and for how long."""

    failures: int = Field(default=5, ge=1)
    """So many failures in a row are too many."""
    ratio: float = Field(default=0.5, gt=0, le=1)
    """So large a part of the last `calls` is too much."""
    calls: int = Field(default=20, ge=1)
    """How many of the last calls `ratio` is of."""
    cooldown_seconds: float = Field(default=1.0, gt=0)
    """How long it is left alone at first. Doubles with each further failure; up to half as much again is added at
    random, so that routers do not come back together."""
    max_cooldown_seconds: float = Field(default=60.0, gt=0)
    """The longest that it is left alone, unless it asked for longer itself (`retry-after`)."""


class State(Enum):
    """Whether calls go."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Circuit:
    """What is known of one target's health.

    Args:
        config: When it opens.
        provider: The provider's id, for the log and the metrics.
        model: The provider's name for the model, likewise.
        clock: Tells seconds.
        chance: Returns a random number in [0, 1).
    """

    def __init__(
        self,
        config: CircuitConfig,
        provider: str,
        model: str,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._config = config
        self._labels = (provider, model)
        self._clock, self._chance = clock, chance
        self._state = State.CLOSED
        self._in_a_row = 0
        self._last: deque[bool] = deque(maxlen=config.calls)
        self._openings = 0
        self._until = 0.0

    @property
    def state(self) -> State:
        """Whether calls go."""
        return self._state

    @property
    def seconds_left(self) -> float:
        """How long it will be left alone; 0 if calls may go."""
        return 0.0 if self._state is State.CLOSED else max(0.0, self._until - self._clock())

    def ready(self) -> bool:
        """Whether a call may go: always while closed; one alone after the cooldown."""
        if self._state is State.CLOSED:
            return True
        return self._state is State.OPEN and self._clock() >= self._until

    def enter(self) -> None:
        """Note that a call goes. Each is followed by one of `succeeded`, `failed` and `left`."""
        if self._state is State.OPEN:
            self._state = State.HALF_OPEN

    def succeeded(self) -> None:
        """Note that a call was answered."""
        self._in_a_row = 0
        if self._state is State.HALF_OPEN:
            self._close()
        elif self._state is State.CLOSED:
            self._last.append(False)

    def failed(self, retry_after: float | None = None) -> None:
        """Note that a call failed.

        Args:
            retry_after: After how many seconds the target itself would be asked again. It is not asked sooner.
        """
        if self._state is State.OPEN:
            return
        self._in_a_row += 1
        self._last.append(True)
        if retry_after or self._state is State.HALF_OPEN or self._too_many():
            self._open(retry_after or 0.0)

    def left(self) -> None:
        """Note that a call ended in a way that tells nothing of the target: its caller left, or was wrong."""
        if self._state is State.HALF_OPEN:
            self._state = State.OPEN

    def _too_many(self) -> bool:
        if self._in_a_row >= self._config.failures:
            return True
        return len(self._last) == self._config.calls and (
            sum(self._last) >= self._config.ratio * self._config.calls
        )

    def _open(self, least: float) -> None:
        config = self._config
        doubled = config.cooldown_seconds * 2 ** min(self._openings, _DOUBLINGS)
        seconds = min(doubled, config.max_cooldown_seconds) * (1 + self._chance() / 2)
        seconds = max(seconds, least)
        self._until = self._clock() + seconds
        self._openings += 1
        self._state = State.OPEN
        metrics.CIRCUIT_OPENED.labels(*self._labels).inc()
        metrics.CIRCUIT_OPEN.labels(*self._labels).set(1)
        provider, model = self._labels
        log.warning("circuit.opened", provider=provider, model=model, seconds=round(seconds, 3))

    def _close(self) -> None:
        self._state = State.CLOSED
        self._openings = 0
        self._last.clear()
        metrics.CIRCUIT_OPEN.labels(*self._labels).set(0)
        provider, model = self._labels
        log.info("circuit.closed", provider=provider, model=model)
