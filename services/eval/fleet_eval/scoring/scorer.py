"""Scoring rows by several functions."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fleet.eval.v1 import messages as m
from fleet_eval.scoring.aggregation import aggregated
from fleet_eval.scoring.function import ScoringFunction
from fleet_eval.scoring.known import ScoringFunctions
from fleet_eval.scoring.provider import Row, Score
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument

_WEIGHT = "weight"


class Scorer:
    """Scores rows by the functions of a request, which are checked before the first row is looked at.

    Args:
        functions: All functions.
    """

    def __init__(self, functions: ScoringFunctions) -> None:
        self._functions = functions

    async def ready(
        self, wanted: Mapping[str, m.OptionalScoringParams]
    ) -> dict[str, tuple[ScoringFunction, m.ScoringParams]]:
        """Return the functions that a request names, with their parameters.

        Raises:
            InvalidArgument: It names none, or the parameters are wrong.
            NotFound: There is no such function.
        """
        if not wanted:
            raise InvalidArgument(
                "'scoring_functions' must name at least one scoring function.",
                code="invalid_value",
                param="scoring_functions",
            )
        found = {}
        for name, given in wanted.items():
            function = await self._functions.get(name)
            params = self._functions.params(function, given)
            self._functions.provider(function).check(function.name, params)
            found[name] = function, params
        return found

    async def score(
        self, function: ScoringFunction, params: m.ScoringParams, rows: Sequence[Row], call: Call
    ) -> list[Score]:
        """Score rows. The weight of a row, if it has one, goes with its score.

        Raises:
            FleetError: As `ScoringProvider.score`.
        """
        provider = self._functions.provider(function)
        scores = await provider.score(function.name, params, rows, call)
        for row, score in zip(rows, scores, strict=True):
            if _WEIGHT in row:
                score.setdefault(_WEIGHT, row[_WEIGHT])
        return scores

    async def result(self, params: m.ScoringParams, scores: Sequence[Score]) -> m.ScoringResult:
        """Return what came of all rows."""
        told = await self.aggregated(params, scores)
        return m.ScoringResult(
            score_rows=[msgspec.Raw(msgspec.json.encode(score)) for score in scores],
            aggregated_results=msgspec.Raw(msgspec.json.encode(told)),
        )

    async def aggregated(self, params: m.ScoringParams, scores: Sequence[Score]) -> dict[str, Any]:
        """Return what the aggregations of `params` make of scores, by their names."""
        names = params.aggregation_functions or []
        return await asyncio.to_thread(aggregated, scores, names)
