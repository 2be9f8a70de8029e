"""The CPU time of this process and of all below it, those that ended included."""

import os
from contextlib import suppress
from pathlib import Path

from fleet_bench import cpu

_TRIES = 20
_TICK = 1 / os.sysconf("SC_CLK_TCK")


def total() -> float:
    """Return CPU seconds: what can only grow, as what a process used passes to its parent when it ends.

    Postgres has processes that live for one query, whose own clocks are gone when the query is done.

    Raises:
        RuntimeError: Processes came and went too fast to be counted.
    """
    for _ in range(_TRIES):
        pids = {os.getpid(), *cpu.own_descendants()}
        with suppress(OSError):  # one ended meanwhile: count again
            return sum(cpu.cpu_times(pids).values()) + sum(map(_of_children_that_ended, pids))
    raise RuntimeError("processes came and went too fast to be counted")


def _of_children_that_ended(pid: int) -> float:
    """Return the CPU seconds of the children that a process has waited for. See proc_pid_stat(5)."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = after_name[13:15]
    return (int(user) + int(system)) * _TICK
