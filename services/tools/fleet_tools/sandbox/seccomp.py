"""Seccomp: calls of the system that code has no use for, and that others have used to get out, fail.

The filter is a classic BPF program over `struct seccomp_data` (linux/seccomp.h, linux/filter.h).
"""

import ctypes
import errno
import struct
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from fleet_tools.sandbox import kernel

# linux/audit.h, and the column of the tables below.
_ARCHITECTURES: Final = MappingProxyType({"x86_64": (0xC000_003E, 0), "aarch64": (0xC000_00B7, 1)})

# x86_64 and aarch64.
_DENIED: Mapping[str, tuple[int, int | None]] = MappingProxyType(
    {
        # others on the network, and on this machine
        "socket": (41, 198),
        "connect": (42, 203),
        "bind": (49, 200),
        "listen": (50, 201),
        "accept": (43, 202),
        "accept4": (288, 242),
        # other processes
        "ptrace": (101, 117),
        "process_vm_readv": (310, 270),
        "process_vm_writev": (311, 271),
        "process_madvise": (440, 440),
        "kcmp": (312, 272),
        "pidfd_open": (434, 434),
        "pidfd_getfd": (438, 438),
        "pidfd_send_signal": (424, 424),
        "migrate_pages": (256, 238),
        "move_pages": (279, 239),
        # another view of the machine
        "mount": (165, 40),
        "umount2": (166, 39),
        "pivot_root": (155, 41),
        "chroot": (161, 51),
        "open_tree": (428, 428),
        "move_mount": (429, 429),
        "fsopen": (430, 430),
        "fsconfig": (431, 431),
        "fsmount": (432, 432),
        "fspick": (433, 433),
        "mount_setattr": (442, 442),
        "unshare": (272, 97),
        "setns": (308, 268),
        "open_by_handle_at": (304, 265),
        "name_to_handle_at": (303, 264),
        "fanotify_init": (300, 262),
        # parts of the kernel in which holes were found again and again
        "bpf": (321, 280),
        "perf_event_open": (298, 241),
        "userfaultfd": (323, 282),
        "keyctl": (250, 219),
        "add_key": (248, 217),
        "request_key": (249, 218),
        "io_uring_setup": (425, 425),
        "io_uring_enter": (426, 426),
        "io_uring_register": (427, 427),
        "personality": (135, 92),
        "lookup_dcookie": (212, 18),
        # memory that no limit counts
        "memfd_create": (319, 279),
        "memfd_secret": (447, 447),
        "shmget": (29, 194),
        "msgget": (68, 186),
        "semget": (64, 190),
        "mq_open": (240, 180),
        # the machine itself
        "init_module": (175, 105),
        "finit_module": (313, 273),
        "delete_module": (176, 106),
        "kexec_load": (246, 104),
        "kexec_file_load": (320, 294),
        "reboot": (169, 142),
        "swapon": (167, 224),
        "swapoff": (168, 225),
        "acct": (163, 89),
        "quotactl": (179, 60),
        "quotactl_fd": (443, 443),
        "syslog": (103, 116),
        "settimeofday": (164, 170),
        "clock_settime": (227, 112),
        "clock_adjtime": (305, 266),
        "adjtimex": (159, 171),
        "sethostname": (170, 161),
        "setdomainname": (171, 162),
        "vhangup": (153, 58),
        "iopl": (172, None),
        "ioperm": (173, None),
        "modify_ldt": (154, None),
    }
)
# What reaches other processes of the same user.
_TO_OTHERS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "tkill": (200, 130),
        "setpriority": (141, 140),
        "ioprio_set": (251, 30),
        "sched_setscheduler": (144, 119),
        "sched_setparam": (142, 118),
        "sched_setattr": (314, 274),
        "sched_setaffinity": (203, 122),
    }
)
# What changes files by their names without opening them. Landlock lets it be, and its first versions let files be cut.
_TO_FILES: Mapping[str, tuple[int | None, int | None]] = MappingProxyType(
    {
        "chmod": (90, None),
        "fchmodat": (268, 53),
        "fchmodat2": (452, 452),
        "chown": (92, None),
        "lchown": (94, None),
        "fchownat": (260, 54),
        "setxattr": (188, 5),
        "lsetxattr": (189, 6),
        "removexattr": (197, 14),
        "lremovexattr": (198, 15),
        "setxattrat": (463, 463),
        "removexattrat": (466, 466),
        "utime": (132, None),
        "utimes": (235, None),
        "futimesat": (261, None),
        "utimensat": (280, 88),
        "file_setattr": (469, 469),
        "truncate": (76, 45),
    }
)
_CLONE = (56, 220)
_CLONE3 = 435
# The first argument is the process that is meant; 0 is the caller, or its group, which is all its own.
_BY_PROCESS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "kill": (62, 129),
        "tgkill": (234, 131),
        "rt_sigqueueinfo": (129, 138),
        "rt_tgsigqueueinfo": (297, 240),
        "prlimit64": (302, 261),
    }
)
# All flags of clone(2) that make namespaces.
_NEW_NAMESPACES = 0x7E02_0000
# From here on numbers are those of x32, another way to make the same calls.
_X32 = 0x4000_0000

_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW = 0x7FFF_0000
_ERROR = 0x0005_0000
_KILL_PROCESS = 0x8000_0000
_FILTER = 2


def available() -> bool:
    """Whether there is a filter for this machine."""
    return kernel.MACHINE in _ARCHITECTURES


def restrict(own: int | None, *, files: bool) -> None:
    """Let calls fail from here on, in this process and all that it becomes.

    Must be called when no process can gain rights any more (`no_new_privs`).

    Args:
        own: The process that alone may be sent signals, and given limits; any if `None`.
        files: Whether files must not be changed by their names, as there are others of the same user's in sight.

    Raises:
        OSError: The kernel takes no filters, or there is none for this machine.
    """
    if not available():
        raise OSError(0, f"there is no filter for {kernel.MACHINE}")
    program = b"".join(_program(own, files=files))
    buffer = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    kernel.prctl(kernel.PR_SET_SECCOMP, _FILTER, ctypes.c_char_p(head))


def _program(own: int | None, *, files: bool) -> Iterator[bytes]:
    architecture, column = _ARCHITECTURES[kernel.MACHINE]
    yield _step(_LOAD, _ARCHITECTURE)
    yield _step(_EQUAL, architecture, 1, 0)
    yield _step(_RETURN, _KILL_PROCESS)
    yield _step(_LOAD, _NUMBER)
    if column == 0:
        yield _step(_AT_LEAST, _X32, 0, 1)
        yield _step(_RETURN, _ERROR | errno.EPERM)
    denied = {**_DENIED, **(_TO_FILES if files else {}), **({} if own is None else _TO_OTHERS)}
    for numbers in denied.values():
        number = numbers[column]
        if number is not None:
            yield from _deny(number, errno.EPERM)
    # Its flags are out of a filter's sight; C libraries fall back on clone(2).
    yield from _deny(_CLONE3, errno.ENOSYS)
    yield from _no_namespaces(_CLONE[column])
    if own is not None:
        for each in _BY_PROCESS.values():
            yield from _only(each[column], own)
    yield _step(_RETURN, _ALLOW)


def _only(number: int, own: int) -> Iterator[bytes]:
    """Refuse a call whose first argument is neither a process nor 0."""
    yield _step(_EQUAL, number, 0, 5)
    yield _step(_LOAD, _FIRST)
    yield _step(_EQUAL, own, 2, 0)
    yield _step(_EQUAL, 0, 1, 0)
    yield _step(_RETURN, _ERROR | errno.EPERM)
    yield _step(_LOAD, _NUMBER)


def _no_namespaces(number: int) -> Iterator[bytes]:
    """Refuse a call whose first argument asks for namespaces."""
    yield _step(_EQUAL, number, 0, 4)
    yield _step(_LOAD, _FIRST)
    yield _step(_ANY_BIT, _NEW_NAMESPACES, 0, 1)
    yield _step(_RETURN, _ERROR | errno.EPERM)
    yield _step(_LOAD, _NUMBER)


def _deny(number: int, error: int) -> Iterator[bytes]:
    yield _step(_EQUAL, number, 0, 1)
    yield _step(_RETURN, _ERROR | error)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Return one instruction: what to do, and how many to skip then."""
    return struct.pack("HBBI", code, if_true, if_false, value)
