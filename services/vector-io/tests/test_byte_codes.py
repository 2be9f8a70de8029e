"""Codes leave few vectors to be compared exactly, and all those that can be nearest."""

import numpy as np
import pytest

from fleet_vector_io.in_memory.byte_codes import ByteCodes

COUNT, DIMENSION, LIMIT = 6000, 40, 10


def around(spread, seed):
    """Return vectors of length one about some middle: in one direction, or with a large `spread` in all."""
    generator = np.random.default_rng(seed)
    middle = generator.standard_normal(DIMENSION)
    vectors = middle + spread * generator.standard_normal((COUNT, DIMENSION))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def vectors():
    """Many of all directions, and a bunch of five hundred that codes can hardly tell apart."""
    vectors = around(50, seed=1)
    vectors[:500] = vectors[0] + 1e-5 * around(1, seed=2)[:500]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def codes(vectors):
    codes = ByteCodes(vectors)
    codes.add(vectors)
    return codes


def nearest(vectors, asked):
    return set(np.argsort(-(vectors @ asked), kind="stable")[:LIMIT].tolist())


def test_few_are_left_and_the_nearest_among_them(codes, vectors):
    """To compare more than some hundreds exactly takes longer than all codes."""
    for asked in vectors[600:700]:
        candidates = codes.candidates(asked, LIMIT, None)

        assert nearest(vectors, asked) <= set(candidates.tolist())
        assert len(candidates) < COUNT / 10


def test_searches_that_need_many_and_few_by_turns_find_all(codes, vectors):
    """How many codes are taken follows the searches before; what is found does not."""
    for n in range(50):
        near, usual = vectors[n], vectors[600 + n]

        assert nearest(vectors, near) <= set(codes.candidates(near, LIMIT, None).tolist())
        assert nearest(vectors, usual) <= set(codes.candidates(usual, LIMIT, None).tolist())
    assert len(codes.candidates(vectors[0], LIMIT, None)) > 256
