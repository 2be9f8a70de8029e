"""What the launcher is told, and what it reports: a line of JSON each."""

import json
from typing import Any, Literal, NamedTuple, TypeAlias

Layer: TypeAlias = Literal["namespaces", "landlock", "seccomp", "user"]
"""A way to hold code back.

- `namespaces`: it has a network without any interface, a root of its own with what it may read, and sees its own
  processes alone.
- `landlock`: it may open what it may read, and its folder, and connect to nothing.
- `seccomp`: calls of the system that it has no use for fail, those for sockets above all.
- `user`: it runs as a user who owns nothing. Only where the service runs as root.
"""

Protection: TypeAlias = Literal["network", "files", "processes"]
"""What code is kept from: reaching others, reading what is not its own, seeing and signalling other processes."""

Verdict: TypeAlias = Literal["ended", "seconds", "memory", "processes", "files", "isolation"]
"""How a run ended: by itself, or because it took too much of something, or before it began for want of protection."""


class Order(NamedTuple):
    """One run.

    Attributes:
        command: The program and its arguments.
        code: What it reads from its input.
        environ: Its environment, all of it.
        work: Its folder.
        scratch: Its folder for what it does not want to keep.
        root: An empty folder, to become its root.
        readable: What else it may read.
        user: The number of the user whom it runs as, where the launcher is root.
        layers: What is tried to hold it back.
        require: What it must be kept from.
        seconds: How long it may take.
        cpu_seconds: How much CPU time each of its processes may take.
        memory: How much memory all of them may take together, and each, in bytes.
        processes: How many there may be, threads counted.
        largest_file: The largest file, in bytes.
        all_files: The size of all files, in bytes.
        files: How many there may be, folders counted.
    """

    command: list[str]
    code: str
    environ: dict[str, str]
    work: str
    scratch: str
    root: str
    readable: list[str]
    user: int
    layers: list[Layer]
    require: list[Protection]
    seconds: float
    cpu_seconds: int
    memory: int
    processes: int
    largest_file: int
    all_files: int
    files: int

    def line(self) -> bytes:
        """Return it as it is sent."""
        return json.dumps(self._asdict()).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Order":
        """Read one."""
        return cls(**json.loads(line))


class Report(NamedTuple):
    """What became of a run.

    Attributes:
        verdict: How it ended.
        status: Its exit status; negative if a signal ended it.
        value: What the last expression was, if it was one.
        layers: What held it back.
        protections: What it was kept from.
        seconds: How long it took.
        trouble: Why there are no more layers, by layer.
    """

    verdict: Verdict
    status: int
    value: str | None
    layers: list[Layer]
    protections: list[Protection]
    seconds: float
    trouble: dict[str, str]

    def line(self) -> bytes:
        """Return it as it is sent."""
        return json.dumps(self._asdict()).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Report":
        """Read one."""
        fields: dict[str, Any] = json.loads(line)
        return cls(**fields)
