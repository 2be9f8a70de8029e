"""What a worker may not do. It runs code that others' files drive, so it has as little as the system lets us take.

| | Linux | macOS |
|---|---|---|
| ends with its parent | yes | when it writes next |
| CPU time, size of what it writes to disk, no core dumps | yes | yes |
| memory | yes | no |
| no network | where it may make a network namespace: as root, or where users may make namespaces | no |
| no secrets | its environment has none (`child.py`) | the same |
"""

import ctypes
import os
import resource
import signal
import sys

from fleet_files.parsing.wire import Bounds

# linux/prctl.h and linux/sched.h
_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
# In bytes, of each temporary file.
_LARGEST_FILE = 1024 * 1024 * 1024
_NICER = 5


def end_with(parent: int) -> None:
    """Have this process killed when `parent` ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it ended before we asked


def leave_network() -> bool:
    """Go where there is no network, not even a loopback that is up. Say whether the system let us.

    Must be called while there is one thread.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None)
    return any(
        libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET)
    )


def confine(bounds: Bounds) -> None:
    """Hold this process, as it is from here on, to what one file may cost."""
    os.nice(_NICER)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + bounds.cpu_seconds + 1
    _lower(resource.RLIMIT_CPU, seconds)
    _lower(resource.RLIMIT_FSIZE, _LARGEST_FILE)
    _lower(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        _lower(resource.RLIMIT_DATA, bounds.memory)


def _lower(limit: int, most: int) -> None:
    """Set a limit for good, unless it is lower already."""
    _, hard = resource.getrlimit(limit)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(limit, (most, most))
