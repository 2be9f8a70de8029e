"""How many retries the traffic may bear, so that trying again never is what keeps a target down.

Source: Finagle's `RetryBudget`, https://twitter.github.io/finagle/guide/Clients.html#retry-budget
"""

import time
from collections.abc import Callable

from pydantic import Field

from fleet_runtime.config import Config

# In slots of a second: the window over which requests and retries are counted.
WINDOW = 10


class RetryConfig(Config):
    """How often a request is tried again before its first byte."""

    attempts: int = Field(default=3, ge=1)
    """The most attempts of one request, the first included."""
    ratio: float = Field(default=0.2, ge=0)
    """Retries per request that a model's traffic may bear, over ten seconds."""
    min_per_second: float = Field(default=3.0, ge=0)
    """Retries that are always allowed, where there is little traffic."""


class RetryBudget:
    """Counts requests and retries of the last ten seconds.

    Args:
        config: How many retries there may be.
        clock: Tells seconds.
    """

    def __init__(self, config: RetryConfig, clock: Callable[[], float] = time.monotonic) -> None:
        self._ratio = config.ratio
        self._reserve = config.min_per_second * WINDOW
        self._clock = clock
        self._second = int(clock())
        self._requests = [0] * WINDOW
        self._retries = [0] * WINDOW

    def asked(self) -> None:
        """Count a request."""
        self._requests[self._slot()] += 1

    def spend(self) -> bool:
        """Count a retry if it is allowed, and return whether it is."""
        slot = self._slot()
        if sum(self._retries) + 1 > self._ratio * sum(self._requests) + self._reserve:
            return False
        self._retries[slot] += 1
        return True

    def _slot(self) -> int:
        """Return this second's slot, with all slots emptied that were passed since the last look."""
        now = int(self._clock())
        for second in range(max(self._second + 1, now - WINDOW + 1), now + 1):
            self._requests[second % WINDOW] = self._retries[second % WINDOW] = 0
        self._second = now
        return now % WINDOW
