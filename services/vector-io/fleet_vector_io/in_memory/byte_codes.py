"""Vectors in bytes, a quarter of their size, and how far they can be from what they stand for.

A code is a vector rounded to a grid: `round((turned vector - middle) / step)`, whose parts fit a byte. The distance of
two codes, times `step`, is off from that of their vectors by no more than what both were moved by (the triangle
inequality), and how far each was moved is known. So what is too far away by its code is too far away, and only the few
others need be looked at. Vectors that the grid does not reach are such others, always.

Vectors are turned first, which changes no distance: what some embedding models put into a few numbers is then spread
over many, and the grid can be fine.
"""

from collections.abc import Iterable

import faiss
import numpy as np
from numpy.typing import NDArray

from fleet_vector_io.in_memory.index import Numbers, Vectors
from fleet_vector_io.in_memory.places import searched, selector
from fleet_vector_io.provider import Vector

_REACH = 127
"""How many steps the grid goes from its middle, each way."""
_ZERO = 128
"""The byte for the middle."""
_WITHIN_REACH = 0.999
"""The part of vectors that the grid shall reach: one that is far off must not make it coarse for all."""
_FINEST = 1e-7
"""The least step: vectors that are all the same need one, too."""
_TURNED = 64
"""How many numbers of a vector are turned together: to turn all takes longer. Vectors are padded to multiples of it, at
which Faiss is also fastest."""
_SEED = 1
"""Any: turns are to be the same each time."""
_ROUNDING = 1e-5
"""More than what float32's own rounding can amount to in a distance between vectors of length one."""
_WIDTHS = (256, 1024, 8192)
"""How many codes are taken as nearest, until those are enough. To take many makes up most of a short search."""
_SPARE = 2
"""How many times as many codes are taken as were enough of late."""
_FORGOTTEN = 1 / 16
"""The part of what was enough that each search forgets."""


class ByteCodes:
    """Finds which vectors can be nearest, by their codes.

    Args:
        sample: Vectors like those that will be put in, by which the grid is laid.
    """

    def __init__(self, sample: Vectors) -> None:
        self._padding = -sample.shape[1] % _TURNED
        self._turn = faiss.RandomRotationMatrix(_TURNED, _TURNED)
        self._turn.init(_SEED)
        sample = self._turned(sample)
        self._middle = sample.mean(axis=0)
        reaches = np.abs(sample - self._middle).max(axis=1)
        self._step = max(_FINEST, float(np.quantile(reaches, _WITHIN_REACH)) / _REACH)
        self._moved = 0.0
        self._lately = 0
        self._unreached = np.zeros(0, dtype=bool)
        # Distances between these are computed in integers, and come out exact.
        kind = faiss.ScalarQuantizer.QT_8bit_direct
        self._index = faiss.IndexScalarQuantizer(sample.shape[1], kind, faiss.METRIC_L2)

    def add(self, vectors: Vectors) -> None:
        """Put vectors in, at the places after the last."""
        codes, moved, unreached = self._coded(vectors)
        self._index.add(codes)
        self._unreached = np.concatenate([self._unreached, unreached])
        self._moved = max(self._moved, float(moved[~unreached].max(initial=0)))

    def remove(self, places: Numbers) -> None:
        """Take vectors out; the others move up."""
        self._index.remove_ids(faiss.IDSelectorBatch(places))
        self._unreached = np.delete(self._unreached, places)

    def candidates(
        self, asked: Vector, limit: int, mask: NDArray[np.bool_] | None
    ) -> Numbers | None:
        """Return the places of all vectors that can be among the `limit` nearest, or nothing if they are too many.

        Args:
            asked: A vector of length one.
            limit: How many nearest are wanted.
            mask: Which places count, if not all.
        """
        unreached = np.flatnonzero(self._unreached if mask is None else self._unreached & mask)
        if len(unreached) > _WIDTHS[-1]:
            return None
        [code], [moved], _ = self._coded(asked[np.newaxis])
        margin = 2 * (float(moved) + self._moved) + _ROUNDING
        near = self._near(code, limit, margin, mask)
        return None if near is None else np.concatenate([near, unreached])

    def _near(
        self, code: Vector, limit: int, margin: float, mask: NDArray[np.bool_] | None
    ) -> Numbers | None:
        """Return which vectors that the grid reaches are no further than the one at `limit`, but for `margin`."""
        parameters = None if mask is None else faiss.SearchParameters(sel=selector(mask))
        for width in self._widths(limit):
            squares, places = searched(self._index, code, width, parameters)
            distances = np.sqrt(squares) * self._step
            reached = ~self._unreached[places]
            nearest = distances[reached][:limit]
            if len(places) < width:
                furthest = np.inf if len(nearest) < limit else nearest[-1] + margin
            elif len(nearest) == limit and nearest[-1] + margin < distances[-1]:
                furthest = nearest[-1] + margin
            else:
                continue
            near: Numbers = places[reached & (distances <= furthest)]
            # Threads that search at once may miss each other's; it is a guess anyway.
            self._lately = max(len(near), int(self._lately * (1 - _FORGOTTEN)))
            return near
        return None

    def _widths(self, limit: int) -> Iterable[int]:
        """Return how many codes to take, first those that will do if this search is like those before."""
        able = [width for width in _WIDTHS if width >= 2 * limit]
        return [width for width in able if width >= _SPARE * self._lately] or able[-1:]

    def _coded(self, vectors: Vectors) -> tuple[Vectors, Vector, NDArray[np.bool_]]:
        """Return codes as Faiss takes them, how far each vector was moved, and which ones the grid does not reach."""
        steps = (self._turned(vectors) - self._middle) / self._step
        codes = np.rint(steps)
        unreached = np.abs(codes).max(axis=1) > _REACH
        np.clip(codes, -_REACH, _REACH, out=codes)
        moved = np.linalg.norm(steps - codes, axis=1) * self._step
        return codes + _ZERO, moved, unreached

    def _turned(self, vectors: Vectors) -> Vectors:
        padded = np.pad(vectors, ((0, 0), (0, self._padding))) if self._padding else vectors
        turned: Vectors = self._turn.apply(padded.reshape(-1, _TURNED))
        return turned.reshape(padded.shape)
