"""Whether the scores of two runs differ, and whether by chance.

Both have scored the same rows, so what is looked at is the difference of each row: that rows differ in how hard they
are counts for nothing then, as https://arxiv.org/abs/2411.00640 advises.

Sources: McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947,
in its exact form, a sign test of the rows that differ; the permutation test of paired samples, Fisher, "The design of
experiments", 1935, from 10,000 permutations with a fixed seed, so that the same scores give the same number.
"""

import math

import numpy as np
from numpy.typing import NDArray

from fleet.eval.v1 import messages as m
from fleet_eval.scoring.intervals import of_any

SIGNIFICANT = 0.05

_SAMPLES = 10_000
_SEED = 0
# Numbers that are drawn at once.
_AT_ONCE = 4_000_000


def difference(
    function: str, one: NDArray[np.float64], other: NDArray[np.float64]
) -> m.EvalDifference:
    """Return how the scores of a function differ.

    Args:
        function: Its name.
        one: The scores in the one run, at least one.
        other: The scores of the same rows in the other run.
    """
    differences = one - other
    better, worse = int((differences > 0).sum()), int((differences < 0).sum())
    is_binary = bool(np.isin(one, (0.0, 1.0)).all() and np.isin(other, (0.0, 1.0)).all())
    p_value = mcnemar(better, worse) if is_binary else permutation(differences)
    mean = float(differences.mean())
    return m.EvalDifference(
        scoring_function=function,
        count=len(one),
        mean=float(one.mean()),
        other_mean=float(other.mean()),
        difference=mean,
        interval=_interval(differences, mean),
        better=better,
        worse=worse,
        test="mcnemar" if is_binary else "permutation",
        p_value=p_value,
        significant=p_value < SIGNIFICANT,
    )


def mcnemar(better: int, worse: int) -> float:
    """Return how likely rows that differ are split at least so unevenly, if either way were as likely."""
    rows = better + worse
    if rows == 0:
        return 1.0
    # The logarithms of the binomial coefficients, of which the last ones are too large for a float.
    steps = np.arange(1, min(better, worse) + 1, dtype=np.float64)
    logs = np.concatenate(([0.0], np.cumsum(np.log((rows - steps + 1) / steps))))
    tail = float(np.exp(logs - rows * math.log(2)).sum())
    return min(2 * tail, 1.0)


def permutation(differences: NDArray[np.float64]) -> float:
    """Return how likely a mean at least as far from 0 is, if the sign of each difference were chance."""
    found = differences[differences != 0]
    if not len(found):
        return 1.0
    drawn = np.random.default_rng(_SEED)
    at_once = max(_AT_ONCE // len(found), 1)
    # Sums of the same numbers in another order differ in their last bits.
    limit = abs(float(found.sum())) * (1 - 1e-12)
    extreme = 0
    for done in range(0, _SAMPLES, at_once):
        signs = drawn.integers(0, 2, (min(at_once, _SAMPLES - done), len(found)), dtype=np.int8)
        sums = (2.0 * signs - 1.0) @ found
        extreme += int((np.abs(sums) >= limit).sum())
    return (extreme + 1) / (_SAMPLES + 1)


def _interval(differences: NDArray[np.float64], mean: float) -> m.EvalInterval | None:
    def of(samples: NDArray[np.float64]) -> NDArray[np.float64]:
        means: NDArray[np.float64] = samples.mean(axis=-1)
        return means

    found = of_any(differences, of)
    if not found:
        return None
    interval: dict[str, float | str] = found["confidence_interval"]
    return m.EvalInterval(
        level=float(interval["level"]),
        lower=min(float(interval["lower"]), mean),
        upper=max(float(interval["upper"]), mean),
        method=str(interval["method"]),
    )
