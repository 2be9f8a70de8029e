"""Workers for one parser: at most so many at once, and one more that has loaded its modules and waits."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fleet_files.parsing.child import Child
from fleet_files.parsing.settings import MEGABYTE, Limits, ParserConfig
from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import Done, Failed, Job, Line, Ready
from fleet_runtime.errors import ResourceExhausted

# In seconds, for who finds all workers taken and many waiting.
_RETRY_AFTER = 10.0
# In seconds. To load the largest library takes half a minute where the disk is slow.
_LOADING = 120.0


class Crew:
    """Has files read, each in a process of its own.

    Args:
        modules: What each worker loads before it has a file.
        config: How many there may be, and what a file may cost.
    """

    def __init__(self, modules: Sequence[str], config: ParserConfig) -> None:
        self._modules = tuple(modules)
        self._limits = config.limits
        self._places = asyncio.Semaphore(config.workers)
        self._room = config.workers + config.waiting
        self._here = 0
        self._spares: deque[asyncio.Task[Child]] = deque()

    async def aclose(self) -> None:
        """End the workers that wait for a file."""
        while self._spares:
            child = await self._spares.popleft()
            await child.stop()

    async def read(self, job: Job) -> AsyncGenerator[Line, None]:
        """Yield what a worker finds in a file. To close this early kills the worker.

        Raises:
            ReadError: The file cannot be read, or not within its limits.
            ResourceExhausted: Too many files wait.
        """
        async with self._place(), self._worker() as child:
            child.give(job)
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
    async def _worker(self) -> AsyncGenerator[Child, None]:
        """Hold a worker that has no file yet; whatever became of it, it is gone at the end."""
        child = await self._take()
        try:
            async with asyncio.timeout(_LOADING):
                first, _ = await child.line()
            if isinstance(first, Failed):
                raise ReadError(first.code, first.message)
            if not isinstance(first, Ready):
                raise TypeError("a worker for reading files spoke before it was ready")
            if not self._spares:
                self._spares.append(self._start())
            yield child
        finally:
            await child.stop()

    async def _take(self) -> Child:
        while self._spares:
            child = await self._reached(self._spares.popleft())
            if child.alive:
                return child
            await child.stop()
        return await self._reached(self._start())

    async def _reached(self, starting: asyncio.Task[Child]) -> Child:
        """Wait for a worker that starts. Who is cancelled meanwhile leaves it to the next."""
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            self._spares.append(starting)
            raise

    def _start(self) -> asyncio.Task[Child]:
        return asyncio.create_task(Child.start(self._modules))


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
