"""Calls of the system that Python has no function for."""

import ctypes
import os
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

_LIBC = ctypes.CDLL(None, use_errno=True)
_LINUX = sys.platform == "linux"

MACHINE: Final = os.uname().machine

# linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

# The numbers of calls that the C library has no function for, as far as machines differ in them.
_BY_MACHINE: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "x86_64": MappingProxyType({"pivot_root": 155}),
        "aarch64": MappingProxyType({"pivot_root": 41}),
    }
)
# Those in which they do not (since 5.1, all have one table).
_SHARED: Mapping[str, int] = MappingProxyType(
    {
        "mount_setattr": 442,
        "landlock_create_ruleset": 444,
        "landlock_add_rule": 445,
        "landlock_restrict_self": 446,
    }
)


def syscall(name: str, *arguments: Any) -> int:
    """Make a call by its number.

    Raises:
        OSError: It failed, or there is no such call here.
    """
    number = _BY_MACHINE.get(MACHINE, {}).get(name) or _SHARED.get(name)
    if not _LINUX or number is None:
        raise OSError(0, f"there is no {name} here")
    return _checked(_LIBC.syscall(ctypes.c_long(number), *arguments), name)


def prctl(option: int, *arguments: Any) -> int:
    """Change how the kernel treats this process.

    Raises:
        OSError: It refused.
    """
    if not _LINUX:
        raise OSError(0, "there is no prctl here")
    filled = (*arguments, *[0] * (4 - len(arguments)))
    wide = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in filled]
    return _checked(_LIBC.prctl(option, *wide), "prctl")


def unshare(flags: int) -> None:
    """Leave some of the namespaces that this process shares with others.

    Raises:
        OSError: It may not.
    """
    if not _LINUX:
        raise OSError(0, "there are no namespaces here")
    _checked(_LIBC.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """Mount a filesystem.

    Raises:
        OSError: It may not.
    """
    texts = [None if text is None else text.encode() for text in (source, target, kind, data)]
    result = _LIBC.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
    _checked(result, f"mount {target}")


def unmount(target: str, flags: int) -> None:
    """Unmount a filesystem.

    Raises:
        OSError: It may not.
    """
    _checked(_LIBC.umount2(target.encode(), flags), "umount2")


def capset(header: Any, data: Any) -> None:
    """Set the capabilities of this thread.

    Raises:
        OSError: It may not.
    """
    _checked(_LIBC.capset(header, data), "capset")


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return int(result)
