"""The processes of a run, seen from the launcher, whose descendants they are."""

import os
import signal
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_PROC = "/proc"
_PAGE = os.sysconf("SC_PAGE_SIZE")
_BLOCK = 512
# After how many looks all processes of the machine are looked at again: numbers come back.
_ANEW = 10


class Family:
    """All descendants of this process.

    The kernel tells of each process who its parent is, and that never becomes one of ours later: so those of others are
    looked at once.

    Raises:
        OSError: What `/proc` shows is not the namespace that this process is in: numbers would be those of others.
    """

    def __init__(self) -> None:
        self._self = os.getpid()
        if os.readlink(f"{_PROC}/self") != str(self._self):  # noqa: PTH115 - thrice as fast
            raise OSError("/proc is that of another namespace")
        self._strangers: set[int] = set()
        self._looks = 0

    def members(self) -> list[int]:
        """Return their numbers."""
        self._looks += 1
        if self._looks % _ANEW == 0:
            self._strangers.clear()
        here = _numbers()
        self._strangers &= here
        parents = {pid: _parent(pid) for pid in here - self._strangers}
        family = _descendants(self._self, parents)
        self._strangers |= here - family
        return sorted(family)

    def kill(self) -> None:
        """End all of them, however many they make meanwhile, and see them off."""
        while True:
            self._strangers.clear()
            members = self.members()
            if not members:
                return
            for pid in members:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            _see_off()


def memory(members: Iterable[int]) -> int:
    """Return the memory that processes have in use together, in bytes; what they share counts for each."""
    return sum(_resident(pid) for pid in members)


def threads(members: Iterable[int]) -> int:
    """Return how many threads processes have together."""
    return sum(_threads(pid) for pid in members)


def removed_files(members: Iterable[int]) -> int:
    """Return how much disk files take that processes hold open and that have no name any more, in bytes."""
    found: dict[tuple[int, int], int] = {}
    for status in _open_files(members):
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
            found[status.st_dev, status.st_ino] = status.st_blocks * _BLOCK
    return sum(found.values())


def threads_of(user: int) -> int:
    """Return how many threads a user has on this machine."""
    found = 0
    for pid in _numbers():
        with suppress(OSError):
            if Path(_PROC, str(pid)).stat().st_uid == user:
                found += _threads(pid)
    return found


def _numbers() -> set[int]:
    return {int(name) for name in os.listdir(_PROC) if name.isdigit()}  # noqa: PTH208 - thrice as fast


def _descendants(root: int, parents: dict[int, int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    waiting = [root]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _parent(pid: int) -> int:
    """Return the parent of a process; 0 if it is gone. Format: proc(5), `/proc/PID/stat`; names may hold anything."""
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[1]) if fields else 0


def _resident(pid: int) -> int:
    fields = _read(pid, "statm").split()
    return int(fields[1]) * _PAGE if fields else 0


def _threads(pid: int) -> int:
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[17]) if fields else 0


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(_PROC, str(pid), name).read_bytes()
    except OSError:
        return b""


def _open_files(members: Iterable[int]) -> Iterator[os.stat_result]:
    for pid in members:
        with suppress(OSError), os.scandir(f"{_PROC}/{pid}/fd") as entries:
            for entry in entries:
                with suppress(OSError):
                    yield entry.stat()


def _see_off() -> None:
    """Take leave of all children that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
