"""Watching a job of a fleet until it has ended, whatever its gateway does meanwhile."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import typer
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from fleet_cli.consoles import err
from fleet_cli.remote import INTERRUPTED, note
from fleet_cli.rest import AwayError

T = TypeVar("T")

PAUSE = 1.0
"""Seconds between two looks."""
LONGEST_PAUSE = 10.0
"""Seconds between two looks while nobody answers; the pause doubles up to here."""
COLOURS = {"completed": "green", "failed": "red", "expired": "red", "cancelled": "yellow"}
_AWAY = "[yellow]the gateway does not answer; trying on"


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen of a job at one moment.

    Attributes:
        status: In the service's word.
        done: How many of its parts are done.
        total: How many there are; `None` while that is not known.
        detail: What else is to be seen, in a few words.
    """

    status: str
    done: int
    total: int | None
    detail: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in COLOURS


def watch(name: str, job: T, ask: Callable[[], T], look: Callable[[T], Look], again: str) -> T:
    """Draw how far a job is until it has ended, and return it as it is then.

    A gateway that is away is asked on and on: the job lives in the fleet, and not in its connections. Ctrl-C ends the
    command, and not the job.

    Args:
        name: What the job is called.
        job: As it was seen last.
        ask: Gets it anew.
        look: Tells what is to be seen of it.
        again: The command with which it can be watched again.
    """
    drawn = Progress(
        TextColumn("  {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}"),
        console=err,
    )
    try:
        with drawn:
            task = drawn.add_task(escape(name), total=None, detail="")
            while not _draw(drawn, task, look(job)).has_ended:
                time.sleep(PAUSE)
                job = _patient(ask, drawn, task)
    except KeyboardInterrupt as error:
        note(f"stopped watching; the job goes on. Watch it again: [bold]{escape(again)}[/]")
        raise typer.Exit(INTERRUPTED) from error
    return job


def ended(look: Look, said: str = "") -> None:
    """Say how a job ended; the exit code is 1 unless it is completed."""
    told = f": {escape(said)}" if said else ""
    note(f"[{COLOURS[look.status]}]{look.status}[/]{told}")
    if look.status != "completed":
        raise typer.Exit(1)


def coloured(status: str) -> str:
    """Return a status as markup."""
    return f"[{COLOURS.get(status, 'cyan')}]{escape(status)}[/]"


def share(done: int, total: int | None) -> str:
    """Return how much is done, such as `3/8`."""
    return f"{done}/{total or '?'}"


def _draw(drawn: Progress, task: TaskID, seen: Look) -> Look:
    detail = ", ".join(part for part in (seen.status, seen.detail) if part)
    drawn.update(task, completed=seen.done, total=seen.total, detail=escape(detail))
    return seen


def _patient(ask: Callable[[], T], drawn: Progress, task: TaskID) -> T:
    """Ask until there is an answer; say once that there was none, and once that there is one."""
    pause, is_away = PAUSE, False
    while True:
        try:
            job = ask()
        except AwayError:
            if not is_away:
                drawn.console.print(_AWAY, highlight=False)
            is_away = True
            drawn.update(task, detail=_AWAY)
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            if is_away:
                drawn.console.print("[green]the gateway answers again", highlight=False)
            return job
