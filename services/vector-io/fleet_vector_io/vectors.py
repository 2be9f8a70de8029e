"""Vectors as stores keep them: of length one, so that their products are cosines."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleet_vector_io.provider import Chunk, Vector

NO_VECTOR: Vector = np.zeros(0, dtype=np.float32)
"""What a hit has in the place of its vector."""


def unit(vector: Vector) -> Vector:
    """Return the vector of length one in the direction of `vector`, which is not zero."""
    wide = vector.astype(np.float64)  # squares of what a float32 holds need not fit one
    scaled: Vector = (wide / np.linalg.norm(wide)).astype(np.float32)
    return scaled


def units(chunks: Sequence[Chunk]) -> NDArray[np.float32]:
    """Return the directions of chunks, as `unit` does, of shape `(chunks, dimension)`."""
    wide = np.stack([chunk.embedding for chunk in chunks]).astype(np.float64)
    scaled: NDArray[np.float32] = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    return scaled.astype(np.float32)


def cosine(score: float) -> float:
    """Return a score that rounding may have led out of the range of cosines, back in it."""
    return min(1.0, max(-1.0, score))
