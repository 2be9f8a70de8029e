"""A target that keeps failing is left alone, and comes back by one call that goes well."""

import pytest

from fleet_inference.routing.circuit import Circuit, CircuitConfig, State

CONFIG = CircuitConfig(
    failures=3, ratio=0.5, calls=10, cooldown_seconds=2.0, max_cooldown_seconds=7.0
)


class Clock:
    """Shows the seconds that a test wants."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def circuit(clock):
    return Circuit(CONFIG, "p", "m", clock, chance=lambda: 0.0)


def fail(circuit, times, retry_after=None):
    for _ in range(times):
        circuit.enter()
        circuit.failed(retry_after)


def succeed(circuit, times=1):
    for _ in range(times):
        circuit.enter()
        circuit.succeeded()


def test_failures_in_a_row_open_it(circuit):
    """Three, as the config says, and none less."""
    fail(circuit, 2)

    assert circuit.ready()

    fail(circuit, 1)

    assert not circuit.ready()


def test_a_success_between_failures_keeps_it_closed(circuit):
    """Single failures happen anywhere."""
    fail(circuit, 2)
    succeed(circuit)
    fail(circuit, 2)

    assert circuit.ready()


def test_many_failures_open_it_though_none_follow_each_other(circuit):
    """Every other call failing is too much as well."""
    for _ in range(5):
        succeed(circuit)
        fail(circuit, 1)

    assert State.OPEN is circuit.state


def test_one_call_alone_tries_it_after_the_cooldown(circuit, clock):
    """A target that comes back must not be met by all calls at once."""
    fail(circuit, 3)
    clock.now += 1.9

    assert not circuit.ready()

    clock.now += 0.2

    assert circuit.ready()

    circuit.enter()

    assert not circuit.ready()

    circuit.succeeded()

    assert State.CLOSED is circuit.state


def test_each_failed_probe_doubles_the_cooldown_up_to_the_most(circuit, clock):
    """What stays down is asked ever less often."""
    fail(circuit, 3)
    seen = [circuit.seconds_left]
    for _ in range(3):
        clock.now += circuit.seconds_left
        fail(circuit, 1)
        seen.append(circuit.seconds_left)

    assert [2.0, 4.0, 7.0, 7.0] == seen


def test_a_probe_whose_caller_left_lets_the_next_one_go(circuit, clock):
    """Else a target would be lost forever by one impatient caller."""
    fail(circuit, 3)
    clock.now += 2
    circuit.enter()
    circuit.left()

    assert circuit.ready()


def test_retry_after_opens_it_at_once_and_for_that_long(circuit, clock):
    """Who says when to come again is not asked before."""
    fail(circuit, 1, retry_after=30.0)
    clock.now += 29

    assert not circuit.ready()

    clock.now += 1

    assert circuit.ready()


def test_routers_do_not_come_back_together(clock):
    """Up to half the cooldown is added at random."""
    late = Circuit(CONFIG, "p", "m", clock, chance=lambda: 1.0)
    fail(late, 3)

    assert 3.0 == late.seconds_left
