"""Giving up rights, for good."""

import ctypes
import os
import signal
from contextlib import suppress

from fleet_tools.sandbox import kernel

_CAPABILITIES = 64
# `_LINUX_CAPABILITY_VERSION_3` (linux/capability.h).
_VERSION = 0x2008_0522


class _Header(ctypes.Structure):
    """`struct __user_cap_header_struct`."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    """`struct __user_cap_data_struct`, twice."""

    _fields_ = (("words", ctypes.c_uint32 * 6),)


def drop(user: int | None) -> None:
    """Become a user who owns nothing, if one is given, and let neither this process nor a child gain a right again.

    Raises:
        OSError: The system refused.
    """
    for capability in range(_CAPABILITIES):
        with suppress(
            OSError
        ):  # there are fewer, or they may not be dropped: then this process has none
            kernel.prctl(kernel.PR_CAPBSET_DROP, capability)
    if user is not None:
        become(user)
    kernel.capset(ctypes.byref(_Header(_VERSION, 0)), ctypes.byref(_Sets()))
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)


def become(user: int) -> None:
    """Become a user, with a group of its own. What `/proc` has of this process is that user's too.

    Raises:
        OSError: This process may not.
    """
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)


def can_reach(user: int, program: str, folder: str) -> bool:
    """Say whether this process can become a user, and that run a program in a folder. Only for root."""
    try:
        os.seteuid(user)
    except PermissionError:  # root has lost that right, as in many containers
        return False
    try:
        return all(os.access(path, os.X_OK, effective_ids=True) for path in (program, folder))
    finally:
        os.seteuid(0)


def end_with_parent() -> None:
    """Have this process killed when the one that forked it ends. To be called anew after each change of the user."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, int(signal.SIGKILL))


def hide() -> None:
    """Keep this process's memory, files and environment from others of the same user."""
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
