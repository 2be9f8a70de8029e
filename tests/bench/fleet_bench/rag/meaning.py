"""What texts mean, for want of a model: texts with the same first word lie near each other.

A vector is the place of the first word plus a deviation of the whole text's own. As in real embeddings, directions
differ in how much happens in them.
"""

import hashlib
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

DIMENSION = 384
_DEVIATION = 1.2
_DIGITS = 6
# How much happens in each direction.
_SPREAD = 1 / np.sqrt(1 + np.arange(DIMENSION) / 24)

Vector = NDArray[np.float32]
"""Of shape `(DIMENSION,)`, and of length one but for its rounding to six digits, which keeps JSON short."""


@lru_cache(maxsize=4096)
def vector(text: str) -> Vector:
    """Return the vector of a text, the same in every process."""
    first, _, _ = text.lstrip().partition(" ")
    found = _place(first.lower()) + _DEVIATION * _normal(text)
    return np.round(found / np.linalg.norm(found), _DIGITS).astype(np.float32)


@cache
def _place(word: str) -> NDArray[np.float64]:
    return _normal(f"the place of {word}")


def _normal(text: str) -> NDArray[np.float64]:
    """Return normal deviates that depend on nothing but `text`."""
    seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(seed).standard_normal(DIMENSION) * _SPREAD
