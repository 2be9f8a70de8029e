"""One worker, seen from the service."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

import msgspec

from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import LONGEST_LINE, Job, Line, lines

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
# What the system sends who takes too much.
_TOO_MUCH = (signal.SIGXCPU, signal.SIGKILL)


class Child:
    """A process that loads its modules, reads one file and ends."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, modules: Sequence[str]) -> "Child":
        """Start one that loads `modules`.

        Raises:
            OSError: The system lets us have no more processes.
        """
        command = (sys.executable, "-P", "-m", "fleet_files.parsing.worker", str(os.getpid()))
        process = await asyncio.create_subprocess_exec(
            *command,
            *modules,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # libraries would tell there what is in the file
            env=_environment(os.environ),
            limit=LONGEST_LINE,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.returncode is None

    def give(self, job: Job) -> None:
        """Hand it its file."""
        if self._process.stdin is None:
            raise RuntimeError("the worker has no input")
        self._process.stdin.write(msgspec.json.encode(job) + b"\n")

    async def line(self) -> tuple[Line, int]:
        """Return what it says next, and in how many bytes.

        Raises:
            ReadError: It died over its file.
            RuntimeError: It failed before it had one.
        """
        if self._process.stdout is None:
            raise RuntimeError("the worker has no output")
        data = await self._process.stdout.readline()
        if not data:
            raise self._death(await self._process.wait())
        return lines.decode(data), len(data)

    def _death(self, code: int) -> Exception:
        """Return what it means that the process ended early."""
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

    async def stop(self) -> None:
        """End it, whatever it does, and wait until it is gone."""
        with suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.stdout is not None:
            # Where nobody read on, the end is only seen after what is left; until then the pipe stays open.
            await self._process.stdout.read()
        await self._process.wait()


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a worker."""
    kept = {n: v for n, v in ours.items() if n in _KEPT or n.startswith(_KEPT_BEGINNINGS)}
    return kept | _OFFLINE
