"""What the system itself holds a process, and all that it becomes, to."""

import os
import resource
from contextlib import suppress
from pathlib import Path

from fleet_tools.sandbox.order import Order

OURS = 4
"""How many more processes there may be than a run may have: the launcher, and the jail's first."""

_OPEN_FILES = 256
_NICER = 5
_FIRST_TO_GO = "1000"


def give_way() -> None:
    """Yield to the service: for the CPU, and where memory runs out."""
    os.nice(_NICER)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)


def confine(order: Order, others: int) -> None:
    """Hold this process to what a run may take.

    Args:
        order: What it may take.
        others: How many processes its user has besides.
    """
    # First a signal that says why, then one that no handler stops.
    resource.setrlimit(resource.RLIMIT_CPU, (order.cpu_seconds, order.cpu_seconds + 1))
    for limit, most in (
        (resource.RLIMIT_AS, order.memory),
        (resource.RLIMIT_FSIZE, order.largest_file),
        (resource.RLIMIT_NPROC, order.processes + others + OURS),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _lower(limit, most)


def _lower(limit: int, most: int) -> None:
    """Set a limit for good, unless it is lower already."""
    _, hard = resource.getrlimit(limit)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(limit, (most, most))
