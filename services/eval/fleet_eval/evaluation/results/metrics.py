"""The numbers of a report."""

from collections.abc import Mapping
from typing import Any

from fleet.eval.v1 import messages as m
from fleet_eval.scoring.aggregation import aggregated

_MEAN, _SHARE = "average", "accuracy"


def metrics(results: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[m.EvalMetric]:
    """Return the numbers that aggregations made, each in a row of a table.

    Args:
        results: What each of them made, by its name and the scoring function's.
    """
    found: list[m.EvalMetric] = []
    for function, made in results.items():
        for name, told in made.items():
            # What a provider's upstream says in its own words is in the results, and no number here.
            if isinstance(told, Mapping):
                found += _of(function, name, told)
    return found


def mean_metric(function: str, scores: list[float]) -> m.EvalMetric:
    """Return the mean of scores: the accuracy, where they are all 0 or 1, whose interval is the better one."""
    name = _SHARE if set(scores) <= {0.0, 1.0} else _MEAN
    made = aggregated([{"score": each} for each in scores], [name])
    return _of(function, name, made[name])[0]


def _of(function: str, name: str, told: Mapping[str, Any]) -> list[m.EvalMetric]:
    if "shares" in told:
        return [
            _metric(function, f"{name}.{value}", share["share"], share)
            for value, share in told["shares"].items()
        ]
    if name not in told:
        return []
    return [_metric(function, name, told[name], told)] if _is_told(told[name]) else []


def _metric(function: str, name: str, value: float | None, told: Mapping[str, Any]) -> m.EvalMetric:
    interval = told.get("confidence_interval")
    return m.EvalMetric(
        scoring_function=function,
        name=name,
        value=value,
        interval=None if interval is None else m.EvalInterval(**interval),
    )


def _is_told(value: object) -> bool:
    return value is None or isinstance(value, (int, float))
