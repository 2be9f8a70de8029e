"""The arithmetic of the report."""

import pytest

from fleet_bench.measure import percentile


@pytest.mark.parametrize(("rank", "expected"), [(1, 1.0), (50, 50.0), (99, 99.0), (100, 100.0)])
def test_a_percentile_is_the_value_of_that_rank(rank, expected):
    values = [float(number) for number in range(100, 0, -1)]

    assert expected == percentile(values, rank)


def test_the_p99_of_few_values_is_the_largest():
    """Rounded down it would hide the slowest of fifty."""
    assert 3.0 == percentile([3.0, 1.0, 2.0], 99)
