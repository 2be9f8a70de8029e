"""Telling a person what happens to a fleet, a line for each change."""

import asyncio

from rich.console import Console
from rich.markup import escape

from fleet_cli.home import shortened
from fleet_cli.state import FleetState, ProgramState


class Narrator:
    """Prints what is new in each state that it is called with.

    Args:
        console: Where to.
        known: What has been told already.
    """

    def __init__(self, console: Console, known: FleetState | None = None) -> None:
        self.ready = asyncio.Event()
        self.url: str | None = None
        self._console = console
        self._told = {p.name: p.condition for p in known.programs} if known else {}

    def __call__(self, state: FleetState) -> None:
        """Tell what `state` has that the one before had not."""
        for program in state.programs:
            if self._told.get(program.name) != program.condition:
                self._tell(program)
                self._told[program.name] = program.condition
        self.url = state.url
        if state.phase == "ready":
            self.ready.set()

    def _tell(self, program: ProgramState) -> None:
        line = _line(program)
        if line:
            sign, text = line
            self._console.print(f"  {sign} {program.name:<12} {escape(text)}", highlight=False)


def _line(program: ProgramState) -> tuple[str, str] | None:
    """Return a sign and a text, if the condition is worth a line."""
    match program.condition:
        case "ready":
            return "[green]✓[/]", f"ready in {program.took:.1f} s at {shortened(program.address)}"
        case "backing off":
            return "[red]✗[/]", f"{program.detail}; starting it again"
        case "unhealthy":
            return "[yellow]![/]", "does not answer"
        case "stopped":
            return "[dim]·[/]", "stopped"
    return None
