"""What the table shows."""

from dataclasses import fields

from fleet_bench.measure import Sample
from fleet_bench.report import ROWS, Result, Row, better, value


def result(name, **measures):
    zeros = {field.name: 0.0 for field in fields(Sample)}
    return Result(name, name, [Sample(**zeros | measures)])


def test_latency_is_shown_without_what_the_direct_way_takes():
    direct, fleet = result("direct", p50_ms=0.25), result("fleet", p50_ms=1.0)

    assert 0.75 == value(ROWS[0], fleet, [direct, fleet])


def test_latency_needs_the_direct_way():
    fleet = result("fleet", p50_ms=1.0)

    assert None is value(ROWS[0], fleet, [fleet])


def test_the_median_is_of_the_rounds():
    """One round under a noisy neighbour must not decide."""
    rounds = [sample for p50 in (1.0, 9.0, 2.0) for sample in result("x", p50_ms=p50).samples]

    assert 2.0 == Result("x", "x", rounds).median(lambda sample: sample.p50_ms)


def test_ours_is_better_by_less_time_and_by_more_requests():
    """One sense of "times better" in the whole table, whichever way a measure points."""
    time = Row("time", lambda sample: sample.start_s)
    rate = Row("rate", lambda sample: sample.requests_per_cpu_s, more_is_better=True)

    assert (4.0, 4.0) == (better(time, 8.0, ours=2.0), better(rate, 2.0, ours=8.0))
