"""Marks and places say what filters ask for, whatever the attributes are."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet_runtime.errors import InvalidArgument
from fleet_testing.vector_stores.samples import filters
from fleet_vector_io.filters import Order, matches
from fleet_vector_io.marks import All, Has, Lacks, Place, Some, marks, places, spelled

WHOLE = st.integers(-(2**63), 2**64 - 1)
NUMBERS = st.one_of(WHOLE, st.floats(allow_nan=False, allow_infinity=False))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SCALARS = st.one_of(TEXTS, NUMBERS, st.booleans())
ATTRIBUTES = st.dictionaries(st.sampled_from(["a", "b", 'it\'s "odd"', "id"]), SCALARS)
ORDERS = st.sampled_from(["gt", "gte", "lt", "lte"])
COMPARED = {
    "eq": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def holds(condition, attributes):
    """What an engine answers that has the marks and places of `attributes`."""
    match condition:
        case Has(asked):
            return not set(asked).isdisjoint(marks(attributes))
        case Lacks(asked):
            return set(asked).isdisjoint(marks(attributes))
        case Place(name, how, number):
            found = places(attributes)
            return name in found and COMPARED[how](found[name], number)
        case All(parts):
            return all(holds(part, attributes) for part in parts)
        case Some(parts):
            return any(holds(part, attributes) for part in parts)


@given(filters(), ATTRIBUTES)
def test_filters_mean_what_they_mean_everywhere(condition, attributes):
    """Three engines stand on this."""
    assert matches(condition, attributes) == holds(spelled(condition), attributes)


@given(ORDERS, NUMBERS, NUMBERS)
def test_numbers_stand_where_they_do(how, asked, found):
    """Also those that no double holds: times in nanoseconds are such."""
    condition = Order(how, "n", asked)

    assert matches(condition, {"n": found}) == holds(spelled(condition), {"n": found})


@given(ORDERS, WHOLE, st.integers(-2, 2))
def test_neighbours_are_told_apart(how, asked, step):
    """A double is one of hundreds of whole numbers."""
    found = min(max(asked + step, -(2**63)), 2**64 - 1)
    condition = Order(how, "n", asked)

    assert matches(condition, {"n": found}) == holds(spelled(condition), {"n": found})


@given(ORDERS, TEXTS, TEXTS, TEXTS)
def test_texts_stand_where_they_do(how, head, asked, found):
    """By code points, where UTF-16 has another order, and to the last one."""
    condition = Order(how, "t", head + asked)

    assert matches(condition, {"t": head + found}) == holds(spelled(condition), {"t": head + found})


@given(ATTRIBUTES)
def test_places_are_whole_numbers_that_doubles_hold(attributes):
    """Engines that take all numbers for doubles must not round them."""
    assert all(0 <= number < 2**53 for number in places(attributes).values())


def test_a_long_text_stands_where_it_does():
    """Chunks may have texts for attributes; what is asked for is short."""
    long = "x" * 10_000
    condition = Order("gt", "t", "x" * 200)

    assert holds(spelled(condition), {"t": long})
    assert 40 == len(places({"t": long}))


def test_to_be_compared_with_a_long_text_is_refused():
    """No answer is better than one that forgets how the text goes on."""
    with pytest.raises(InvalidArgument, match="239 bytes"):
        spelled(Order("gt", "t", "x" * 240))
