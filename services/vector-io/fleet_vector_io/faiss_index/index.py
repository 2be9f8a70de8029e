"""Faiss's indexes over numbered vectors of length one, whose products are cosines."""

import os
from collections.abc import Sequence
from typing import Protocol, TypeAlias

import faiss
import numpy as np
from numpy.typing import NDArray

from fleet_vector_io.provider import Vector

Numbers: TypeAlias = NDArray[np.int64]
Scored: TypeAlias = list[tuple[int, float]]
"""Numbers of vectors and their products with what was asked, the greatest first."""

_NONE: Numbers = np.zeros(0, dtype=np.int64)


class Index(Protocol):
    """Vectors with numbers, which grow."""

    @property
    def numbers(self) -> Numbers:
        """Those of the vectors that are in, in order."""
        ...

    def add(self, numbers: Numbers, vectors: NDArray[np.float32]) -> None:
        """Put vectors in, whose numbers are above all that are in."""
        ...

    def remove(self, numbers: Numbers) -> None:
        """Take vectors out."""
        ...

    def nearest(self, asked: Vector, limit: int, within: Sequence[int] | None) -> Scored:
        """Return the vectors nearest to `asked`, of all or of those `within`."""
        ...


class FlatIndex:
    """Compares all vectors.

    Args:
        dimension: The length of the vectors.
    """

    def __init__(self, dimension: int) -> None:
        self.numbers = _NONE
        self._index = faiss.IndexFlatIP(dimension)

    def add(self, numbers: Numbers, vectors: NDArray[np.float32]) -> None:
        """Put vectors in."""
        self._index.add(vectors)
        self.numbers = np.concatenate([self.numbers, numbers])

    def remove(self, numbers: Numbers) -> None:
        """Take vectors out; the others move up."""
        gone = _places(self.numbers, numbers)
        self._index.remove_ids(faiss.IDSelectorBatch(gone))
        self.numbers = np.delete(self.numbers, gone)

    def nearest(self, asked: Vector, limit: int, within: Sequence[int] | None) -> Scored:
        """Return the vectors nearest to `asked`."""
        parameters, count = None, len(self.numbers)
        if within is not None:
            places = _places(self.numbers, np.asarray(within, dtype=np.int64))
            selector, count = _selector(places, count), len(places)
            parameters = faiss.SearchParameters(sel=selector)
        return _searched(self._index, self.numbers, asked, min(limit, count), parameters)


class HnswIndex:
    """Follows links between near vectors, and compares few of them: fast with very many, but may miss some.

    What is taken out only stops being found, as links lead over it. Where few are selected, those are compared one by
    one: links among all lead past them.

    Args:
        dimension: The length of the vectors.
        m: How many neighbours each is linked to.
        ef_construction: How many candidates are looked at for each that is put in.
        ef_search: How many candidates are looked at for each search, at least.
    """

    _FEW = 0.1
    """The part of all vectors up to which those that are selected are compared one by one."""
    _PER_HIT = 2
    """How many candidates are looked at for each hit that is wanted, at least."""

    def __init__(self, dimension: int, m: int, ef_construction: int, ef_search: int) -> None:
        self._ef_search = ef_search
        self._index = faiss.IndexHNSWFlat(dimension, m, faiss.METRIC_INNER_PRODUCT)
        self._index.hnsw.efConstruction = ef_construction
        self._all = _NONE
        self._gone = np.zeros(0, dtype=bool)

    @property
    def numbers(self) -> Numbers:
        """Those of the vectors that are in, in order."""
        return self._all[~self._gone]

    def add(self, numbers: Numbers, vectors: NDArray[np.float32]) -> None:
        """Put vectors in, with all cores: linking one takes milliseconds."""
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        self._index.add(vectors)
        self._all = np.concatenate([self._all, numbers])
        self._gone = np.concatenate([self._gone, np.zeros(len(numbers), dtype=bool)])

    def remove(self, numbers: Numbers) -> None:
        """Have vectors found no more."""
        self._gone[_places(self._all, numbers)] = True

    def nearest(self, asked: Vector, limit: int, within: Sequence[int] | None) -> Scored:
        """Return the vectors nearest to `asked`."""
        if within is None:
            places = np.flatnonzero(~self._gone)
        else:
            places = _places(self._all, np.asarray(within, dtype=np.int64))
        limit = min(limit, len(places))
        if len(places) < self._FEW * len(self._all) or limit > self._FEW * len(places):
            return self._compared(asked, limit, places)
        selector = _selector(places, len(self._all)) if len(places) < len(self._all) else None
        width = max(self._ef_search, self._PER_HIT * limit)
        parameters = faiss.SearchParametersHNSW(sel=selector, efSearch=width)
        found = _searched(self._index, self._all, asked, limit, parameters)
        return found if len(found) == limit else self._compared(asked, limit, places)

    def _compared(self, asked: Vector, limit: int, places: Numbers) -> Scored:
        """Return the nearest of the vectors at `places`, of which each is looked at."""
        parameters = faiss.SearchParameters(sel=_selector(places, len(self._all)))
        flat = self._index.storage
        return _searched(faiss.downcast_index(flat), self._all, asked, limit, parameters)


def _places(numbers: Numbers, wanted: Numbers) -> Numbers:
    """Return where the `wanted` are among `numbers`, which are in order. Those that are not there are left out."""
    places = np.searchsorted(numbers, wanted)
    places = places[places < len(numbers)]
    found: Numbers = places[np.isin(numbers[places], wanted)].astype(np.int64)
    return found


def _selector(places: Numbers, count: int) -> faiss.IDSelector:
    chosen = np.zeros(count, dtype=bool)
    chosen[places] = True
    return faiss.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))


def _searched(
    index: faiss.Index,
    numbers: Numbers,
    asked: Vector,
    limit: int,
    parameters: faiss.SearchParameters | None,
) -> Scored:
    if not limit:
        return []
    # A search is one thread's work; others that Faiss holds ready burn several times its time by waiting.
    faiss.omp_set_num_threads(1)
    [scores], [places] = index.search(asked[np.newaxis], limit, params=parameters)
    found = places >= 0  # the rest is padding
    return list(zip(numbers[places[found]].tolist(), scores[found].tolist(), strict=True))
