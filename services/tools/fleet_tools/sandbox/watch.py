"""Watching over a run: what the system itself does not hold it to."""

import time

from fleet_tools.sandbox import folders, processes
from fleet_tools.sandbox.bounds import OURS
from fleet_tools.sandbox.order import Order, Verdict

PAUSE = 0.1
"""In seconds, between two looks: what takes too much is found out no sooner."""


class Watch:
    """Looks at a run again and again.

    Args:
        order: What it may take.
        family: Its processes.
    """

    def __init__(self, order: Order, family: processes.Family) -> None:
        self._order = order
        self._family = family
        self._end = time.monotonic() + order.seconds

    def wait(self) -> float:
        """Return how long to wait for the next look, in seconds."""
        return max(0.0, min(PAUSE, self._end - time.monotonic()))

    def look(self) -> Verdict | None:
        """Say what the run takes too much of, if anything."""
        order, members = self._order, self._family.members()
        if time.monotonic() >= self._end:
            return "seconds"
        if processes.threads(members) > order.processes + OURS:
            return "processes"
        if processes.memory(members) > order.memory:
            return "memory"
        return "files" if self._too_many_files(members) else None

    def _too_many_files(self, members: list[int]) -> bool:
        count, size = folders.usage((self._order.work, self._order.scratch), self._order.files)
        nameless = processes.removed_files(members)
        return count > self._order.files or size + nameless > self._order.all_files
