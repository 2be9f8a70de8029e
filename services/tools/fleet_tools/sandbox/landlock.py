"""Landlock: which files a process may open, for good, without any rights of its own.

Format: https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import stat
from collections.abc import Iterable

from fleet_tools.sandbox import kernel

_HOLDS_NETWORK = 4
_HOLDS_SIGNALS = 6
_VERSION = 1
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_TRUNCATE = 1 << 14
# How many rights each version knows: of the first, of renaming, of cutting, and of devices.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NEWEST = 16
_TCP = 0b11
_SCOPES = 0b11
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE


class _Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`; older versions know a beginning of it."""

    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    """`struct landlock_path_beneath_attr`."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return which version the kernel has.

    Raises:
        OSError: It has none.
    """
    return kernel.syscall("landlock_create_ruleset", None, ctypes.c_size_t(0), _VERSION)


def restrict(readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> None:
    """Let this process, and all that it becomes, open nothing but these and what is below them.

    Must be called when no process can gain rights any more (`no_new_privs`).

    Raises:
        OSError: The kernel has no Landlock.
    """
    known = version()
    rights = (1 << _RIGHTS.get(known, _NEWEST)) - 1
    ruleset = _created(known, rights)
    try:
        for path in readable:
            _allow(ruleset, path, _READ & rights)
        for path in devices:
            _allow(ruleset, path, (_READ_FILE | _WRITE_FILE) & rights)
        for path in writable:
            _allow(ruleset, path, rights & ~(_MAKE_CHAR | _MAKE_BLOCK))
        kernel.syscall("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _created(known: int, rights: int) -> int:
    """Return the descriptor of a ruleset that forbids all that this version can forbid."""
    network = _TCP if known >= _HOLDS_NETWORK else 0
    scoped = _SCOPES if known >= _HOLDS_SIGNALS else 0
    told = _Ruleset(rights, network, scoped)
    words = 1 + (known >= _HOLDS_NETWORK) + (known >= _HOLDS_SIGNALS)
    size = ctypes.c_size_t(words * ctypes.sizeof(ctypes.c_uint64))
    return kernel.syscall("landlock_create_ruleset", ctypes.byref(told), size, 0)


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Allow something beneath `path`, if that is there."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_FILES
        told = _Beneath(rights, place)
        kernel.syscall("landlock_add_rule", ruleset, _PATH_BENEATH, ctypes.byref(told), 0)
    finally:
        os.close(place)
