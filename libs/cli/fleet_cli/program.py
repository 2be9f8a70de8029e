"""What a fleet runs: one program a process."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from fleet_cli.probes import Probe

GRACE = 10.0
"""Seconds that a process has to end after its drain is over."""


async def nothing() -> None:
    """Do nothing: most programs drain by themselves when they are told to stop."""


@dataclass(frozen=True)
class Program:
    """A process that is to be kept running."""

    name: str
    command: tuple[str, ...]
    ready: Probe
    address: str
    """Where it is reached, for people."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """On top of our own."""
    before: tuple[str, ...] = ()
    """A command that must succeed once before it starts, such as its migrations."""
    drain: float = 20.0
    """Seconds that it may take to let open calls end."""
    before_stop: Callable[[], Awaitable[None]] = nothing
    """Done before it is told to stop."""


Waves = list[list[Program]]
"""Programs in the order of their start; those of a wave start together once the last wave is ready."""
