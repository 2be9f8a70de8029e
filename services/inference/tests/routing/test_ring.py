"""Keys stay where they are as replicas come and go, and no replica is crowded."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet_inference.routing.ring import Ring, bound

pytestmark = pytest.mark.slow

NAMES = st.sets(st.integers(0, 99).map(lambda n: f"10.0.0.{n}:8080"), min_size=1, max_size=8)
KEYS = st.integers(0, 2**64 - 1)


@given(NAMES, KEYS)
def test_a_walk_asks_everybody_once(names, key):
    """So a request finds whoever is left."""
    walked = list(Ring(names).walk(key))

    assert sorted(names) == sorted(walked)


@given(NAMES, KEYS)
def test_rings_of_the_same_names_agree(names, key):
    """Whatever the order in which the DNS told them: routers share no memory."""
    assert list(Ring(sorted(names)).walk(key)) == list(Ring(sorted(names)[::-1]).walk(key))


@given(NAMES, KEYS)
def test_keys_of_others_stay_when_one_goes(names, key):
    """Only the keys of the one that went lose their cache."""
    order = list(Ring(names).walk(key))
    gone = order[-1]

    assert order[:-1] == list(Ring(names - {gone}).walk(key))


def test_shares_of_the_ring_are_alike():
    """Within a third of the average, by 160 points each."""
    names = [f"10.0.0.{n}:8080" for n in range(4)]
    ring, step = Ring(names), 2**64 // 4000
    owners = [next(ring.walk(key * step)) for key in range(4000)]

    for name in names:
        assert 666 < owners.count(name) < 1334


def test_an_empty_ring_has_nobody():
    """A service may have no replicas."""
    assert [] == list(Ring().walk(1))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=10), st.floats(1.01, 3))
def test_somebody_is_always_below_the_bound(loads, factor):
    """Else a request would have nowhere to go."""
    assert min(loads) < bound(sum(loads), len(loads), factor)


@given(st.integers(1, 10), st.integers(0, 500), KEYS, st.floats(1.05, 2))
def test_no_replica_gets_more_than_the_bound(servers, requests, key, factor):
    """Even if all requests share one prefix."""
    names = [f"s{n}" for n in range(servers)]
    ring, loads = Ring(names), dict.fromkeys(names, 0)
    for _ in range(requests):
        most = bound(sum(loads.values()), servers, factor)
        name = next(name for name in ring.walk(key) if loads[name] < most)
        loads[name] += 1

    assert max(loads.values()) <= math.ceil(factor * max(requests, 1) / servers)
