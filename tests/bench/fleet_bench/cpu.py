"""What a tree of processes costs: its CPU time and its memory, from the kernel's own accounts.

`clock_gettime` on a process's CPU clock gives, in nanoseconds, what `/proc/<pid>/schedstat` gives
for its main thread only: the time all its threads ran, those that ended included. See
clock_getcpuclockid(3).
"""

import ctypes
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
CPUCLOCK_SCHED = 2  # the kernel's posix-timers.h
NANOSECONDS = 1e9
TICKS = os.sysconf("SC_CLK_TCK")


class Memory(NamedTuple):
    """Bytes that processes hold."""

    pss: int
    """Proportional: a page that n processes share counts 1/n in each."""
    rss: int
    """Resident: a shared page counts in each."""


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends, so that none leaves the tree.

    Raises:
        OSError: The kernel refused.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def descendants(root: int) -> set[int]:
    """Return the ids of all living processes below `root`, without itself."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (parent := _parent(int(entry.name))) is not None:
            children.setdefault(parent, []).append(int(entry.name))
    found: set[int] = set()
    waiting = [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.update(below)
        waiting.extend(below)
    return found


def cpu_times(pids: Iterable[int]) -> dict[int, float]:
    """Return the CPU seconds that each process has used, user and system, all threads."""
    return {pid: time.clock_gettime_ns((~pid << 3) | CPUCLOCK_SCHED) / NANOSECONDS for pid in pids}


def of_ended_children(pid: int) -> float:
    """Return the CPU seconds of those children of a process that have ended and that it has waited for.

    What a process used passes to its parent so, in clock ticks; see proc_pid_stat(5).
    """
    user, system = stat(pid)[13:15]
    return (int(user) + int(system)) / TICKS


def stat(pid: int) -> list[str]:
    """Return the fields of a process's `stat` after its command, which may hold anything; see proc_pid_stat(5)."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def spent(before: dict[int, float], after: dict[int, float]) -> float:
    """Return the CPU seconds used between two readings; processes started between count whole.

    Raises:
        RuntimeError: A process ended between the two, and what it used is not known.
    """
    if gone := before.keys() - after.keys():
        raise RuntimeError(f"processes {sorted(gone)} ended while they were measured")
    return sum(used - before.get(pid, 0.0) for pid, used in after.items())


def memory(pids: Iterable[int]) -> Memory:
    """Return what the processes hold together."""
    rollups = [_fields((PROC / str(pid) / "smaps_rollup").read_text()) for pid in pids]
    return Memory(sum(r.get("Pss", 0) for r in rollups), sum(r.get("Rss", 0) for r in rollups))


def _parent(pid: int) -> int | None:
    """Return the parent of a process; `None` if it is gone or only waits to be buried."""
    try:
        state, parent = stat(pid)[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(parent)


def _fields(rollup: str) -> dict[str, int]:
    """Return the sizes in a `smaps_rollup`, in bytes."""
    rows = [line.split() for line in rollup.splitlines()[1:]]
    return {row[0].removesuffix(":"): int(row[1]) * 1024 for row in rows}


def own_descendants() -> set[int]:
    """Return the ids of all living processes below this one."""
    return descendants(os.getpid())
