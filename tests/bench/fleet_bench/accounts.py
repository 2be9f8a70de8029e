"""Who of a system used how much CPU, those processes included that have ended since."""

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
_MODULE = b"-m"
_PROGRAMS = ("envoy", "postgres")


def accounts(pids: Iterable[int]) -> dict[str, float]:
    """Return the CPU seconds of each part of a system: of each service with all its children.

    Processes may end meanwhile.
    """
    used: defaultdict[str, float] = defaultdict(float)
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):  # its parent's account has it now
            used[_part(pid)] += cpu.cpu_times([pid])[pid] + cpu.of_ended_children(pid)
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


def _part(pid: int) -> str:
    """Return the package that a process runs, or that which started it: `fleet_files`; else its command."""
    while pid != os.getpid():
        words = (cpu.PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
        named = words[words.index(_MODULE) + 1].decode() if _MODULE in words else ""
        if named.startswith("fleet_"):
            return named.partition(".")[0]
        # The processes of Postgres call themselves `postgres: ` and what they do.
        command = words[0].decode().partition(":")[0].rpartition("/")[2]
        if command in _PROGRAMS:
            return command
        pid = int(cpu.stat(pid)[1])
    return "rest"
