"""Workers for one parser: at most so many at once, all forked from one process that has loaded its modules."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from fleet_files.parsing.child import Child
from fleet_files.parsing.forks import Forks
from fleet_files.parsing.settings import MEGABYTE, Limits, ParserConfig
from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import Done, Failed, Job, Line, Ready
from fleet_runtime.errors import ResourceExhausted, Unavailable

# In seconds, for who finds all workers taken and many waiting.
_RETRY_AFTER = 10.0
# In seconds. To load the largest library takes half a minute where the disk is slow.
_LOADING = 120.0


class Crew:
    """Has files read, each in a process of its own.

    Args:
        modules: What is loaded once, for all workers.
        config: How many there may be, and what a file may cost.
    """

    def __init__(self, modules: Sequence[str], config: ParserConfig) -> None:
        self._modules = tuple(modules)
        self._limits = config.limits
        self._places = asyncio.Semaphore(config.workers)
        self._room = config.workers + config.waiting
        self._here = 0
        self._forks: Forks | None = None
        self._starting = asyncio.Lock()

    async def aclose(self) -> None:
        """End the processes that read."""
        if self._forks:
            await self._forks.stop()

    async def read(self, job: Job) -> AsyncGenerator[Line, None]:
        """Yield what a worker finds in a file. To close this early kills the worker.

        Raises:
            ReadError: The file cannot be read, or not within its limits.
            ResourceExhausted: Too many files wait.
            Unavailable: Somebody ended the process that forks workers.
        """
        async with self._place(), self._worker(job) as child:
            clock = _Clock(self._limits)
            while True:
                line = await clock.line(child)
                if isinstance(line, Failed):
                    raise ReadError(line.code, line.message)
                if isinstance(line, Done):
                    return
                yield line

    @asynccontextmanager
    async def _place(self) -> AsyncGenerator[None, None]:
        """Wait for a place among those that read."""
        if self._here >= self._room:
            raise ResourceExhausted(
                "Too many files wait to be read. Try again later, or raise `workers`.",
                code="too_many_files",
                retry_after=_RETRY_AFTER,
            )
        self._here += 1
        try:
            async with self._places:
                yield
        finally:
            self._here -= 1

    @asynccontextmanager
    async def _worker(self, job: Job) -> AsyncGenerator[Child, None]:
        """Hold a worker that begins to read a file; whatever became of it, it is gone at the end."""
        async with AsyncExitStack() as stack:
            try:
                child = await self._begun(job, stack)
            except Unavailable:  # since the last file
                child = await self._begun(job, stack)
            yield child

    async def _begun(self, job: Job, stack: AsyncExitStack) -> Child:
        forks = await self._running()
        async with AsyncExitStack() as attempt:
            child = await attempt.enter_async_context(forks.worker())
            child.give(job)
            async with asyncio.timeout(_LOADING):
                first, _ = await child.line()
            if isinstance(first, Failed):
                raise ReadError(first.code, first.message)
            if not isinstance(first, Ready):
                raise TypeError("a worker for reading files spoke before it was ready")
            stack.push_async_exit(attempt.pop_all())
            return child

    async def _running(self) -> Forks:
        """Return what forks workers, started if it is not there."""
        async with self._starting:
            if self._forks and not self._forks.alive:
                await self._forks.stop()  # it ended by itself, and left us our end of its socket
                self._forks = None
            if self._forks is None:
                self._forks = await Forks.start(self._modules)
            return self._forks


@dataclass
class _Clock:
    """Counts what a file has cost so far. The time in which nobody asks for more does not count."""

    limits: Limits
    spent: float = 0.0
    size: int = 0

    async def line(self, child: Child) -> Line:
        """Return the worker's next line, if it comes in time and is not too much."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            async with asyncio.timeout(max(0.0, self.limits.seconds - self.spent)):
                line, size = await child.line()
        except TimeoutError:
            raise ReadError(
                "file_too_large",
                f"Reading the file takes longer than {self.limits.seconds:g} seconds."
                " Split it, or raise `limits.seconds`.",
            ) from None
        self.spent += loop.time() - begun
        self.size += size
        if self.size > self.limits.output_mb * MEGABYTE:
            raise ReadError(
                "file_too_large",
                f"There is more than {self.limits.output_mb} MiB of text in the file."
                " Split it, or raise `limits.output_mb`.",
            )
        return line
