"""Scoring rows that were answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from fleet.eval.v1 import messages as m
from fleet_eval.scoring.function import ScoringFunction
from fleet_eval.scoring.provider import Row, Score
from fleet_eval.scoring.scorer import Scorer
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument

Ready: TypeAlias = Mapping[str, tuple[ScoringFunction, m.ScoringParams]]
"""Scoring functions with their parameters, by their names."""

# What scoring functions read, and under which names the columns of a row may have it.
_ALSO = {"input_query": ("question",), "expected_answer": ("answer",)}


@dataclass(frozen=True, slots=True)
class Answered:
    """A row, and what was said to it.

    Attributes:
        place: Which one it is, from 0.
        content: The row, a JSON object.
        generation: What was said to it.
        failed: Whether that is nothing.
    """

    place: int
    content: bytes
    generation: Mapping[str, Any]
    failed: bool

    def row(self) -> Row:
        """Return it as scoring functions read it."""
        row: dict[str, Any] = msgspec.json.decode(self.content)
        for column, others in _ALSO.items():
            for other in others:
                if column not in row and isinstance(row.get(other), str):
                    row[column] = row[other]
        return {**row, **self.generation}


async def scored(
    scorer: Scorer, ready: Ready, rows: Sequence[Answered], call: Call
) -> dict[int, dict[str, Score]]:
    """Return the scores of rows, by their places and the names of the functions. Those that failed have `None`.

    Raises:
        InvalidArgument: A row lacks what a function reads.
        FleetError: As the model that judges fails.
    """
    found: dict[int, dict[str, Score]] = {each.place: {} for each in rows}
    there = [each for each in rows if not each.failed]
    texts = [each.row() for each in there]
    for name, (function, params) in ready.items():
        for each in rows:
            found[each.place][name] = {"score": None}
        try:
            scores = await scorer.score(function, params, texts, call) if texts else []
        except InvalidArgument as error:
            raise _placed(error, name, there) from error
        for each, score in zip(there, scores, strict=True):
            found[each.place][name] = score
    return found


def _placed(error: InvalidArgument, name: str, rows: Sequence[Answered]) -> InvalidArgument:
    """Return an error that says of which rows it speaks, as functions count from the first that they are given."""
    first = rows[0].place
    return InvalidArgument(
        f"'{name}' cannot score rows on from {first}, from which it counts: {error.message}",
        code=error.code,
        param=error.param,
    )
