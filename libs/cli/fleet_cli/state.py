"""How a fleet is, as its supervisor last wrote it down for other commands to read."""

import fcntl
from typing import Literal

import msgspec

from fleet_cli.home import RunFolder

Phase = Literal["starting", "ready", "stopping", "stopped", "failed"]
Condition = Literal[
    "waiting", "starting", "ready", "unhealthy", "backing off", "stopping", "stopped"
]


class ProgramState(msgspec.Struct):
    """One process of a fleet. Times are Unix seconds."""

    name: str
    address: str
    condition: Condition = "waiting"
    pid: int | None = None
    restarts: int = 0
    since: float = 0.0
    """When its process was started."""
    took: float = 0.0
    """Seconds from its start until it was ready."""
    detail: str = ""
    """How it ended, if it did."""


class FleetState(msgspec.Struct):
    """A fleet: its supervisor and its processes, in the order of their start."""

    name: str
    pid: int
    url: str | None
    """Where the gateway is, if anything is exposed."""
    phase: Phase = "starting"
    error: str = ""
    """Why it failed."""
    programs: list[ProgramState] = []


def write(folder: RunFolder, state: FleetState) -> None:
    """Write `state` down; readers see the old one or the new one whole."""
    part = folder.state.with_suffix(".part")
    part.write_bytes(msgspec.json.encode(state))
    part.replace(folder.state)


def read(folder: RunFolder) -> FleetState | None:
    """Return what was written last; `None` if nothing was."""
    try:
        return msgspec.json.decode(folder.state.read_bytes(), type=FleetState)
    except FileNotFoundError:
        return None


def is_running(folder: RunFolder) -> bool:
    """Tell whether a supervisor lives, by the lock that the kernel takes from a dead one."""
    if not folder.lock.exists():
        return False
    with folder.lock.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
