"""Starting a system, knowing all its processes, and leaving none behind."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fleet_bench import cpu
from fleet_bench.load import BadAnswerError, Check, chat, check_whole, connect
from fleet_bench.system import Launch

STARTS_WITHIN = 120.0
STOPS_WITHIN = 20.0
POLL = 0.02


class Running:
    """A system that was started; all processes that this one starts meanwhile count as its own."""

    def __init__(self, launch: Launch, port: int, folder: Path) -> None:
        self.port = port
        self.prefix = launch.prefix
        self.start = 0.0
        """Seconds from its start to its first good answer."""
        self._log = folder / "log.txt"
        self._others = cpu.own_descendants()
        self._begun = time.perf_counter()
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                launch.command,
                env={**os.environ, **launch.environment},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def pids(self) -> set[int]:
        """Return the ids of all its processes."""
        return cpu.own_descendants() - self._others

    async def ready(self, request: bytes, check: Check) -> None:
        """Ask until the answer passes `check`.

        Raises:
            RuntimeError: It ended or did not answer in time; the message has the end of its log.
        """
        last: Exception | None = None
        while self._process.poll() is None and time.perf_counter() < self._begun + STARTS_WITHIN:
            try:
                await _ask(self.port, request, check)
            except (OSError, BadAnswerError) as error:
                last = error
                await asyncio.sleep(POLL)
            else:
                self.start = time.perf_counter() - self._begun
                return
        raise RuntimeError(f"no good answer ({last}); the log ends in:\n{self._tail()}")

    def stop(self) -> None:
        """Ask the first process to end, then end what is left."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):  # then it is killed with the rest
            self._process.wait(STOPS_WITHIN)
        for pid in self.pids():
            with suppress(ProcessLookupError):  # it ended by itself meanwhile
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def _tail(self) -> str:
        return self._log.read_text(errors="replace")[-3000:]


def free_port() -> int:
    """Return a port on loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def running(
    launch: Launch, port: int, folder: Path, model: str, check: Check = check_whole
) -> AsyncIterator[Running]:
    """Start a system, wait until it answers for `model`, and stop all its processes in the end."""
    system = Running(launch, port, folder)
    try:
        await system.ready(chat(launch.prefix + model, stream=False), check)
        yield system
    finally:
        await asyncio.to_thread(system.stop)


async def _ask(port: int, request: bytes, check: Check) -> None:
    connection = await connect(port)
    try:
        check(await connection.call(request))
    finally:
        connection.close()
