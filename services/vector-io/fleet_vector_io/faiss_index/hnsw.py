"""An index that follows links between near vectors."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from fleet_vector_io.in_memory.index import NO_NUMBERS, Numbers, Scored, Vectors
from fleet_vector_io.in_memory.places import chosen, places_of, scored, searched, selector
from fleet_vector_io.provider import Vector

_FEW = 0.1
"""The part of all vectors up to which those that are selected are compared one by one."""
_PER_HIT = 2
"""How many candidates are looked at for each hit that is wanted, at least."""


@dataclass(frozen=True, slots=True)
class Links:
    """How vectors are linked.

    Attributes:
        m: How many neighbours each is linked to.
        ef_construction: How many candidates are looked at for each that is put in.
    """

    m: int
    ef_construction: int


@dataclass(frozen=True, slots=True)
class Graph:
    """Linked vectors.

    Attributes:
        vectors: The vectors with their links.
        numbers: Their numbers, in order.
        gone: Which of them were taken out, and only lead to others.
    """

    vectors: faiss.IndexHNSWFlat
    numbers: Numbers
    gone: NDArray[np.bool_]

    @classmethod
    def empty(cls, dimension: int, links: Links) -> "Graph":
        """Return one without vectors."""
        vectors = faiss.IndexHNSWFlat(dimension, links.m, faiss.METRIC_INNER_PRODUCT)
        vectors.hnsw.efConstruction = links.ef_construction
        return cls(vectors, NO_NUMBERS, np.zeros(0, dtype=bool))


class HnswIndex:
    """Follows links between near vectors, and compares few of them: fast with very many, but may miss some.

    What is taken out only stops being found, as links lead over it. Where few are selected, those are compared one by
    one: links among all lead past them.

    Args:
        graph: What to begin with.
        ef_search: How many candidates are looked at for each search, at least.

    Attributes:
        graph: What it has become.
    """

    def __init__(self, graph: Graph, ef_search: int) -> None:
        self.graph = graph
        self._ef_search = ef_search

    def __len__(self) -> int:
        return len(self.graph.numbers)

    @property
    def numbers(self) -> Numbers:
        """Those of the vectors that are in, in order."""
        return self.graph.numbers[~self.graph.gone]

    def add(self, numbers: Numbers, vectors: Vectors) -> None:
        """Put vectors in, with all cores: linking one takes milliseconds."""
        graph = self.graph
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        graph.vectors.add(vectors)
        self.graph = Graph(
            graph.vectors,
            np.concatenate([graph.numbers, numbers]),
            np.concatenate([graph.gone, np.zeros(len(numbers), dtype=bool)]),
        )

    def remove(self, numbers: Numbers) -> None:
        """Have vectors found no more."""
        self.graph.gone[places_of(numbers, self.graph.numbers)] = True

    def holds(self, numbers: Numbers, vectors: Vectors) -> bool:
        """Whether just these vectors are in under these numbers."""
        places = places_of(numbers, self.graph.numbers)
        if len(places) < len(numbers) or self.graph.gone[places].any():
            return False
        return np.array_equal(vectors, self.graph.vectors.reconstruct_batch(places))

    def nearest(self, asked: Vector, limit: int, within: Sequence[int] | None) -> Scored:
        """Return the vectors nearest to `asked`."""
        graph, count = self.graph, len(self)
        mask = ~graph.gone
        if within is not None:
            mask &= chosen(places_of(np.asarray(within, dtype=np.int64), graph.numbers), count)
        size = int(np.count_nonzero(mask))
        limit = min(limit, size)
        if size < _FEW * count or limit > _FEW * size:
            return self._compared(asked, limit, mask)
        width = max(self._ef_search, _PER_HIT * limit)
        selected = selector(mask) if size < count else None
        parameters = faiss.SearchParametersHNSW(sel=selected, efSearch=width)
        scores, places = searched(graph.vectors, asked, limit, parameters)
        if len(places) < limit:
            return self._compared(asked, limit, mask)
        return scored(graph.numbers[places], scores)

    def _compared(self, asked: Vector, limit: int, mask: NDArray[np.bool_]) -> Scored:
        """Return the nearest of the vectors that `mask` has, of which each is looked at."""
        parameters = faiss.SearchParameters(sel=selector(mask))
        flat = faiss.downcast_index(self.graph.vectors.storage)
        scores, places = searched(flat, asked, limit, parameters)
        return scored(self.graph.numbers[places], scores)
