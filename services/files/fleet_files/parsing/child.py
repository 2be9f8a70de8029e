"""One worker, seen from the service."""

import asyncio
import signal
import socket
from contextlib import suppress

import msgspec

from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import Job, Line, lines
from fleet_runtime.errors import Unavailable

# In bytes. An exit code is shorter.
_EXIT_CODE = 16
# What the system sends who takes too much.
_TOO_MUCH = (signal.SIGXCPU, signal.SIGKILL)


class Child:
    """A process that reads one file and ends.

    Args:
        reader: What it says.
        writer: What it is told.
        leash: To let go of this ends it; its exit code comes by it.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, leash: socket.socket
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._leash = leash

    def give(self, job: Job) -> None:
        """Hand it its file."""
        self._writer.write(msgspec.json.encode(job) + b"\n")

    async def line(self) -> tuple[Line, int]:
        """Return what it says next, and in how many bytes.

        Raises:
            ReadError: It died over its file.
            Unavailable: It died because its fork server did.
            RuntimeError: It failed by our fault.
        """
        try:
            data = await self._reader.readline()
        except ConnectionError:
            data = b""  # it died before it had read what it was told
        if not data.endswith(b"\n"):
            raise _death(await self._leash_says())
        return lines.decode(data), len(data)

    async def stop(self) -> None:
        """End it, whatever it does, and wait until it is gone."""
        with self._leash:
            self._writer.transport.abort()
            with suppress(OSError):  # it is gone already
                self._leash.shutdown(socket.SHUT_WR)
            while await self._leash_says():
                pass

    async def _leash_says(self) -> bytes:
        """Return its exit code, or nothing if that was returned already or will never come."""
        return await asyncio.get_running_loop().sock_recv(self._leash, _EXIT_CODE)


def _death(exit_code: bytes) -> Exception:
    """Return what it means that a worker ended early."""
    if not exit_code:
        return Unavailable(
            "The process that reads files of this kind was ended while it read this one. Try again.",
            code="reader_ended",
        )
    code = int(exit_code)
    if code >= 0:
        return RuntimeError(f"a worker for reading files failed with the status {code}")
    if -code in _TOO_MUCH:
        return ReadError(
            "file_too_large",
            "Reading the file took more CPU time or memory than it may. Split it, or raise `limits`.",
        )
    return ReadError(
        "broken_file",
        f"The file is broken: reading it ended in {signal.Signals(-code).name}."
        " Open it where it was made, and save it again.",
    )
