"""Folders that others fill: deep, wide, and with any rights. None of these functions follows a link or recurs."""

import itertools
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_BLOCK = 512
# In characters, of a name relative to its folder. Nobody means longer ones.
_LONGEST = 512


def entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """Yield all that is in a folder and below. What is too deep to be named is left out."""
    waiting = [folder]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as found:
            for entry in found:
                yield entry
                if entry.is_dir(follow_symlinks=False) and len(entry.path) < _LONGEST + len(folder):
                    waiting.append(entry.path)


def usage(folders: Iterable[str], most: int) -> tuple[int, int]:
    """Return how many entries there are in folders, and the size on disk, in bytes.

    Counting ends where there are more entries than `most`. What is too deep to be counted is too much.
    """
    count = size = 0
    for folder in folders:
        for entry in entries(folder):
            count += 1
            with suppress(OSError):
                size += entry.stat(follow_symlinks=False).st_blocks * _BLOCK
            if count > most or len(entry.path) > _LONGEST + len(folder):
                return most + 1, size
    return count, size


def files(folder: str) -> dict[str, os.stat_result]:
    """Return the regular files in a folder and below, by their names relative to it.

    A file with a second name is left out: that may be anywhere.
    """
    found = {}
    for entry in entries(folder):
        with suppress(OSError):
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
                found[os.path.relpath(entry.path, folder)] = status
    return found


def give(folder: str, user: int) -> None:
    """Make a user the owner of a folder and of all that is in it. Only for root.

    Raises:
        PermissionError: Root has lost that right.
    """
    for path in (folder, *(entry.path for entry in entries(folder))):
        if os.lstat(path).st_uid != user:
            os.chown(path, user, user, follow_symlinks=False)


def clear(folder: str) -> None:
    """Remove all that is in a folder; deeper folders are moved up first, so that names stay short.

    Raises:
        OSError: Something cannot be removed.
    """
    names = (f"{folder}/.removed-{number}" for number in itertools.count())
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        Path(here).chmod(stat.S_IRWXU)
        with os.scandir(here) as found:
            for entry in list(found):
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(_moved(entry.path, names))
                else:
                    Path(entry.path).unlink()
        if here != folder:
            Path(here).rmdir()


def _moved(path: str, names: Iterator[str]) -> str:
    """Move a folder to the next name that is free, and return that."""
    # To move a folder is to write into it, for its `..`.
    Path(path).chmod(stat.S_IRWXU)
    for name in names:
        if not os.path.lexists(name):
            Path(path).rename(name)
            return name
    raise AssertionError("names do not end")
