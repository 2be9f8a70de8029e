"""Who of a system used how much CPU, those processes included that have ended since.

What a process used that has ended is in its parent's account of waited-for children, in clock ticks: proc_pid_stat(5).
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress

from fleet_bench import cpu

_SETTLES_WITHIN = 120.0
_LOOK = 1.0
# The part of a CPU that those use who wait for work: they look at queues and clocks.
_IDLE = 0.05
_TICKS = os.sysconf("SC_CLK_TCK")
_MODULE = b"-m"
# Of the fields after the command: ppid, and cutime with cstime.
_PARENT, _CHILDREN = 1, slice(13, 15)


def accounts(pids: Iterable[int]) -> dict[str, float]:
    """Return the CPU seconds of each part of a system: of each service with all its children.

    Processes may end meanwhile.
    """
    used: defaultdict[str, float] = defaultdict(float)
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):  # its parent's account has it now
            used[_part(pid)] += cpu.cpu_times([pid])[pid] + _ended(pid)
    return used


def spent(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Return the CPU seconds that each part used between two readings."""
    return {part: used - before.get(part, 0.0) for part, used in after.items()}


async def settled(pids: Callable[[], Iterable[int]]) -> None:
    """Return when a system has nothing more to do: whoever answers may have workers that still start.

    Raises:
        TimeoutError: It goes on working.
    """
    async with asyncio.timeout(_SETTLES_WITHIN):
        before = accounts(pids())
        while True:
            await asyncio.sleep(_LOOK)
            after = accounts(pids())
            if sum(spent(before, after).values()) < _IDLE * _LOOK:
                return
            before = after


def _ended(pid: int) -> float:
    """Return the CPU seconds of a process's children that it has waited for."""
    return sum(map(int, _fields(pid)[_CHILDREN])) / _TICKS


def _part(pid: int) -> str:
    """Return the package that a process runs, or that which started it: `fleet_files`; else its command."""
    while pid != os.getpid():
        words = (cpu.PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
        named = words[words.index(_MODULE) + 1].decode() if _MODULE in words else ""
        if named.startswith("fleet_"):
            return named.partition(".")[0]
        command = words[0].decode().rpartition("/")[2]
        if command == "envoy":
            return command
        pid = int(_fields(pid)[_PARENT])
    return "rest"


def _fields(pid: int) -> list[str]:
    """Return the fields of a process's `stat` after its command."""
    return (cpu.PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
