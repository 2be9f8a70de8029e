"""The CPU time of this process and of all below it, those that ended included."""

import os
from contextlib import suppress

from fleet_bench import cpu

_TRIES = 20


def total() -> float:
    """Return CPU seconds: what can only grow, as what a process used passes to its parent when it ends.

    Postgres has processes that live for one query, whose own clocks are gone when the query is done.

    Raises:
        RuntimeError: Processes came and went too fast to be counted.
    """
    for _ in range(_TRIES):
        pids = {os.getpid(), *cpu.own_descendants()}
        with suppress(OSError):  # one ended meanwhile: count again
            return sum(cpu.cpu_times(pids).values()) + sum(map(cpu.of_ended_children, pids))
    raise RuntimeError("processes came and went too fast to be counted")
