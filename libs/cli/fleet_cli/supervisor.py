"""The supervisor: one process that owns all the others of a fleet."""

import asyncio
import fcntl
import os
import signal
from asyncio import FIRST_COMPLETED
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from fleet_cli import state as states
from fleet_cli.child import Child, StartFailedError
from fleet_cli.home import RunFolder
from fleet_cli.logs import rotate_forever
from fleet_cli.plan import plan
from fleet_cli.program import Waves
from fleet_cli.settings import Values
from fleet_cli.state import FleetState, Phase

Listener = Callable[[FleetState], None]


class AlreadyRunningError(Exception):
    """Another supervisor runs the fleet of that name."""


class Supervisor:
    """Starts the programs of a fleet in order, keeps them running, and stops them in reverse order.

    Args:
        folder: The fleet's files.
        waves: Its programs.
        url: Where its gateway will be.
        changed: Called after each change, with the whole state.
    """

    def __init__(self, folder: RunFolder, waves: Waves, url: str | None, changed: Listener) -> None:
        self._folder = folder
        self._listener = changed
        self._waves = [
            [Child(program, folder.log(program.name), self._changed) for program in wave]
            for wave in waves
        ]
        self._children = [child for wave in self._waves for child in wave]
        programs = [child.state for child in self._children]
        self.state = FleetState(folder.name, os.getpid(), url, programs=programs)
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Run the fleet until `stop`.

        Raises:
            StartFailedError: One of the programs did not get ready. The others were stopped.
        """
        self._changed()
        async with asyncio.TaskGroup() as group:
            rotating = group.create_task(rotate_forever([child.log for child in self._children]))
            try:
                await self._start(group)
                await self._stop.wait()
                self._enter("stopping")
            except StartFailedError as error:
                self.state.error = str(error)
                self._enter("failed")
            finally:
                await self._stop_all()
                rotating.cancel()
        if self.state.error:
            raise StartFailedError(self.state.error)
        self._enter("stopped")

    def stop(self) -> None:
        """Stop the fleet, letting open calls end; asked a second time, at once."""
        if self._stop.is_set():
            for child in self._children:
                child.kill()
        self._stop.set()

    async def _start(self, group: asyncio.TaskGroup) -> None:
        """Start wave after wave, as long as nobody says stop."""
        for wave in self._waves:
            for child in wave:
                group.create_task(child.run())
            await self._ready_or_stop(wave)
            if self._stop.is_set():
                return
        self._enter("ready")

    async def _ready_or_stop(self, wave: list[Child]) -> None:
        """Wait until all of `wave` are ready, or until somebody says stop."""
        stop = asyncio.ensure_future(self._stop.wait())
        pending: set[asyncio.Future[Any]] = {child.first_ready for child in wave}
        try:
            while pending and not stop.done():
                done, _ = await asyncio.wait({stop, *pending}, return_when=FIRST_COMPLETED)
                for ready in pending & done:
                    ready.result()
                pending -= done
        finally:
            stop.cancel()

    async def _stop_all(self) -> None:
        for wave in reversed(self._waves):
            await asyncio.gather(*(child.stop() for child in wave))

    def _enter(self, phase: Phase) -> None:
        self.state.phase = phase
        self._changed()

    def _changed(self) -> None:
        states.write(self._folder, self.state)
        self._listener(self.state)


async def supervise(folder: RunFolder, values: Values, changed: Listener) -> None:
    """Run the fleet of checked `values` until `SIGTERM`, `SIGINT` or `SIGHUP`.

    Raises:
        StartFailedError: One of the programs did not get ready.
        AlreadyRunningError: Another supervisor runs the fleet of that name.
        ConfigError: A value does not fit this machine.
    """
    with _locked(folder):
        planned = plan(values, folder)
        supervisor = Supervisor(folder, planned.waves, planned.url, changed)
        for word in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(word, supervisor.stop)
        await supervisor.run()


@contextmanager
def _locked(folder: RunFolder) -> Generator[None, None, None]:
    """Hold the fleet's lock, by which others know that it runs."""
    with folder.lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(
                f"the fleet {folder.name!r} is running already; `llama stack stop` stops it"
            ) from None
        yield
