"""What a process that trains may not do, and that it ends with who started it."""

import ctypes
import os
import resource
import signal
import sys

# linux/prctl.h
_PR_SET_PDEATHSIG = 1
_NICER = 5


def end_with(parent: int) -> None:
    """Have this process killed when `parent` ends, and what it becomes by `exec` too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it ended before we asked


def confine(memory: int | None) -> None:
    """Let others go first, write no core dumps, and hold this process to so many bytes of memory."""
    os.nice(_NICER)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory is not None and sys.platform == "linux":
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard == resource.RLIM_INFINITY or hard > memory:
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
