"""An index that compares all vectors, and is exact."""

from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from fleet_vector_io.in_memory.byte_codes import ByteCodes
from fleet_vector_io.in_memory.index import NO_NUMBERS, Index, Numbers, Scored, Vectors
from fleet_vector_io.in_memory.places import (
    chosen,
    in_this_thread,
    places_of,
    scored,
    searched,
    selector,
)
from fleet_vector_io.provider import Vector
from fleet_vector_io.sqlite.tables import Tables

_CODED_FROM = 2048
"""How many vectors there are at least where they are first compared by their codes."""
_SAMPLE = 10_000
"""By about how many vectors the codes' grid is laid."""
_GROWN = 4
"""How many times as many vectors there are when the grid is laid anew: newer ones may be elsewhere."""
_FEW = 4096
"""Up to how many selected vectors are compared one by one."""
_BATCH = 4096
"""How many vectors are coded at once."""


class FlatIndex:
    """Compares all vectors: by their codes first if they are many, then exactly those that can be nearest.

    Args:
        dimension: The length of the vectors.
    """

    def __init__(self, dimension: int) -> None:
        self.numbers = NO_NUMBERS
        self._vectors = faiss.IndexFlatIP(dimension)
        self._codes: ByteCodes | None = None
        self._recode_at = _CODED_FROM

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, numbers: Numbers, vectors: Vectors) -> None:
        """Put vectors in."""
        in_this_thread()
        self._vectors.add(vectors)
        self.numbers = np.concatenate([self.numbers, numbers])
        if len(self) >= self._recode_at:
            self._recode()
        elif self._codes:
            self._codes.add(vectors)

    def remove(self, numbers: Numbers) -> None:
        """Take vectors out; the others move up."""
        gone = places_of(numbers, self.numbers)
        self._vectors.remove_ids(faiss.IDSelectorBatch(gone))
        self.numbers = np.delete(self.numbers, gone)
        if self._codes:
            self._codes.remove(gone)

    def nearest(self, asked: Vector, limit: int, within: Sequence[int] | None) -> Scored:
        """Return the vectors nearest to `asked`."""
        in_this_thread()
        if within is None:
            return self._nearest(asked, min(limit, len(self)), None)
        places = places_of(np.asarray(within, dtype=np.int64), self.numbers)
        limit = min(limit, len(places))
        if len(places) <= _FEW:
            return self._compared(asked, limit, places)
        return self._nearest(asked, limit, chosen(places, len(self)))

    def _nearest(self, asked: Vector, limit: int, mask: NDArray[np.bool_] | None) -> Scored:
        candidates = self._codes.candidates(asked, limit, mask) if self._codes else None
        if candidates is not None:
            return self._compared(asked, limit, candidates)
        parameters = None if mask is None else faiss.SearchParameters(sel=selector(mask))
        scores, places = searched(self._vectors, asked, limit, parameters)
        return scored(self.numbers[places], scores)

    def _compared(self, asked: Vector, limit: int, places: Numbers) -> Scored:
        """Return the nearest of the vectors at `places`."""
        # No product of BLAS, which would wake threads for it.
        scores = np.einsum("ij,j->i", self._vectors.reconstruct_batch(places), asked)
        best = np.argsort(-scores, kind="stable")[:limit]
        return scored(self.numbers[places[best]], scores[best])

    def _recode(self) -> None:
        """Lay the grid by the vectors that are in now."""
        count = len(self)
        sample = np.arange(0, count, max(1, count // _SAMPLE))
        self._codes = ByteCodes(self._vectors.reconstruct_batch(sample))
        for start in range(0, count, _BATCH):
            self._codes.add(self._vectors.reconstruct_n(start, min(_BATCH, count - start)))
        self._recode_at = _GROWN * count


class FlatSource:
    """Makes such indexes, anew each time.

    Args:
        dimension: The length of the vectors.
    """

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension

    @property
    def vector_bytes(self) -> int:
        """A vector, its code, its number and whether the grid reaches it."""
        return 5 * self._dimension + 9

    def start(self, tables: Tables) -> Index:
        """Return an empty index."""
        del tables
        return FlatIndex(self._dimension)

    def keep(self, index: Index) -> None:
        """Do nothing: to read the vectors is as quick."""

    def close(self, index: Index) -> None:
        """Do nothing, as `keep` does."""
