"""One run, seen from the service."""

import asyncio
import os
import socket
import sys
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fleet_runtime.errors import Unavailable
from fleet_tools.sandbox.finishing import finished
from fleet_tools.sandbox.order import Order, Report

# In bytes. The value of the last expression fits in, whatever its characters are.
_LONGEST_REPORT = 1024 * 1024
_PIECE = 64 * 1024
# How many times as much as is kept may be printed, before that ends the run.
_PATIENCE = 64
# In seconds. A launcher ends its run at once, unless the machine hangs.
_ENDING = 10.0


class Output:
    """What a run printed, as far as it is kept.

    Args:
        most: How many bytes are kept.

    Attributes:
        size: How many bytes there were.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = bytearray()
        self.size = 0

    @property
    def text(self) -> str:
        """What was kept."""
        return self._kept.decode(errors="replace")

    @property
    def cut(self) -> bool:
        """Whether there was more than is kept."""
        return self.size > self._most

    async def read(self, stream: asyncio.StreamReader) -> bool:
        """Read on to the end, or until it is far too much; say whether it ended."""
        while piece := await stream.read(_PIECE):
            self._kept += piece[: self._most - len(self._kept)]
            self.size += len(piece)
            if self.size > self._most * _PATIENCE:
                return False
        return True


@dataclass(frozen=True)
class Ran:
    """What came of a run.

    Attributes:
        stdout: What it printed.
        stderr: What it printed as errors.
        report: What became of it; `None` if it was ended because it printed without end.
    """

    stdout: Output
    stderr: Output
    report: Report | None


async def run(order: Order, kept: int) -> Ran:
    """Run code. To cancel this ends the run, and all its processes.

    Args:
        order: What is run.
        kept: How many bytes are kept of each of its outputs.

    Raises:
        Unavailable: The launcher was ended by somebody.
        OSError: The system lets us have no more processes.
    """
    process, reader, writer = await _launched()
    stdout, stderr = Output(kept), Output(kept)
    try:
        writer.write(order.line())
        if not process.stdout or not process.stderr:
            raise TypeError("a launcher has outputs")
        ended = await _all_true(stdout.read(process.stdout), stderr.read(process.stderr))
        if not ended:
            return Ran(stdout, stderr, None)
        line = await reader.readline()
    finally:
        await finished(_see_off(process, writer))
    if not line:
        raise Unavailable("The process that runs code was ended. Try again.", code="run_ended")
    return Ran(stdout, stderr, Report.read(line))


async def _launched() -> tuple[
    asyncio.subprocess.Process, asyncio.StreamReader, asyncio.StreamWriter
]:
    """Start a launcher, and return it, and what it is spoken to by."""
    ours, theirs = socket.socketpair()
    with theirs:
        reader, writer = await asyncio.open_unix_connection(sock=ours, limit=_LONGEST_REPORT)
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-m", "fleet_tools.sandbox.launcher"),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                # No secret of the service is there to be found.
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                start_new_session=True,
            )
        except BaseException:
            writer.transport.abort()
            raise
    return process, reader, writer


async def _see_off(process: asyncio.subprocess.Process, writer: asyncio.StreamWriter) -> None:
    """Let go of a launcher, which ends its run then, and wait until it is gone."""
    writer.transport.abort()
    try:
        async with asyncio.timeout(_ENDING):
            # Somebody must read on, or asyncio does not notice that a process whose pipes are full has ended.
            await asyncio.gather(process.wait(), *map(_drain, (process.stdout, process.stderr)))
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _drain(stream: asyncio.StreamReader | None) -> None:
    while stream and await stream.read(_PIECE):
        pass


async def _all_true(*reading: Coroutine[Any, Any, bool]) -> bool:
    """Wait until all end well, or one does not."""
    tasks = [asyncio.ensure_future(each) for each in reading]
    try:
        for done in asyncio.as_completed(tasks):
            if not await done:
                return False
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    return True
