"""Gathering the examples of jobs: reading rows of datasets page by page, and writing what they teach to disk."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path

import msgspec

from fleet.eval.v1 import messages as e
from fleet_post_training.config import LimitConfig
from fleet_post_training.distillation import Distillation
from fleet_post_training.examples import Example, Messages, RowReader, reader
from fleet_post_training.neighbours import Neighbours
from fleet_post_training.provider import ExampleFiles, Order
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, InvalidArgument, NotFound, TooLarge

# How many rows are looked at before a job is taken.
_FIRST_ROWS = 20
# In seconds: the longest that a page may take.
_PAGE_SECONDS = 120.0
_PAGE_ROWS = 1000

_encode = msgspec.json.Encoder().encode


class Gathering:
    """Has the examples of jobs.

    Args:
        neighbours: Have datasets, and models to learn from.
        limits: How large a dataset may be.
        distillation: Asks those models.
    """

    def __init__(
        self, neighbours: Neighbours, limits: LimitConfig, distillation: Distillation
    ) -> None:
        self._rows = neighbours.rows
        self._limits = limits
        self._distillation = distillation

    async def check(self, order: Order) -> None:
        """Look at the first rows of a request's datasets, before it is taken.

        Raises:
            InvalidArgument: There is no such dataset, it is empty, or one of these rows is wrong.
        """
        for field, dataset in _datasets(order):
            rows = reader(order.data, order.kind, field, dataset)
            page = await self._page(order, rows, None, _FIRST_ROWS)
            if not page.data:
                raise InvalidArgument(
                    f"The dataset '{dataset}' has no rows.", code="empty_dataset", param=rows.field
                )
            for number, row in enumerate(page.data):
                self._read(order, rows, bytes(row), number)

    def examples(self, order: Order) -> "JobExamples":
        """Return the examples of a job."""
        return JobExamples(self, order)

    async def write(self, order: Order, field: str, dataset: str, folder: Path) -> Path:
        """Write what a dataset teaches, and return the file. One that is there stays as it is."""
        file = folder / f"{field}.jsonl"
        if file.exists():
            return file
        rows = reader(order.data, order.kind, field, dataset)
        if order.data.teacher is not None:
            await self._distil(order, rows, file)
            return file
        part = file.with_suffix(".part")
        with part.open("wb") as out:
            number = 0
            async with aclosing(self._pages(order, rows)) as pages:
                async for page in pages:
                    text = await asyncio.to_thread(_lines, rows, page, number)
                    await asyncio.to_thread(out.write, text)
                    number += len(page)
        part.rename(file)
        return file

    async def _distil(self, order: Order, rows: RowReader, file: Path) -> None:
        """Have another model answer what the rows ask, and write that."""
        questions: list[Messages] = []
        async with aclosing(self._pages(order, rows)) as pages:
            async for page in pages:
                first = len(questions)
                questions += [rows.questions(row, first + n) for n, row in enumerate(page)]
        await self._distillation.answer(order, questions, file)

    async def _pages(self, order: Order, rows: RowReader) -> AsyncGenerator[Sequence[bytes], None]:
        """Yield all rows of a dataset, page by page.

        Raises:
            TooLarge: They are more than a job may have.
        """
        cursor, count, size = None, 0, 0
        while True:
            page = await self._page(order, rows, cursor, _PAGE_ROWS)
            some = [bytes(row) for row in page.data]
            count, size = count + len(some), size + sum(map(len, some))
            if count > self._limits.most_rows or size > self._limits.most_bytes:
                raise TooLarge(
                    f"The dataset '{rows.dataset}' has more than {self._limits.most_rows} rows, or more than"
                    f" {self._limits.most_bytes} bytes.",
                    code="dataset_too_large",
                    param=rows.field,
                )
            yield some
            cursor = page.next_cursor
            if cursor is None:
                return

    async def _page(
        self, order: Order, rows: RowReader, cursor: str | None, limit: int
    ) -> e.RowsPage:
        call = Call("PostTraining", order.metadata, time.monotonic() + _PAGE_SECONDS)
        request = e.IterRowsRequest(dataset_id=rows.dataset, cursor=cursor, limit=limit)
        try:
            return await self._rows.iter_rows(request, call)
        except FleetError as error:
            if error.status == NotFound.status:
                raise InvalidArgument(
                    f"There is no dataset '{rows.dataset}'.",
                    code="dataset_not_found",
                    param=rows.field,
                ) from None
            raise

    def _read(self, order: Order, rows: RowReader, row: bytes, number: int) -> None:
        if order.data.teacher is not None:
            rows.questions(row, number)
        else:
            rows.examples(row, number)


class JobExamples:
    """The examples of one job.

    Args:
        gathering: Has them.
        order: Says which.
    """

    def __init__(self, gathering: Gathering, order: Order) -> None:
        self._gathering = gathering
        self._order = order

    async def write(self, folder: Path) -> ExampleFiles:
        """Write all of them below `folder`. Those that are there already stay.

        Raises:
            FleetError: They cannot be had, or one is wrong: the error names the row and the field.
        """
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        files = {
            field: await self._gathering.write(self._order, field, dataset, folder)
            for field, dataset in _datasets(self._order)
        }
        train = files["dataset_id"]
        count = await asyncio.to_thread(_count, train)
        return ExampleFiles(train, count, files.get("validation_dataset_id"))


def _datasets(order: Order) -> list[tuple[str, str]]:
    """Return the datasets of a request, each with the field that names it."""
    data = order.data
    both = (("dataset_id", data.dataset_id), ("validation_dataset_id", data.validation_dataset_id))
    return [(field, dataset) for field, dataset in both if dataset is not None]


def _lines(rows: RowReader, page: Sequence[bytes], first: int) -> bytes:
    found: list[Example] = []
    for number, row in enumerate(page, first):
        found += rows.examples(row, number)
    return b"".join(_encode(each) + b"\n" for each in found)


def _count(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for _ in lines)
