"""Who waits is served by priority, and tenants take turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet_inference.routing.fair_queue import FairQueue

WAITERS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abc")), max_size=60)


def filled(waiters):
    queue = FairQueue(3)
    for number, (priority, tenant) in enumerate(waiters):
        queue.push(number, priority, tenant)
    return queue


def test_tenants_take_turns_within_a_priority():
    """Who sends a thousand requests does not keep out who sends one."""
    queue = filled([(1, "busy"), (1, "busy"), (1, "busy"), (1, "rare")])

    assert [0, 3, 1, 2] == [queue.pop() for _ in range(4)]


def test_higher_priorities_go_first():
    """0 is the highest."""
    queue = filled([(2, "a"), (1, "a"), (0, "b")])

    assert [2, 1, 0] == [queue.pop() for _ in range(3)]


def test_an_empty_queue_has_nobody():
    """Even after it had somebody."""
    queue = filled([(0, "a")])
    queue.discard(0, 0, "a")
    with pytest.raises(IndexError):
        queue.pop()


@given(WAITERS)
def test_each_waiter_comes_once_and_in_the_order_of_its_tenant(waiters):
    """Nobody is lost, nobody overtakes a sibling."""
    queue = filled(waiters)
    order = [queue.pop() for _ in range(len(queue))]

    assert list(range(len(waiters))) == sorted(order)
    for line in set(waiters):
        mine = [number for number in order if waiters[number] == line]

        assert sorted(mine) == mine


@given(WAITERS)
def test_no_tenant_is_served_twice_before_another_who_waits(waiters):
    """While two tenants of one priority wait, their turns differ by one at most."""
    queue = filled(waiters)
    order = [queue.pop() for _ in range(len(queue))]
    for priority in range(3):
        served = [waiters[number][1] for number in order if waiters[number][0] == priority]
        for tenant in "abc":
            total = served.count(tenant)
            until_done = served[: _last(served, tenant)]
            for other in set(served) - {tenant}:
                assert until_done.count(other) <= total


def _last(served, tenant):
    """Return where the last turn of `tenant` is."""
    return len(served) - 1 - served[::-1].index(tenant) if tenant in served else 0


@given(WAITERS, st.data())
def test_who_leaves_is_gone(waiters, data):
    """Its place is free for the next one."""
    queue = filled(waiters)
    leaving = data.draw(st.sets(st.sampled_from(range(len(waiters))))) if waiters else set()
    for number in leaving:
        queue.discard(number, *waiters[number])
        queue.discard(number, *waiters[number])

    assert len(waiters) - len(leaving) == len(queue)
    assert set(range(len(waiters))) - leaving == {queue.pop() for _ in range(len(queue))}
