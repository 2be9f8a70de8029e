"""Answering all lines of a batch that came to nothing yet, some at once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from fleet.batches.v1 import messages as m
from fleet_batches.asking import Asking
from fleet_batches.input_file import InputFile
from fleet_batches.lines import Line, LineReader
from fleet_batches.records import Record
from fleet_runtime.errors import FleetError, InvalidArgument
from fleet_runtime.jobs import Journal, TakenAwayError

# How many lines that are given up are written together.
_GIVEN_UP = 500


class Answering:
    """Goes through the lines of one batch.

    Args:
        asking: Asks one.
        journal: Keeps what came of each.
        at_once: How many are asked at once. A line counts until what came of it is kept, so when this process dies, no
            more than these are asked again.
    """

    def __init__(self, asking: Asking, journal: Journal[Record], at_once: int) -> None:
        self._asking = asking
        self._journal = journal
        self._at_once = asyncio.Semaphore(at_once)
        self._giving_up = asyncio.Semaphore(_GIVEN_UP)

    async def run(self, file: InputFile, reader: LineReader, done: set[int]) -> None:
        """Answer the lines of `file` that are not `done`, or give them up once the batch is cancelled or expires.

        Raises:
            TakenAwayError: Somebody else works on the batch.
            FleetError: What came of lines cannot be kept; or a line that was good is good no more.
        """

        def read(number: int, text: bytes | None) -> Line | m.BatchError | None:
            return None if number in done else reader.read(number, text)

        failed: Exception | None = None
        try:
            async with (
                self._journal.running(),
                aclosing(file.lines(read)) as lines,
                asyncio.TaskGroup() as group,
            ):
                async for line in lines:
                    if isinstance(line, m.BatchError):
                        raise _changed(line)
                    if line is not None:
                        await self._begin(line, group)
        except* (TakenAwayError, FleetError) as several:
            failed = several.exceptions[0]
        if failed is not None:
            raise failed

    async def _begin(self, line: Line, group: asyncio.TaskGroup) -> None:
        """Wait until a line may be asked, and have it asked, or given up."""
        await self._at_once.acquire()
        if not (self._asking.cancelled.is_set() or self._asking.is_over):
            group.create_task(self._settle(lambda: self._asking.ask(line), self._at_once))
            return
        self._at_once.release()
        await self._giving_up.acquire()
        group.create_task(self._settle(lambda: self._given_up(line), self._giving_up))

    async def _given_up(self, line: Line) -> Record:
        return self._asking.give_up(line)

    async def _settle(
        self, come_of: Callable[[], Awaitable[Record]], place: asyncio.Semaphore
    ) -> None:
        try:
            await self._journal.keep(await come_of())
        finally:
            place.release()


def _changed(found: m.BatchError) -> InvalidArgument:
    """Return the error for a line that was good when the input was checked: the limits are others now."""
    return InvalidArgument(
        f"Line {found.line} was taken when the batch began, and is not any more: {found.message}",
        code="input_changed",
        param="input_file_id",
    )
