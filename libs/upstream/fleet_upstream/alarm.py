"""A timer that is set often and rings seldom."""

import asyncio
from collections.abc import Callable

# In seconds. The event loop's clock is no finer.
_TICK = 0.001


class Alarm:
    """Rings some time after it is due.

    To set it later costs nothing: its one timer of the event loop stays, and is set anew when it fires too early.
    """

    __slots__ = ("_due", "_fires", "_loop", "_ring", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, ring: Callable[[], None]) -> None:
        self._loop = loop
        self._ring = ring
        self._due = self._fires = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def set(self, due: float) -> None:
        """Ring at `due`, by the loop's clock, and not before."""
        self._due = due
        if self._timer is None or due < self._fires:
            self.cancel()
            self._fires = due
            self._timer = self._loop.call_at(due, self._fire)

    def cancel(self) -> None:
        """Do not ring."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        if self._due - self._loop.time() > _TICK:
            self.set(self._due)
        else:
            self._ring()
