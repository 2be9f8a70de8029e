"""The fork server of one parser, seen from the service."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress

from fleet_files.parsing.child import Child
from fleet_files.parsing.wire import LONGEST_LINE
from fleet_runtime.errors import Unavailable

# All else in the environment, keys above all, is none of a worker's business.
_KEPT = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "SSL_CERT_FILE")
_KEPT_BEGINNINGS = ("LANG", "LC_", "DOCLING_", "HF_HOME", "NLTK_DATA", "TESSDATA_PREFIX")
# Model libraries must not wait for a hub that they cannot reach; and one file is one thread's work.
_OFFLINE = {
    "DO_NOT_TRACK": "true",
    "HF_HUB_OFFLINE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONUTF8": "1",
    "SCARF_NO_ANALYTICS": "true",
}
# In seconds. A process that is killed is gone at once, unless the one that kills it hangs.
_ENDING = 5.0


class Forks:
    """A process that has loaded its modules, and workers forked from it."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self._process = process
        self._control = control

    @classmethod
    async def start(cls, modules: Sequence[str]) -> "Forks":
        """Start a process that loads `modules`.

        Raises:
            OSError: The system lets us have no more processes.
        """
        command = (sys.executable, "-P", "-m", "fleet_files.parsing.fork_server", str(os.getpid()))
        ours, theirs = socket.socketpair()
        with theirs, ExitStack() as undone:
            undone.enter_context(ours)
            process = await asyncio.create_subprocess_exec(
                *command,
                *modules,
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,  # libraries would tell there what is in a file
                env=_environment(os.environ),
            )
            undone.pop_all()
        return cls(process, ours)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.returncode is None

    @asynccontextmanager
    async def worker(self) -> AsyncGenerator[Child, None]:
        """Hold a worker that has no file yet; whatever became of it, it is gone at the end.

        Raises:
            Unavailable: The process that forks is gone.
        """
        try:
            child = await self._fork()
            try:
                yield child
            finally:
                await self._end(child)
        except Unavailable:
            await self.stop()
            raise

    async def _fork(self) -> Child:
        channel, their_channel = socket.socketpair()
        leash, their_leash = socket.socketpair()
        with their_channel, their_leash, ExitStack() as undone:
            undone.enter_context(channel)
            undone.enter_context(leash).setblocking(False)
            try:
                pair = [their_channel.fileno(), their_leash.fileno()]
                socket.send_fds(self._control, [b"\0"], pair)
            except OSError:
                raise Unavailable(
                    "The process that reads files of this kind has ended. Try again.",
                    code="reader_ended",
                ) from None
            reader, writer = await asyncio.open_unix_connection(sock=channel, limit=LONGEST_LINE)
            undone.pop_all()
        return Child(reader, writer, leash)

    async def _end(self, child: Child) -> None:
        try:
            async with asyncio.timeout(_ENDING):
                await child.stop()
        except TimeoutError:
            await self.stop()

    async def stop(self) -> None:
        """End it and all its workers, and wait until it is gone."""
        self._control.close()
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a worker."""
    kept = {n: v for n, v in ours.items() if n in _KEPT or n.startswith(_KEPT_BEGINNINGS)}
    return kept | _OFFLINE
