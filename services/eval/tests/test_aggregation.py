"""What is made of scores, and how sure it is."""

import math

import pytest

from fleet_eval.scoring.aggregation import aggregated


def scores(*values, **more):
    return [{"score": value, **more} for value in values]


def one(values, name):
    return aggregated(values, [name])[name]


def interval(found):
    told = found["confidence_interval"]
    return told["method"], pytest.approx((told["lower"], told["upper"]), abs=1e-4)


def test_average():
    """The mean, its standard error, and the normal interval around it."""
    found = one(scores(1, 2, 3, None), "average")
    error = 1 / math.sqrt(3)

    assert (2, pytest.approx(error)) == (found["average"], found["stderr"])
    assert ("normal", (2 - 1.959964 * error, 2 + 1.959964 * error)) == interval(found)


def test_accuracy():
    """The interval is Wilson's: of 8 among 10, as tables have it. Rows without a score are wrong ones."""
    found = one(scores(*[1] * 8, 0, None), "accuracy")

    assert (0.8, 8, 10) == (found["accuracy"], found["num_correct"], found["num_total"])
    assert ("wilson", (0.4902, 0.9433)) == interval(found)


@pytest.mark.parametrize(("correct", "bounds"), [(0, (0, 0.2775)), (10, (0.7225, 1))])
def test_an_accuracy_at_an_end_is_not_certain(correct, bounds):
    """Where the normal interval would have no width at all."""
    found = one(scores(*[1] * correct, *[0] * (10 - correct)), "accuracy")

    assert ("wilson", bounds) == interval(found)


def test_median():
    """By the bootstrap, which gives the same interval each time."""
    values = scores(*range(101))
    found = one(values, "median")
    told = found["confidence_interval"]

    assert 50 == found["median"]
    assert found == one(values, "median")
    # From the order statistics: the ranks 51 ± 1.96 · √101 / 2.
    assert 41 == pytest.approx(told["lower"], abs=4)
    assert 60 == pytest.approx(told["upper"], abs=4)


def test_weighted_average():
    """Rows without a weight, or without a score, do not count."""
    values = [*scores(1, weight=3), *scores(0, weight=1), *scores(5), *scores(None, weight=9)]
    found = one(values, "weighted_average")
    told = found["confidence_interval"]

    assert 0.75 == found["weighted_average"]
    assert ("bootstrap", 0, 1) == (told["method"], told["lower"], told["upper"])


def test_categorical_count():
    """The counts by name, and how large each share is."""
    found = one(scores("B", "A", "B", None), "categorical_count")

    assert {"A": 1, "B": 2, "None": 1} == found["categorical_count"]
    assert 0.5 == found["shares"]["B"]["share"]
    assert ("wilson", (0.1500, 0.8500)) == interval(found["shares"]["B"])


@pytest.mark.parametrize("name", ["accuracy", "average", "median", "weighted_average"])
def test_nothing_is_made_of_nothing(name):
    """No row, or none with a score, gives no number and no interval."""
    found = one([], name)

    assert found[name] is None
    assert "confidence_interval" not in found


def test_one_row_says_nothing_of_others():
    """Its mean has no error that could be known."""
    assert {"average": 2.0} == one(scores(2), "average")


def test_many_rows_need_little_memory_and_time():
    """The bootstrap's samples are not all there at once."""
    found = one(scores(*range(20_000)), "median")

    assert 10_000 == pytest.approx(found["median"], abs=1)
