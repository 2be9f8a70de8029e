"""How far a number that was found from some rows may be from what all rows there could be would give.

All intervals have a level of 95 %.

Sources: for means the central limit theorem, as https://arxiv.org/abs/2411.00640 advises for evaluations; for shares
Wilson, "Probable inference, the law of succession, and statistical inference", 1927; for the rest the percentiles of
the bootstrap, Efron and Tibshirani, "An introduction to the bootstrap", 1993, from 1000 samples with a fixed seed, so
that the same scores give the same interval.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95

_Z = 1.959963984540054  # of the normal distribution, for LEVEL
_SAMPLES = 1000
_SEED = 0
# Numbers that are drawn at once.
_AT_ONCE = 4_000_000


def of_mean(values: NDArray[np.float64]) -> dict[str, Any]:
    """Return the standard error of a mean, and its interval; nothing for fewer than two values."""
    if len(values) < 2:  # noqa: PLR2004 - a variance needs two
        return {}
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    mean = float(values.mean())
    return {"stderr": error, **_told("normal", mean - _Z * error, mean + _Z * error)}


def of_share(count: float, total: int) -> dict[str, Any]:
    """Return Wilson's interval of the share `count / total`."""
    share, z2 = count / total, _Z**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return _told("wilson", max(middle - half, 0.0), min(middle + half, 1.0))


def of_any(
    values: NDArray[np.float64], found: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> dict[str, Any]:
    """Return the interval of whatever `found` makes of values, by the bootstrap.

    Args:
        values: What is known of each row, the rows first.
        found: Makes a number of each sample; the samples come first, then the rows.
    """
    rows = len(values)
    if rows < 2:  # noqa: PLR2004 - all samples of one are alike
        return {}
    drawn = np.random.default_rng(_SEED)
    at_once = max(_AT_ONCE // rows, 1)
    made = [
        found(values[drawn.integers(0, rows, (min(at_once, _SAMPLES - done), rows))])
        for done in range(0, _SAMPLES, at_once)
    ]
    tail = (1 - LEVEL) / 2
    lower, upper = np.quantile(np.concatenate(made), [tail, 1 - tail])
    return _told("bootstrap", float(lower), float(upper))


def _told(method: str, lower: float, upper: float) -> dict[str, Any]:
    return {
        "confidence_interval": {"level": LEVEL, "lower": lower, "upper": upper, "method": method}
    }
