"""Running code: so much at once, each run in a folder of its own or of its session."""

import asyncio
import math
import os
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from fleet_runtime.config import ConfigError
from fleet_runtime.errors import FleetError, ResourceExhausted, Unavailable, Unimplemented
from fleet_tools.sandbox import folders, made
from fleet_tools.sandbox.finishing import finished
from fleet_tools.sandbox.made import MadeFile
from fleet_tools.sandbox.order import Order, Report
from fleet_tools.sandbox.python import ENVIRONMENT, Python, find
from fleet_tools.sandbox.running import Ran, run
from fleet_tools.sandbox.sessions import KeptWorkplaces
from fleet_tools.sandbox.settings import KILOBYTE, MEGABYTE, SandboxConfig
from fleet_tools.sandbox.workplaces import Workplace, Workplaces

log = structlog.get_logger()

# In seconds, for who finds all places taken and many waiting.
_RETRY_AFTER = 5.0


@dataclass(frozen=True)
class Outcome:
    """What came of a run, with the files that it made."""

    ran: Ran
    files: Sequence[MadeFile]


class Interpreter:
    """Runs code in jails.

    What the jails of this machine are like is tried, and said, at the start.

    Args:
        config: What code may do.
    """

    def __init__(self, config: SandboxConfig) -> None:
        self._config = config
        self._workplaces = Workplaces(config.folder)
        self._sessions = KeptWorkplaces(self._workplaces, config.sessions)
        self._places = asyncio.Semaphore(config.runs)
        self._here = 0
        self._ready = asyncio.create_task(self._prepare())

    async def aclose(self) -> None:
        """Let go of all folders."""
        self._ready.cancel()
        # Whoever called was told why it failed, if it did.
        await asyncio.gather(self._ready, return_exceptions=True)
        await self._sessions.aclose()
        await asyncio.to_thread(self._workplaces.close)

    async def run(
        self,
        code: str,
        files: Mapping[str, bytes],
        session: str | None = None,
        seconds: float = math.inf,
    ) -> Outcome:
        """Run code. To cancel this ends the run.

        Args:
            code: The text of a program.
            files: Put into its folder before.
            session: Whose folder it runs in; one of its own if `None`.
            seconds: How long its caller has time.

        Raises:
            ResourceExhausted: Too many runs wait.
            Unimplemented: The machine lets code not be held back as is required.
            Unavailable: The interpreter does not run.
        """
        if sys.platform != "linux":
            raise Unimplemented("Code is run on Linux only: jails are made of what it has.")
        python = await self._python()
        async with self._place(), self._workplace(session) as workplace:
            before = await asyncio.to_thread(_prepared, workplace, files)
            order = self._order(python, code, workplace, seconds)
            ran = await run(order, self._config.limits.output_kb * KILOBYTE)
            if ran.report and ran.report.verdict == "isolation":
                raise _not_held(ran.report, self._config.require)
            return Outcome(
                ran, await asyncio.to_thread(made.changed, workplace.work, before, self._room())
            )

    def _room(self) -> made.Room:
        limits = self._config.limits
        return made.Room(limits.images_kb * KILOBYTE, limits.returned_kb * KILOBYTE)

    @asynccontextmanager
    async def _place(self) -> AsyncGenerator[None, None]:
        """Wait for a place among those that run."""
        if self._here >= self._config.runs + self._config.waiting:
            raise ResourceExhausted(
                "Too much code waits to be run. Try again later, or raise `runs`.",
                code="too_many_runs",
                retry_after=_RETRY_AFTER,
            )
        self._here += 1
        try:
            async with self._places:
                yield
        finally:
            self._here -= 1

    @asynccontextmanager
    async def _workplace(self, session: str | None) -> AsyncGenerator[Workplace, None]:
        if session is not None:
            async with self._sessions.held(session) as workplace:
                yield workplace
            return
        workplace = self._workplaces.make()
        try:
            yield workplace
        finally:
            await finished(asyncio.to_thread(self._workplaces.remove, workplace))

    async def _python(self) -> Python:
        """Return the interpreter, once the machine was tried; what failed then may do better now."""
        if self._ready.done() and self._ready.exception():
            self._ready = asyncio.create_task(self._prepare())
        try:
            return await asyncio.shield(self._ready)
        except ConfigError as error:
            raise Unavailable(f"Code cannot be run: {error}.", code="no_interpreter") from None

    async def _prepare(self) -> Python:
        try:
            return await self._tried()
        except (ConfigError, FleetError, OSError) as error:
            log.error("sandbox.not_ready", cause=str(error))  # noqa: TRY400 - the cause says it all
            raise

    async def _tried(self) -> Python:
        """Find the interpreter, and try what holds code back on this machine."""
        python = await find(self._config)
        if sys.platform != "linux":
            log.warning("sandbox.no_linux", runs_code=False)
            return python
        workplace = self._workplaces.make()
        try:
            report = (await run(self._order(python, "", workplace, math.inf), KILOBYTE)).report
        finally:
            await asyncio.to_thread(self._workplaces.remove, workplace)
        if report:
            _say(report, self._config)
        return python

    def _order(self, python: Python, code: str, workplace: Workplace, seconds: float) -> Order:
        limits = self._config.limits
        return Order(
            command=python.command,
            code=code,
            environ=dict(ENVIRONMENT),
            work=str(workplace.work),
            scratch=str(workplace.scratch),
            root=str(workplace.root),
            readable=[*python.readable, *map(str, self._config.readable)],
            user=workplace.user,
            layers=self._config.layers,
            require=self._config.require,
            seconds=min(limits.seconds, seconds),
            cpu_seconds=limits.cpu_seconds,
            memory=limits.memory_mb * MEGABYTE,
            processes=limits.processes,
            largest_file=limits.file_mb * MEGABYTE,
            all_files=limits.files_mb * MEGABYTE,
            files=limits.files,
        )


def _prepared(workplace: Workplace, files: Mapping[str, bytes]) -> dict[str, os.stat_result]:
    """Make a folder ready for a run, and return what is in it."""
    folders.clear(str(workplace.scratch))
    made.place(workplace.work, files)
    workplace.hand_over()
    return folders.files(str(workplace.work))


def _say(report: Report, config: SandboxConfig) -> None:
    """Say what holds code back here, loudly where that is less than it might be."""
    missing = [layer for layer in config.layers if layer not in report.layers]
    tell = log.warning if missing or report.verdict == "isolation" else log.info
    tell(
        "sandbox.layers",
        layers=report.layers,
        missing=missing,
        protections=report.protections,
        why=report.trouble,
        runs_code=report.verdict != "isolation",
    )


def _not_held(report: Report, require: Sequence[str]) -> Unimplemented:
    lacking = ", ".join(sorted(set(require) - set(report.protections))) or "a jail"
    why = "; ".join(f"{layer}: {text}" for layer, text in report.trouble.items()) or "no reason"
    return Unimplemented(
        f"Code is not run here, as this machine lets it not be kept from: {lacking} ({why})."
        " Allow one of the layers, or lower `require`.",
        code="no_isolation",
    )
