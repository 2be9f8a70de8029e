"""How good a list of answers is."""

import math
from collections.abc import Mapping, Sequence
from typing import Any


def recall(found: Sequence[Any], relevant: Sequence[Any], limit: int = 10) -> float:
    """Return which part of what is relevant is among the first `limit`, of at most `limit`."""
    if not relevant:
        return 1.0
    return len(set(found[:limit]) & set(relevant)) / min(limit, len(relevant))


def ndcg(found: Sequence[Any], gains: Mapping[Any, float], limit: int = 10) -> float:
    """Return the normalised discounted cumulative gain of the first `limit`, from 0 to 1.

    Formula: Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002, with the discount
    log2(rank + 1).
    """
    ideal = _discounted(sorted(gains.values(), reverse=True)[:limit])
    return _discounted([gains.get(each, 0.0) for each in found[:limit]]) / ideal if ideal else 1.0


def by_rank(nearest: Sequence[int]) -> dict[int, float]:
    """Return gains that fall evenly with the rank, so that order counts: 10 for the first of ten, 1 for the last."""
    return {each: float(len(nearest) - place) for place, each in enumerate(nearest)}


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
