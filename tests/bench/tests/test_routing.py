"""The promise that prefix routing makes, on replicas that keep caches."""

from functools import partial

import pytest

from fleet_bench.replicas import simulated
from fleet_bench.routing import measure
from fleet_bench.shared_prefixes import Workload
from fleet_testing.engine_simulator import MODEL

WORKLOAD = Workload(MODEL, groups=20, prompts=8, answer_tokens=5)


@pytest.fixture
def uncached(monkeypatch):
    """Measure a policy: the part of prompts that had to be read."""
    monkeypatch.setenv("FLEET_ADDRESSES", "")  # put back when the test ends

    async def measured(policy):
        result = await measure(policy, WORKLOAD, partial(simulated, 4), routers=2)

        assert WORKLOAD.groups * WORKLOAD.prompts == len(result.ttft)

        return 1 - result.cached

    return measured


async def test_prefix_routing_halves_what_is_read(uncached):
    """Beside taking turns, where each replica reads each prefix; routers share nothing. The benchmark has the times."""
    by_turns = await uncached("round_robin")
    by_prefix = await uncached("prefix")

    assert by_prefix <= by_turns / 2


def test_prompts_of_a_group_begin_alike_and_end_differently():
    """Else there would be nothing to route by."""
    few = Workload(MODEL, groups=2, prompts=2, shared_tokens=50, own_tokens=20)
    texts = {tuple(message.content for message in r.messages) for r in few.requests(seed=1)}

    assert 4 == len(texts)
    assert 2 == len({instructions for instructions, _ in texts})
    assert all(50 * 4 == len(instructions) for instructions, _ in texts)
