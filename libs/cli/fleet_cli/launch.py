"""Starting a fleet, in this process or in the background."""

import os
import signal
import subprocess
import sys
import time
from typing import NoReturn

import yaml
from rich.console import Console

from fleet_cli import state as states
from fleet_cli.child import StartFailedError
from fleet_cli.greeting import greeting
from fleet_cli.home import RunFolder
from fleet_cli.logs import tail
from fleet_cli.narrator import Narrator
from fleet_cli.state import FleetState
from fleet_cli.values import Tree

LOOK_AGAIN = 0.1
"""Seconds between two looks at a fleet that starts or stops."""


def prepare(folder: RunFolder, tree: Tree) -> None:
    """Make the folders of a fleet, and write down what it is to run from."""
    folder.create()
    folder.values.touch(mode=0o600)
    folder.values.write_text(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True))
    folder.state.unlink(missing_ok=True)


def foreground(folder: RunFolder) -> NoReturn:
    """Become the supervisor of a fleet, which runs until Ctrl-C."""
    command = (*_supervisor(folder), "--narrate")
    os.execv(command[0], command)  # noqa: S606 - our own module, and there is no shell


def detached(folder: RunFolder, console: Console) -> None:
    """Start the supervisor of a fleet, and return when the fleet is ready.

    Raises:
        StartFailedError: It did not get ready.
    """
    log = folder.log("supervisor")
    with log.open("ab") as file:
        supervisor = subprocess.Popen(  # noqa: S603 - our own module, and a name that was checked
            _supervisor(folder),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    narrator = Narrator(console)
    try:
        while not narrator.ready.is_set():
            state = states.read(folder)
            if state:
                narrator(state)
            if supervisor.poll() is not None:
                state = states.read(folder)
                raise StartFailedError((state and state.error) or tail(log))
            time.sleep(LOOK_AGAIN)
    except KeyboardInterrupt:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait()
        raise
    console.print(greeting(narrator.url, detached=True), highlight=False)


def stop(folder: RunFolder, state: FleetState, console: Console) -> None:
    """Stop a running fleet, and return when it has."""
    narrator = Narrator(console, state)
    os.kill(state.pid, signal.SIGTERM)
    while states.is_running(folder):
        narrator(states.read(folder) or state)
        time.sleep(LOOK_AGAIN)
    narrator(states.read(folder) or state)


def _supervisor(folder: RunFolder) -> tuple[str, ...]:
    return (sys.executable, "-m", "fleet_cli.supervise", folder.name)
