"""Namespaces: a network of one's own, processes of one's own, and a root with nothing but what may be read."""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from fleet_tools.sandbox import kernel

WORK = "/mnt/data"
"""Where code finds its folder. Models know the place from elsewhere."""
SCRATCH = "/tmp"  # noqa: S108 - a place in the jail's own root
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
"""All devices that there are in the jail."""

# linux/sched.h
_NEWNS = 0x0002_0000
_NEWUTS = 0x0400_0000
_NEWIPC = 0x0800_0000
_NEWUSER = 0x1000_0000
_NEWPID = 0x2000_0000
_NEWNET = 0x4000_0000
_ALL = _NEWUTS | _NEWIPC | _NEWPID | _NEWNET
# linux/mount.h
_RDONLY, _NOSUID, _NODEV, _NOEXEC = 0x1, 0x2, 0x4, 0x8
_REMOUNT, _BIND, _REC, _PRIVATE = 0x20, 0x1000, 0x4000, 0x40000
_DETACH = 2
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 0x1, 0x2, 0x4
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000


class _MountAttributes(ctypes.Structure):
    """`struct mount_attr` (linux/mount.h)."""

    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns", ctypes.c_uint64),
    )


def leave(*, as_root: bool) -> None:
    """Leave the namespaces of the machine. Processes that are forked from here on are in the new one of processes.

    Args:
        as_root: Whether to go without a namespace of users, which takes the rights of root.

    Raises:
        OSError: This process may not.
    """
    if as_root:
        kernel.unshare(_ALL)
        return
    user, group = os.getuid(), os.getgid()
    kernel.unshare(_ALL | _NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def enter_root(root: str, readable: Iterable[str], work: str, scratch: str) -> None:
    """Make a root in the empty folder `root`, and go there; what was there before is gone.

    Raises:
        OSError: Something cannot be mounted.
    """
    # Only here: the launcher stays where the folder is.
    kernel.unshare(_NEWNS)
    kernel.mount("none", "/", None, _REC | _PRIVATE)
    kernel.mount("tmpfs", root, "tmpfs", _NOSUID | _NODEV, "mode=755,size=1m")
    for path, place in ((work, WORK), (scratch, SCRATCH)):
        _show(root, path, place)
        _hold(root + place, _ATTR_NOSUID, devices=False)
    # Then the rest, as an interpreter may be below one of those places.
    for path in (*readable, *DEVICES):
        _show(root, path, path)
        _hold(root + path, _ATTR_RDONLY | _ATTR_NOSUID, devices=path in DEVICES)
    _mount_processes(root)
    _pivot(root)
    kernel.mount("none", "/", None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)


def _show(root: str, path: str, place: str) -> None:
    """Make what is at `path` appear at `place` in the new root; a link there becomes the same link."""
    target = Path(root + place)
    target.parent.mkdir(parents=True, exist_ok=True)
    if Path(path).is_symlink():
        target.symlink_to(Path(path).readlink())
        return
    if Path(path).is_dir():
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    kernel.mount(path, str(target), None, _BIND | _REC)


def _hold(target: str, attributes: int, *, devices: bool) -> None:
    """Take rights away from a mount and all below it."""
    if Path(target).is_symlink():
        return
    attributes |= 0 if devices else _ATTR_NODEV
    told = _MountAttributes(attributes, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(told))
    kernel.syscall(
        "mount_setattr",
        _AT_FDCWD,
        ctypes.c_char_p(target.encode()),
        _AT_RECURSIVE,
        ctypes.byref(told),
        size,
    )


def _mount_processes(root: str) -> None:
    """Mount the view of the jail's own processes, if this is let be: where the machine's is masked, it is not."""
    place = Path(root, "proc")
    place.mkdir()
    try:
        kernel.mount("proc", str(place), "proc", _RDONLY | _NOSUID | _NODEV | _NOEXEC)
    except PermissionError:
        place.rmdir()  # without it Python runs as well


def _pivot(root: str) -> None:
    """Make `root` the root, with the trick that the manual of pivot_root(2) shows: both in one place."""
    os.chdir(root)
    here = ctypes.c_char_p(b".")
    kernel.syscall("pivot_root", here, here)
    kernel.unmount(".", _DETACH)
    os.chdir("/")
