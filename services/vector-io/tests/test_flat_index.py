"""The exact index in memory finds what comparing everything finds, whatever the vectors are like."""

import numpy as np
import pytest

from fleet_vector_io.in_memory.flat import FlatIndex
from fleet_vector_io.vectors import unit

COUNT, DIMENSION = 6000, 40  # a length that Faiss does not compare in whole blocks
ROUNDING = 1e-6


def of_length_one(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def noise(count, scale=1.0, seed=0):
    return scale * np.random.default_rng(seed).standard_normal((count, DIMENSION))


def in_clusters():
    return of_length_one(np.repeat(noise(60), COUNT // 60, axis=0) + noise(COUNT, 0.1, seed=1))


def nearly_the_same():
    return of_length_one(noise(1) + noise(COUNT, 1e-4, seed=1))


def the_same():
    return np.repeat(of_length_one(noise(3)), COUNT // 3, axis=0)


def along_axes():
    return np.eye(DIMENSION, dtype=np.float32)[np.arange(COUNT) % DIMENSION]


def with_a_few_far_off():
    vectors = nearly_the_same()
    vectors[::1000] = np.eye(DIMENSION)[: COUNT // 1000]
    return vectors


def drifting():
    """Each thousand elsewhere: the codes are laid by those that came first."""
    return of_length_one(np.repeat(noise(6, 5), 1000, axis=0) + noise(COUNT, seed=1))


KINDS = {
    "of all directions": lambda: of_length_one(noise(COUNT)),
    "in clusters": in_clusters,
    "nearly the same": nearly_the_same,
    "the same": the_same,
    "along axes": along_axes,
    "with a few far off": with_a_few_far_off,
    "drifting": drifting,
}


@pytest.fixture(params=KINDS)
def vectors(request):
    return KINDS[request.param]()


@pytest.fixture
def index(vectors):
    return filled(vectors)


def filled(vectors, batch=700):
    """Return an index with `vectors` under every third number from 10 on, put in bit by bit."""
    index = FlatIndex(DIMENSION)
    for start in range(0, len(vectors), batch):
        some = vectors[start : start + batch]
        index.add(10 + 3 * np.arange(start, start + len(some)), some)
    return index


def queries(vectors):
    """Return vectors to ask for: of all directions, near to some that are in, and some that are in."""
    some = vectors[:: len(vectors) // 5]
    return [unit(each.astype(np.float32)) for each in (*noise(5, seed=7), *(some + 0.01), *some)]


def assert_exact(index, vectors, rows, asked, *, limit=10, within=None):
    """Assert that `index` finds the nearest among `vectors`, of which it has `rows`."""
    found = index.nearest(asked, limit, within)
    true = vectors[rows].astype(np.float64) @ asked.astype(np.float64)
    of_row = dict(zip((10 + 3 * rows).tolist(), true, strict=True))
    wanted = np.sort(true)[::-1][:limit]

    assert len(wanted) == len({number for number, _ in found})
    assert np.allclose(wanted, [of_row[number] for number, _ in found], rtol=0, atol=ROUNDING)
    assert np.allclose(wanted, [score for _, score in found], rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("limit", [1, 10, 600, 5000, COUNT + 1])
def test_all_are_searched_exactly(index, vectors, limit):
    """What is left out for its code must be what cannot be among the nearest."""
    for asked in queries(vectors):
        assert_exact(index, vectors, np.arange(COUNT), asked, limit=limit)


@pytest.mark.parametrize("every", [2, 1.1, 50])
def test_those_selected_are_searched_exactly(index, vectors, every):
    """A filter must not hide what fits it behind nearer ones that do not."""
    rows = np.arange(0, COUNT, every).astype(np.int64)
    for asked in queries(vectors):
        assert_exact(index, vectors, rows, asked, within=(10 + 3 * rows).tolist())


def test_what_is_removed_is_found_no_more(index, vectors):
    """Those after it move up, in the codes as in the vectors."""
    index.remove(10 + 3 * np.arange(0, COUNT, 3))

    for asked in queries(vectors):
        assert_exact(index, vectors, np.flatnonzero(np.arange(COUNT) % 3), asked)


def test_what_is_added_after_a_removal_is_found(index, vectors):
    """A store whose files change goes on from there."""
    index.remove(10 + 3 * np.arange(100, 2000))
    both = np.concatenate([vectors, vectors[:500]])
    index.add(10 + 3 * np.arange(COUNT, COUNT + 500), vectors[:500])
    rows = np.delete(np.arange(COUNT + 500), np.arange(100, 2000))

    for asked in queries(vectors):
        assert_exact(index, both, rows, asked)


def test_no_selection_finds_nothing(index):
    """A filter that nothing fulfils is no missing filter."""
    assert [] == index.nearest(unit(noise(1)[0]), 10, [])
    assert [] == FlatIndex(DIMENSION).nearest(unit(noise(1)[0]), 10, None)
