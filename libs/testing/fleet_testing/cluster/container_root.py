"""`python container_root.py PARENT SPEC COMMAND…`: become COMMAND, in a root of its own, as Kubernetes would run it.

SPEC is JSON: `root`, an empty folder; `mounts`, each with `path`, `source` and `readonly`; `keep`, folders that stay to
be seen although something is mounted over them; `read_only`, whether the root is; `user`, the id to run as; `cwd`.

What else there is on this machine is seen as it is. COMMAND is killed when PARENT ends. This file imports nothing of
ours, so that it costs a few milliseconds.
"""

import ctypes
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
MOUNT_SETATTR = 442
# linux/sched.h, linux/mount.h, linux/prctl.h
NEWNS, NEWUSER = 0x0002_0000, 0x1000_0000
BIND, REC, PRIVATE, DETACH = 0x1000, 0x4000, 0x40000, 2
ATTR_RDONLY, AT_FDCWD, AT_RECURSIVE = 1, -100, 0x8000
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
# Of the kernel, not of the image.
MACHINE = ("/proc", "/sys", "/dev")


def main() -> None:
    """Do it."""
    parent, text, *command = sys.argv[1:]
    spec = json.loads(text)
    checked(LIBC.unshare(NEWNS), "unshare")
    mount("none", "/", None, REC | PRIVATE)
    mount("tmpfs", spec["root"], "tmpfs", 0)
    make_root(spec)
    os.chdir(spec["root"])
    checked(LIBC.syscall(PIVOT_ROOT[os.uname().machine], b".", b"."), "pivot_root")
    checked(LIBC.umount2(b".", DETACH), "umount")
    os.chdir(spec["cwd"])
    become(spec["user"])
    checked(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit("who started this ended before it began")
    os.execvp(command[0], command)


def make_root(spec: dict[str, Any]) -> None:
    """Fill the root: the machine's files, and over them what is mounted."""
    root = spec["root"]
    mounts = {os.path.realpath(m["path"]): m for m in spec["mounts"]}
    show("", root, mounts)
    for path in mounts:
        make_place(path, root, Path(mounts[path]["source"]).is_dir())
    if spec["read_only"]:
        hold(root)
    for path in MACHINE:
        mount(path, root + path, None, BIND | REC)
    for path, volume in sorted(mounts.items()):
        make_place(
            path, root, Path(volume["source"]).is_dir()
        )  # within one that was mounted before
        mount(volume["source"], root + path, None, BIND | REC)
    for kept in spec["keep"]:
        if any(kept.startswith(f"{path}/") for path in mounts):
            make_place(kept, root, True)
            mount(kept, root + kept, None, BIND | REC)
    for path, volume in mounts.items():
        if volume["readonly"]:
            hold(root + path)


def show(folder: str, root: str, mounts: dict[str, Any]) -> None:
    """Make what is in a folder of the machine appear in the root, save where something is mounted."""
    for entry in os.scandir(folder or "/"):
        place = root + entry.path
        if entry.path in mounts or entry.path in MACHINE:
            make_place(entry.path, root, entry.is_dir())
        elif entry.is_symlink():
            Path(place).symlink_to(Path(entry.path).readlink())
        elif any(path.startswith(f"{entry.path}/") for path in mounts):
            Path(place).mkdir()
            show(entry.path, root, mounts)
        else:
            make_place(entry.path, root, entry.is_dir())
            mount(entry.path, place, None, BIND | REC)


def make_place(path: str, root: str, folder: bool) -> None:
    """Make the place for a mount."""
    place = Path(root + path)
    if place.exists():
        return
    if folder:
        place.mkdir(parents=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()


def hold(path: str) -> None:
    """Make a mount, and all in it, read-only (`struct mount_attr`, linux/mount.h)."""
    told = (ctypes.c_uint64 * 4)(ATTR_RDONLY, 0, 0, 0)
    call = (MOUNT_SETATTR, AT_FDCWD, path.encode(), AT_RECURSIVE, ctypes.byref(told), 32)
    checked(LIBC.syscall(*call), f"mount_setattr {path}")


def become(user: int) -> None:
    """Take another user id, and with it lose all rights."""
    checked(LIBC.unshare(NEWUSER), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} 0 1"),
        ("gid_map", f"{user} 0 1"),
    ):
        Path("/proc/self", name).write_text(text)


def mount(source: str, target: str, kind: str | None, flags: int) -> None:
    """Mount something."""
    texts = [None if text is None else text.encode() for text in (source, target, kind)]
    checked(LIBC.mount(*texts, ctypes.c_ulong(flags), None), f"mount {target}")


def checked(result: int, what: str) -> None:
    """Raise if a call failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


if __name__ == "__main__":
    main()
