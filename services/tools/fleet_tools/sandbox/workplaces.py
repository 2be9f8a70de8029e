"""The folders in which code runs."""

import fcntl
import os
import pwd
import random
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fleet_tools.sandbox import folders

_PREFIX = "fleet-code-"
_LOCK = "lock"
# Users between those that systems hand out: ordinary ones begin at 1000, systemd's dynamic ones at 61184. Beyond 65535
# containers often have none.
_FIRST_USER = 58_000
_LAST_USER = 60_000
# Others may pass through, on their way to the folder that is theirs.
_PASSABLE = 0o711
_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Workplace:
    """The folder of one run, or of one session.

    Attributes:
        folder: Where the others are.
        user: The user whom code runs as here, where the service is root.
    """

    folder: Path
    user: int

    @property
    def work(self) -> Path:
        """The code's own folder."""
        return self.folder / "work"

    @property
    def scratch(self) -> Path:
        """Its folder for what is not kept."""
        return self.folder / "scratch"

    @property
    def root(self) -> Path:
        """An empty folder, to become its root."""
        return self.folder / "root"

    def hand_over(self) -> None:
        """Let the code's user own what is here, if we may; else there is no such user, and code runs as we do."""
        if os.geteuid() != 0:
            return
        with suppress(PermissionError):
            folders.give(str(self.work), self.user)
            folders.give(str(self.scratch), self.user)


class Workplaces:
    """Makes and removes them. Those that a service left behind that was killed are removed at the next start.

    Args:
        place: Where they are; the system's place for temporary files if `None`.
    """

    def __init__(self, place: Path | None) -> None:
        place = place or Path(tempfile.gettempdir())
        for left in place.glob(f"{_PREFIX}*"):
            _remove_if_left(left)
        self._base = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        self._base.chmod(_PASSABLE)
        self._lock = _locked(self._base)
        self._users = _free_users()
        self._freed: list[int] = []

    def make(self) -> Workplace:
        """Return a new one, empty."""
        user = self._freed.pop() if self._freed else next(self._users)
        folder = Path(tempfile.mkdtemp(dir=self._base))
        folder.chmod(_PASSABLE)
        workplace = Workplace(folder, user)
        workplace.root.mkdir(_PASSABLE)
        for own in (workplace.work, workplace.scratch):
            own.mkdir(_PRIVATE)
        workplace.hand_over()
        return workplace

    def remove(self, workplace: Workplace) -> None:
        """Remove one, and all that is in it."""
        _remove(workplace.folder)
        self._freed.append(workplace.user)

    def close(self) -> None:
        """Remove all."""
        _remove(self._base)
        os.close(self._lock)


def _remove(folder: Path) -> None:
    folders.clear(str(folder))
    folder.rmdir()


def _remove_if_left(folder: Path) -> None:
    """Remove a folder whose service is gone."""
    with suppress(OSError):  # it is another user's, or another service is just removing it
        lock = _locked(folder)
        _remove(folder)
        os.close(lock)


def _locked(folder: Path) -> int:
    """Lock a folder as long as this process lives, and return what holds the lock.

    Raises:
        BlockingIOError: Another process has it.
    """
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _free_users() -> Iterator[int]:
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    free = [user for user in range(_FIRST_USER, _LAST_USER) if user not in taken]
    random.shuffle(free)  # other services on this machine take theirs from the same
    yield from free
