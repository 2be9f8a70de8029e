"""What is made of the scores of all rows, each with how sure it is.

The names within each are Llama Stack's. A row without a score, `None`, is a wrong one in `accuracy`, and a category of
its own; everything else leaves it out, and `weighted_average` also rows without a `weight`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fleet_eval.scoring.intervals import of_any, of_mean, of_share
from fleet_eval.scoring.provider import Score

Found: TypeAlias = dict[str, Any]


def aggregated(scores: Sequence[Score], names: Sequence[str]) -> Found:
    """Return what each of the aggregations called `names` makes of `scores`."""
    return {name: _BY_NAME[name](scores) for name in names}


def _average(scores: Sequence[Score]) -> Found:
    values = _numbers(scores)
    if not len(values):
        return {"average": None}
    return {"average": float(values.mean()), **of_mean(values)}


def _weighted_average(scores: Sequence[Score]) -> Found:
    pairs = np.array(
        [
            (score["score"], score["weight"])
            for score in scores
            if _is_number(score["score"]) and _is_number(score.get("weight"))
        ],
        dtype=np.float64,
    ).reshape(-1, 2)
    if pairs[:, 1].sum() <= 0:
        return {"weighted_average": None}

    def of(samples: NDArray[np.float64]) -> NDArray[np.float64]:
        weights = samples[..., 1].sum(axis=-1)
        sums = (samples[..., 0] * samples[..., 1]).sum(axis=-1)
        shares: NDArray[np.float64] = sums[weights > 0] / weights[weights > 0]
        return shares

    return {"weighted_average": float(of(pairs[None])[0]), **of_any(pairs, of)}


def _median(scores: Sequence[Score]) -> Found:
    values = _numbers(scores)
    if not len(values):
        return {"median": None}

    def of(samples: NDArray[np.float64]) -> NDArray[np.float64]:
        medians: NDArray[np.float64] = np.median(samples, axis=-1)
        return medians

    return {"median": float(np.median(values)), **of_any(values, of)}


def _accuracy(scores: Sequence[Score]) -> Found:
    total = len(scores)
    correct = float(_numbers(scores).sum())
    if not total:
        return {"accuracy": None, "num_correct": 0.0, "num_total": 0}
    sure = of_share(correct, total) if 0 <= correct <= total else {}
    return {"accuracy": correct / total, "num_correct": correct, "num_total": total, **sure}


def _categorical_count(scores: Sequence[Score]) -> Found:
    counts = Counter(str(score["score"]) for score in scores)
    total = len(scores)
    names = sorted(counts)
    return {
        "categorical_count": {name: counts[name] for name in names},
        "shares": {
            name: {"share": counts[name] / total, **of_share(counts[name], total)} for name in names
        },
    }


_BY_NAME: dict[str, Callable[[Sequence[Score]], Found]] = {
    "accuracy": _accuracy,
    "average": _average,
    "categorical_count": _categorical_count,
    "median": _median,
    "weighted_average": _weighted_average,
}


def _numbers(scores: Sequence[Score]) -> NDArray[np.float64]:
    return np.array([s["score"] for s in scores if _is_number(s["score"])], dtype=np.float64)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))
