"""Whether two runs differ by chance, against what can be counted by hand."""

from itertools import product
from math import comb

import numpy as np
import pytest

from fleet_eval.evaluation.results.comparison import difference, mcnemar, permutation


@pytest.mark.parametrize(("better", "worse"), [(0, 0), (5, 0), (0, 5), (7, 2), (4, 4), (60, 41)])
def test_mcnemar_is_exact(better, worse):
    """The two tails of the binomial distribution, however many rows differ."""
    rows, less = better + worse, min(better, worse)
    tail = sum(comb(rows, count) for count in range(less + 1)) / 2**rows

    assert pytest.approx(min(2 * tail, 1.0)) == mcnemar(better, worse)


def test_mcnemar_takes_many_rows():
    """The coefficients of which no float holds."""
    assert 0.5 < mcnemar(50_000, 50_100) < 1.0
    assert 1e-9 > mcnemar(52_000, 48_000)


def test_permutations_are_as_all_of_them():
    """Up to what drawing 10,000 of them leaves to chance; rows that do not differ say nothing."""
    differences = np.array([0.5, -0.25, 1.0, 0.75, 0.0, 0.5])
    moved = differences[differences != 0]
    sums = [abs(np.dot(signs, moved)) for signs in product((1, -1), repeat=len(moved))]
    exact = sum(each >= abs(moved.sum()) - 1e-9 for each in sums) / len(sums)

    assert pytest.approx(exact, abs=0.02) == permutation(differences)
    assert 1.0 == permutation(np.zeros(3))


def test_scores_that_are_no_marks_are_permuted():
    """And the same scores give the same numbers, whoever asks."""
    one, other = np.array([0.9, 0.8, 0.7, 0.9]), np.array([0.4, 0.5, 0.6, 0.8])
    found = difference("f", one, other)

    assert ("permutation", 4, 0, 4) == (found.test, found.better, found.worse, found.count)
    assert pytest.approx(0.25) == found.difference
    assert found.interval.lower < 0.25 < found.interval.upper
    assert pytest.approx(2 / 16, abs=0.02) == found.p_value
    assert found == difference("f", one, other)
    assert difference("f", one[:1], other[:1]).interval is None
