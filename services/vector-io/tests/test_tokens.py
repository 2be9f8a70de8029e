"""Attributes as texts that are looked up and sorted."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet_vector_io.filters import Order, matches
from fleet_vector_io.tokens import span, token, tokens

NUMBERS = st.one_of(
    st.integers(-(2**64) + 1, 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from((0.0, -0.0, 2**53, 2**53 + 1, -(2**53) - 1, 1e300)),
)
KEYS = st.sampled_from(("a", "ab", "a:b", "1:a", ""))


@given(NUMBERS, NUMBERS)
def test_numbers_sort_as_they_are(first: float, second: float) -> None:
    """Also where doubles cannot tell whole numbers apart."""
    assert (first < second) == (token("n", first) < token("n", second))
    assert (first == second) == (token("n", first) == token("n", second))


@pytest.mark.parametrize("middle", [2**53, 2**60, 2**63, -(2**53), -(2**62)])
def test_neighbours_that_one_double_stands_for_are_told_apart(middle: int) -> None:
    """Counters and ids are larger than doubles can tell."""
    numbers = range(middle - 3000, middle + 3000)

    assert sorted({token("n", n) for n in numbers}) == [token("n", n) for n in numbers]


@given(KEYS, KEYS, st.one_of(NUMBERS, st.text()), st.one_of(NUMBERS, st.text()))
def test_a_span_holds_just_what_fulfils_a_comparison(key: str, other: str, value, found) -> None:
    """No token of another key or kind lies in it."""
    for operator in ("gt", "gte", "lt", "lte"):
        condition = Order(operator, key, value)
        within, text = span(condition), token(other, found)
        above = text >= within.lower if within.with_lower else text > within.lower
        below = text <= within.upper if within.with_upper else text < within.upper
        assert matches(condition, {other: found}) == (above and below)


def test_keys_kinds_and_values_do_not_run_into_each_other() -> None:
    """What looks alike written down is told apart."""
    values = ("1", 1, True, "true", "", ":", "n1:a:")
    found = [token(key, value) for key, value in product(("a", "a:", "1:a"), values)]

    assert len(found) == len(set(found))
    assert ["s6:author:Ada", "b5:draft:true"] == tokens({"author": "Ada", "draft": True})
