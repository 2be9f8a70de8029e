"""The process that trains, seen from the service."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from fleet_post_training.trainer.task import EVENTS, Event
from fleet_runtime.errors import Unavailable

log = structlog.get_logger()

# All else in the environment, keys above all, is none of its business.
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "USER", "LOGNAME")
_KEPT_BEGINNINGS = (
    "CUDA_",
    "NVIDIA_",
    "NCCL_",
    "GLOO_",
    "TORCH",
    "PYTHON",
    "OMP_",
    "HSA_",
    "ROCR_",
)
_OWN = {
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # Threads that wait by spinning hold up those that others need, on a machine that is busy.
    "OMP_WAIT_POLICY": "PASSIVE",
    "GOMP_SPINCOUNT": "0",
}


class Child:
    """Tells what the process says.

    Args:
        process: The process.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def events(self) -> AsyncGenerator[Event, None]:
        """Yield what it tells, until it ends well.

        Raises:
            Unavailable: It was ended by somebody, such as the system for want of memory.
            RuntimeError: It failed; the log says why.
        """
        if self._process.stdout is None:
            raise RuntimeError("a trainer without an output was started")
        async for line in self._process.stdout:
            yield EVENTS.decode(line)
        code = await self._process.wait()
        if code < 0:
            raise Unavailable(
                f"The process that trained was ended by {signal.Signals(-code).name}; it goes on from the last"
                " checkpoint.",
                code="trainer_ended",
            )
        if code:
            raise RuntimeError(f"a trainer failed with the status {code}")


@asynccontextmanager
async def running(folder: Path, threads: int | None) -> AsyncGenerator[Child, None]:
    """Start a process that trains what the folder says, and end it, with all that it started, with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "fleet_post_training.trainer",
        str(folder),
        str(os.getpid()),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
        env=_environment(os.environ, threads),
    )
    log.info("trainer.started", trainer=process.pid, job=folder.name)
    try:
        yield Child(process)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _environment(ours: Mapping[str, str], threads: int | None) -> dict[str, str]:
    kept = {n: v for n, v in ours.items() if n in _KEPT or n.startswith(_KEPT_BEGINNINGS)}
    return kept | _OWN | ({} if threads is None else {"OMP_NUM_THREADS": str(threads)})
