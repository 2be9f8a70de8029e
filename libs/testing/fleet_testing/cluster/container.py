"""One container: a process in the pod's network, with a root of its own."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet_testing.cluster import container_root
from fleet_testing.cluster.manifests import Object

REPOSITORY = Path(__file__).parents[4]
# Where programs and their libraries are, whatever is mounted over it.
KEEP = sorted({sys.prefix, sys.base_prefix, str(REPOSITORY)})


@dataclass(frozen=True)
class Place:
    """Where a container runs.

    Attributes:
        enter: What enters the pod's network.
        mounts: What is mounted where, as `container_root` takes it.
        environ: Its environment variables.
        root: An empty folder.
        log: The file that its output goes to.
    """

    enter: tuple[str, ...]
    mounts: list[dict[str, Any]]
    environ: dict[str, str]
    root: Path
    log: Path


class Container:
    """One container of a pod, which may be started more than once.

    Args:
        spec: The container as manifests have it.
        place: Where it runs.
        user: The id of its user.
    """

    def __init__(self, spec: Object, place: Place, user: int) -> None:
        self.spec = spec
        self.name = str(spec["name"])
        self._place = place
        self._user = user
        self._process: Process | None = None

    async def start(self) -> None:
        """Start its program."""
        # Without a command it would be the image's.
        command = [*self.spec["command"], *self.spec.get("args", [])]
        self._process = await self._spawn(command)

    async def wait(self) -> int:
        """Return its exit code, once it has ended; below zero, the signal that ended it."""
        if self._process is None:
            return 0
        code = await self._process.wait()
        self.kill()  # what it may have left behind
        return code

    async def execute(self, command: Sequence[str], seconds: float) -> bool:
        """Run a command beside its program, and return whether it succeeded within `seconds`."""
        process = await self._spawn(command)
        try:
            return await asyncio.wait_for(process.wait(), seconds) == 0
        except TimeoutError:
            return False
        finally:
            _kill(process)
            await process.wait()

    def terminate(self) -> None:
        """Ask it to end."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.terminate()

    def kill(self) -> None:
        """End it, and all that it started, at once."""
        if self._process is not None:
            _kill(self._process)

    def said(self) -> str:
        """Return the end of its log."""
        return self._place.log.read_text(errors="replace")[-4000:]

    async def _spawn(self, command: Sequence[str]) -> Process:
        security = self.spec.get("securityContext") or {}
        spec = {
            "root": str(self._place.root),
            "mounts": self._place.mounts,
            "keep": KEEP,
            "read_only": security.get("readOnlyRootFilesystem", False),
            "user": self._user,
            "cwd": self.spec.get("workingDir", "/"),
        }
        start = (sys.executable, "-IS", container_root.__file__, str(os.getpid()))
        with self._place.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(*self._place.enter, *start, json.dumps(spec), *command),
                env=self._place.environ,
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                start_new_session=True,
            )


def _kill(process: Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
