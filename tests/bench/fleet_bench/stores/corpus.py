"""What stores are filled with and asked for: vectors in clusters, so that neighbours mean something.

Points are drawn around centres in a space of few dimensions and turned into one of many, as embeddings lie near a
surface of some tens of dimensions; a little noise in all directions keeps them off it. Everything comes from a seed,
and a smaller corpus is the beginning of a larger one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

DIMENSION = 384
"""The length of all vectors: that of all-MiniLM-L6-v2."""
GROUPS = 100
"""Every row is of one of so many groups, by chance: a filter on a group keeps about 1 %."""
NEIGHBOURS = 10
"""How many rows each question asks for."""

_LATENT = 64
_SPREAD = 1.0
"""How far points lie from their centre, in the units in which centres lie from each other."""
_NOISE = 0.03
_WORDS = 60
_VOCABULARY = 5_000
_BLOCK = 64

Vectors: TypeAlias = NDArray[np.float32]
"""Of shape `(rows, DIMENSION)`, each of length one."""


class Row(NamedTuple):
    """One row of the corpus: a chunk, as a store keeps it."""

    number: int
    text: str
    vector: NDArray[np.float32]
    group: int


@dataclass(frozen=True, slots=True)
class Question:
    """What a store is asked for: the `NEIGHBOURS` rows nearest to a vector.

    Attributes:
        vector: Of length one.
        group: The group that they are of; any if `None`.
    """

    vector: NDArray[np.float32]
    group: int | None = None


class Corpus:
    """Rows, and questions about them.

    Args:
        size: How many rows.
        seed: What decides them.
    """

    def __init__(self, size: int, seed: int = 7) -> None:
        # One stream of chance a purpose, or the beginning would depend on the size.
        streams = np.random.default_rng(seed).spawn(5)
        shape, centres, points, groups, words = streams
        self._map = shape.standard_normal((_LATENT, DIMENSION), dtype=np.float32) / _LATENT**0.5
        self._centres = centres.standard_normal((1_000, _LATENT), dtype=np.float32)
        self.vectors = self._placed(points, size)
        self.groups = groups.integers(0, GROUPS, size)
        self._words = (words.zipf(1.3, (size, _WORDS)) % _VOCABULARY).astype(np.int16)

    def rows(self, first: int, end: int) -> list[Row]:
        """Return the rows from number `first` up to `end`."""
        return [
            Row(number, self._text(number), self.vectors[number], int(self.groups[number]))
            for number in range(first, min(end, len(self.vectors)))
        ]

    def questions(self, count: int, *, filtered: bool) -> list[Question]:
        """Return questions whose vectors lie among the rows, each about a group by chance if `filtered`."""
        chance = np.random.default_rng(count)
        vectors = self._placed(chance, count)
        groups = chance.integers(0, GROUPS, count).tolist() if filtered else [None] * count
        return [Question(vector, group) for vector, group in zip(vectors, groups, strict=True)]

    def nearest(self, size: int, questions: Sequence[Question]) -> list[list[int]]:
        """Return the numbers of the nearest of the first `size` rows to each question, by comparing all."""
        found: list[list[int]] = []
        for start in range(0, len(questions), _BLOCK):
            block = questions[start : start + _BLOCK]
            scores = np.stack([each.vector for each in block]) @ self.vectors[:size].T
            found += [self._best(row, each.group) for row, each in zip(scores, block, strict=True)]
        return found

    def _best(self, scores: NDArray[np.float32], group: int | None) -> list[int]:
        if group is not None:
            scores = np.where(self.groups[: len(scores)] == group, scores, -np.inf)
        order = np.argpartition(-scores, NEIGHBOURS)[: NEIGHBOURS + 1]
        order = order[np.argsort(-scores[order], kind="stable")][:NEIGHBOURS]
        best: list[int] = order[np.isfinite(scores[order])].tolist()
        return best

    def _placed(self, chance: np.random.Generator, count: int) -> Vectors:
        """Return `count` vectors around centres by chance."""
        vectors = np.empty((count, DIMENSION), dtype=np.float32)
        for start in range(0, count, 1_000):
            some = vectors[start : start + 1_000]
            centres = self._centres[chance.integers(0, len(self._centres), 1_000)]
            spread = _SPREAD * chance.standard_normal((1_000, _LATENT), dtype=np.float32)
            noise = _NOISE * chance.standard_normal((1_000, DIMENSION), dtype=np.float32)
            some[:] = ((centres + spread) @ self._map + noise)[: len(some)]
        scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return scaled

    def _text(self, number: int) -> str:
        return " ".join(f"w{word}" for word in self._words[number])
