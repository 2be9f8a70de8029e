"""Writing to the database behind the answer, so that no caller waits for it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from fleet_runtime.access.caller import Caller, acting_for, current
from fleet_runtime.errors import Unavailable

T = TypeVar("T")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is held, and for how long."""

    queue: int = 10_000
    """The most items that wait to be written."""
    batch: int = 100
    """The most items written in one transaction."""
    writers: int = 4
    """The most batches being written at once."""
    patience: float = 10.0
    """The longest that `put` waits for room in the queue, in seconds."""
    outage: float = 60.0
    """How long a batch is tried again while the database is not available, in seconds."""
    drain: float = 20.0
    """The longest wait at the end for what is still to be written, in seconds."""


class WriteBehind(Generic[T]):
    """A bounded queue and its few writers.

    No error reaches who puts an item: what cannot be written is logged by its id and counted.

    Args:
        write: Writes a batch, all or nothing, on behalf of who put it. May get an item again that it wrote before.
        id_of: Names an item in the log.
        limits: How much is held, and for how long.
    """

    def __init__(
        self,
        write: Callable[[Sequence[T]], Awaitable[None]],
        id_of: Callable[[T], str],
        limits: Limits = Limits(),
    ) -> None:
        self.lost = 0
        self._write = write
        self._id_of = id_of
        self._limits = limits
        self._queue: asyncio.Queue[tuple[Caller, T]] = asyncio.Queue(limits.queue)
        self._ended = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write while the block runs, and what is left when it ends."""
        async with asyncio.TaskGroup() as group:
            writers = [group.create_task(self._work()) for _ in range(self._limits.writers)]
            try:
                yield
            finally:
                await self._drain()
                self._ended = True
                for writer in writers:
                    writer.cancel()

    async def put(self, item: T) -> None:
        """Have `item` written soon. Waits while the queue is full."""
        if self._ended:
            return self._lose([item], "put after the end")
        try:
            async with asyncio.timeout(self._limits.patience):
                await self._queue.put((current(), item))
        except TimeoutError:
            self._lose([item], "the queue stayed full")

    async def flush(self) -> None:
        """Wait until all that was put so far is written."""
        await self._queue.join()

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(self._limits.drain):
                await self.flush()
        except TimeoutError:
            left = [self._queue.get_nowait()[1] for _ in range(self._queue.qsize())]
            self._lose(left, "stopped before it was written")

    async def _work(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < self._limits.batch and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            for caller, put in itertools.groupby(batch, key=lambda each: each[0]):
                with acting_for(caller):
                    await self._settle([item for _, item in put])
            for _ in batch:
                self._queue.task_done()

    async def _settle(self, batch: list[T]) -> None:
        """Write `batch`, or what of it can be written."""
        try:
            await self._persist(batch)
        except asyncio.CancelledError:
            self._lose(batch, "stopped while it was written")
            raise
        except Unavailable as error:
            self._lose(batch, str(error))
        except Exception as error:  # noqa: BLE001  # a boundary: nobody waits for the outcome
            if len(batch) == 1:
                self._lose(batch, type(error).__name__)  # its text may hold what was written
            else:
                # One item that the database refuses must not cost the others.
                for item in batch:
                    await self._settle([item])

    async def _persist(self, batch: list[T]) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.outage
        pause = 0.05
        while True:
            try:
                return await self._write(batch)
            except Unavailable:
                if loop.time() + pause > deadline:
                    raise
                await asyncio.sleep(pause)
                pause = min(2 * pause, 2.0)

    def _lose(self, items: Sequence[T], cause: str) -> None:
        self.lost += len(items)
        for item in items:
            log.error("write.lost", id=self._id_of(item), cause=cause)
