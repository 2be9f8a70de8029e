"""One process, kept running."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from fleet_cli import tether
from fleet_cli.logs import tail
from fleet_cli.program import GRACE, Program
from fleet_cli.state import Condition, ProgramState

FIRST_PAUSE = 0.5
"""Seconds before the first restart; each later one waits twice as long."""
LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 60.0
"""Seconds that a process must run for its past deaths to be forgotten."""
STARTS = 3
"""Times that a process may die before it is ever ready, until its fleet gives up on the start."""
WRONG_CONFIG = 2
"""The exit code of a service whose config is wrong: trying again is no use."""
LOOK_AGAIN = 0.1
"""Seconds between two looks at a process that is starting."""
CHECK_AGAIN = 5.0
"""Seconds between two looks at a process that is ready."""
MISSES = 6
"""Looks without a good answer, one after another, after which a process is killed."""


class StartFailedError(Exception):
    """A program did not get ready; the text says why, with the end of its log."""


class Child:
    """Keeps one program running: starts it, sees that it is well, starts it again when it dies.

    Args:
        program: What to run.
        log: The file that its output is appended to.
        changed: Called after each change of `state`.
    """

    def __init__(self, program: Program, log: Path, changed: Callable[[], None]) -> None:
        self.program = program
        self.log = log
        self.state = ProgramState(name=program.name, address=program.address)
        self.first_ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changed = changed
        self._stopping = asyncio.Event()
        self._process: Process | None = None
        self._prepared = not program.before

    async def run(self) -> None:
        """Keep it running until `stop`."""
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            begun = time.monotonic()
            code = await self._live()
            if self._stopping.is_set():
                break
            if time.monotonic() - begun > HEALTHY_AFTER:
                pause = FIRST_PAUSE
            await self._mourn(code, pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self._become("stopped")

    async def stop(self) -> None:
        """Let it drain and end; kill it if that takes too long."""
        if self.state.condition == "ready":
            await self.program.before_stop()
        self._stopping.set()
        if self._process is not None:
            self._become("stopping")
            with suppress(ProcessLookupError):
                self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), self.program.drain + GRACE)
            except TimeoutError:
                self.kill()
                await self._process.wait()

    def kill(self) -> None:
        """End it, and all that it started, at once."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _live(self) -> int:
        """Run it from start to end, and return its exit code (below zero: the signal that ended it)."""
        if not self._prepared:
            code = await self._spawn_and_wait(self.program.before)
            if code:
                return code
            self._prepared = True
        if self._stopping.is_set():
            return 0
        return await self._spawn_and_wait(self.program.command, watched=True)

    async def _spawn_and_wait(self, command: tuple[str, ...], *, watched: bool = False) -> int:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-IS", tether.__file__, str(os.getpid()), *command),
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.environ},
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                # Ctrl-C reaches us alone, and we say who stops when.
                start_new_session=True,
            )
        if self._stopping.is_set():  # since we began to start it
            self.kill()
        self.state.pid = self._process.pid
        self.state.since = time.time()
        self._become("starting")
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(self._watch()) if watched else None
            code = await self._process.wait()
            if watch:
                watch.cancel()
        self.kill()  # what it may have left behind
        self._process = None
        self.state.pid = None
        return code

    async def _watch(self) -> None:
        """See when it is ready, and then that it stays well."""
        begun = time.monotonic()
        while not await self.program.ready():  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(LOOK_AGAIN)
        self.state.took = time.monotonic() - begun
        self._become("ready")
        if not self.first_ready.done():
            self.first_ready.set_result(None)
        misses = 0
        while misses < MISSES:
            await asyncio.sleep(CHECK_AGAIN)
            well = await self.program.ready()
            if self._stopping.is_set():
                return
            misses = 0 if well else misses + 1
            self._become("ready" if well else "unhealthy")
        self.kill()

    async def _mourn(self, code: int, pause: float) -> None:
        """Note how it ended, and wait before the next start."""
        self.state.detail = f"{ending(code)} {time.strftime('at %H:%M:%S')}"
        self.state.restarts += 1
        hopeless = code == WRONG_CONFIG or self.state.restarts >= STARTS
        if hopeless and not self.first_ready.done():
            text = f"{self.program.name} {ending(code)} before it was ready; its log ends:\n"
            self.first_ready.set_exception(StartFailedError(text + tail(self.log)))
        self._become("backing off")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), pause)

    def _become(self, condition: Condition) -> None:
        if condition != self.state.condition:
            self.state.condition = condition
            self._changed()


def ending(code: int) -> str:
    """Say how a process ended, by its exit code."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
