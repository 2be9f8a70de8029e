"""Retries stay a part of the traffic, however much of it fails."""

from hypothesis import given
from hypothesis import strategies as st

from fleet_inference.routing.budget import WINDOW, RetryBudget, RetryConfig


def test_a_quiet_model_may_retry_a_few_times_a_second():
    """A fifth of one request is none, and yet one must be able to fail over."""
    budget = RetryBudget(RetryConfig(min_per_second=3, ratio=0.2), clock=lambda: 0.0)
    allowed = [budget.spend() for _ in range(31)]

    assert [True] * 30 + [False] == allowed


def test_what_was_spent_comes_back_after_the_window():
    """The window slides."""
    now = 0.0
    budget = RetryBudget(RetryConfig(min_per_second=0.1, ratio=0), clock=lambda: now)

    assert budget.spend()
    assert not budget.spend()

    now += WINDOW

    assert budget.spend()


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(0, 20), st.integers(0, 20)), max_size=40))
def test_a_retry_is_allowed_exactly_while_there_is_budget(steps):
    """Whatever the traffic: up to a fifth of the window's requests, and the reserve."""
    now = 0.0
    budget = RetryBudget(RetryConfig(min_per_second=1, ratio=0.2), clock=lambda: now)
    asked, spent = [], []
    for pause, requests, retries in steps:
        now += pause
        for _ in range(requests):
            budget.asked()
        asked += [int(now)] * requests
        since = int(now) - WINDOW
        limit = 0.2 * sum(second > since for second in asked) + WINDOW
        for _ in range(retries):
            left = sum(second > since for second in spent) + 1 <= limit

            assert left == budget.spend()

            spent += [int(now)] * left
