"""The promise that prefix routing makes, on replicas that keep time."""

from functools import partial
from statistics import median

import pytest

from fleet_bench.replicas import simulated
from fleet_bench.routing import measure
from fleet_bench.shared_prefixes import Workload
from fleet_testing.engine_simulator import MODEL

WORKLOAD = Workload(MODEL, groups=30, prompts=5, answer_tokens=5)


@pytest.fixture
def ttft(monkeypatch):
    """Measure a policy: the median time to the first token, and the part of prompts that was cached."""
    monkeypatch.setenv("FLEET_ADDRESSES", "")  # put back when the test ends

    async def measured(policy):
        result = await measure(policy, WORKLOAD, partial(simulated, 3), routers=2)

        assert WORKLOAD.groups * WORKLOAD.prompts == len(result.ttft)

        return median(result.ttft), result.cached

    return measured


async def test_prefix_routing_halves_the_time_to_the_first_token(ttft):
    """Beside taking turns, where each replica reads each prefix; routers share nothing."""
    by_turns, found_by_turns = await ttft("round_robin")
    by_prefix, found = await ttft("prefix")

    assert by_prefix <= by_turns / 2
    assert found > found_by_turns


def test_prompts_of_a_group_begin_alike_and_end_differently():
    """Else there would be nothing to route by."""
    few = Workload(MODEL, groups=2, prompts=2, shared_tokens=50, own_tokens=20)
    texts = {tuple(message.content for message in r.messages) for r in few.requests(seed=1)}

    assert 4 == len(texts)
    assert 2 == len({instructions for instructions, _ in texts})
    assert all(50 * 4 == len(instructions) for instructions, _ in texts)
