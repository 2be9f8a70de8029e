"""Which rows of a run are wanted."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from fleet.eval.v1 import messages as m
from fleet_runtime.errors import InvalidArgument

_scores = msgspec.json.Decoder(dict[str, dict[str, Any]]).decode


@dataclass(frozen=True, slots=True)
class Wanted:
    """Tells which rows are.

    Attributes:
        function: The scoring function that must have scored them, if it matters.
        least: Their least score.
        most: Their largest score.
        failed: Whether those that could not be answered are wanted, or the others, or both.
    """

    function: str | None
    least: float | None
    most: float | None
    failed: bool | None

    @classmethod
    def of(cls, request: m.ListEvalReportRowsRequest) -> "Wanted":
        """Return what a request wants.

        Raises:
            InvalidArgument: It has a range of scores, and does not say whose.
        """
        has_range = request.min_score is not None or request.max_score is not None
        if has_range and request.scoring_function is None:
            raise InvalidArgument(
                "'min_score' and 'max_score' need 'scoring_function'.",
                code="invalid_value",
                param="scoring_function",
            )
        return cls(request.scoring_function, request.min_score, request.max_score, request.failed)

    def has(self, error: str | None, scores: str | None) -> bool:
        """Tell whether a row is wanted, which has this error and these scores, as JSON."""
        if self.failed is not None and (error is not None) != self.failed:
            return False
        if self.function is None:
            return True
        score = _scores(scores or "{}").get(self.function)
        if score is None:
            return False
        value = score.get("score")
        found = float(value) if isinstance(value, (int, float)) else -math.inf
        is_enough = self.least is None or found >= self.least
        return is_enough and (self.most is None or found <= self.most)


def number(score: Mapping[str, Any]) -> float:
    """Return a score as a number: 0 where there is none."""
    return float(score["score"]) if is_number(score) else 0.0


def is_number(score: Mapping[str, Any]) -> bool:
    """Tell whether a score is a number."""
    return isinstance(score.get("score"), (int, float))
