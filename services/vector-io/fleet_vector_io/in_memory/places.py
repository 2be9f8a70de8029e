"""Where numbered vectors are in an index of Faiss, which knows them by their places."""

import faiss
import numpy as np
from numpy.typing import NDArray

from fleet_vector_io.in_memory.index import Numbers, Scored
from fleet_vector_io.provider import Vector


def in_this_thread() -> None:
    """Have Faiss do alone in this thread what it asks for: helpers burn several times its time by waiting for more."""
    faiss.omp_set_num_threads(1)


def places_of(wanted: Numbers, numbers: Numbers) -> Numbers:
    """Return where the `wanted` are among `numbers`, which are in order. Those that are not there are left out."""
    places = np.searchsorted(numbers, wanted)
    places = places[places < len(numbers)]
    found: Numbers = places[np.isin(numbers[places], wanted)].astype(np.int64)
    return found


def chosen(places: Numbers, count: int) -> NDArray[np.bool_]:
    """Return which of `count` places are among `places`."""
    mask = np.zeros(count, dtype=bool)
    mask[places] = True
    return mask


def selector(mask: NDArray[np.bool_]) -> faiss.IDSelector:
    """Return what has Faiss look only at the places that `mask` has."""
    return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))


def searched(
    index: faiss.Index,
    asked: Vector,
    limit: int,
    parameters: faiss.SearchParameters | None = None,
) -> tuple[Vector, Numbers]:
    """Return how Faiss scores the best `limit` vectors, the best first, and their places."""
    if not limit:
        return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)
    in_this_thread()
    [scores], [places] = index.search(asked[np.newaxis], limit, params=parameters)
    found = places >= 0  # the rest is padding
    return scores[found], places[found]


def scored(numbers: Numbers, scores: Vector) -> Scored:
    """Return numbers with their scores."""
    return list(zip(numbers.tolist(), scores.tolist(), strict=True))
