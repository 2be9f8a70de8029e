"""Checking an input before anything of it is asked."""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from fleet.batches.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_batches.config import LimitConfig
from fleet_batches.input_file import InputFile
from fleet_batches.lines import Line, LineReader, problem
from fleet_batches.neighbours import Neighbours
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, InvalidArgument, NotFound

# In bytes. What is kept of each name, to know it again.
_DIGEST = 16


@dataclass(slots=True)
class Checked:
    """What is known of an input.

    Attributes:
        total: How many lines it has.
        models: The models that they name.
        problems: What is wrong with it; nothing if it can be answered.
    """

    total: int = 0
    models: set[str] = field(default_factory=set)
    problems: list[m.BatchError] = field(default_factory=list)


class Checking:
    """Goes through an input once, and names every bad line.

    Args:
        neighbours: Know which models there are.
        limits: What a batch may be.
        call: On whose behalf they are asked.
    """

    def __init__(self, neighbours: Neighbours, limits: LimitConfig, call: Call) -> None:
        self._neighbours = neighbours
        self._limits = limits
        self._call = call
        self._names: set[bytes] = set()
        self._is_known: dict[str, bool] = {}

    async def check(self, file: InputFile, reader: LineReader) -> Checked:
        """Return what is known of `file`.

        Raises:
            FleetError: Models cannot be looked up.
        """
        checked = Checked()
        async with aclosing(file.lines(reader.read)) as lines:
            await self._check(lines, checked)
        if not checked.total:
            nothing = InvalidArgument(
                "There is no request in the input file.", code="empty_file", param="input_file_id"
            )
            checked.problems.append(problem(nothing))
        return checked

    async def _check(
        self, lines: AsyncGenerator[Line | m.BatchError, None], checked: Checked
    ) -> None:
        async for line in lines:
            if checked.total == self._limits.most_lines:
                checked.problems.append(self._too_many())
                return
            checked.total += 1
            found = line if isinstance(line, m.BatchError) else await self._wrong(line)
            if found is not None:
                checked.problems.append(found)
            elif isinstance(line, Line):
                checked.models.add(line.model)

    async def _wrong(self, line: Line) -> m.BatchError | None:
        """Return what is wrong with a line beside others, or in this fleet."""
        digest = hashlib.blake2b(line.custom_id.encode(), digest_size=_DIGEST).digest()
        if digest in self._names:
            again = InvalidArgument(
                "Another line before this one has the same 'custom_id'.",
                code="duplicate_custom_id",
                param="custom_id",
            )
            return problem(again, line.number)
        self._names.add(digest)
        if not await self._serves(line.model):
            unknown = NotFound(
                f"Nobody serves the model '{line.model}'.",
                code="model_not_found",
                param="body.model",
            )
            return problem(unknown, line.number)
        return None

    async def _serves(self, model: str) -> bool:
        if model not in self._is_known:
            try:
                await self._neighbours.models.get_model(
                    i.GetModelRequest(model_id=model), self._call
                )
            except FleetError as error:
                if error.status != NotFound.status:
                    raise
                self._is_known[model] = False
            else:
                self._is_known[model] = True
        return self._is_known[model]

    def _too_many(self) -> m.BatchError:
        most = self._limits.most_lines
        return problem(
            InvalidArgument(
                f"There are more than the {most} requests that a batch may have. Split the file.",
                code="too_many_requests",
                param="input_file_id",
            )
        )
