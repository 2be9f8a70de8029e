"""Working on several things at once."""

import asyncio

import pytest

from fleet_runtime.at_once import at_once


async def test_results_come_in_the_order_of_inputs_and_no_more_are_under_way_than_allowed():
    """A model that is asked for everything at once refuses most of it."""
    under_way = []
    most = 0

    async def work(seconds):
        nonlocal most
        under_way.append(seconds)
        most = max(most, len(under_way))
        await asyncio.sleep(seconds)
        under_way.remove(seconds)
        return seconds

    assert [0.03, 0.01, 0.02, 0.0] == await at_once([0.03, 0.01, 0.02, 0.0], work, 2)
    assert 2 == most


@pytest.mark.parametrize("others", [0, 3])
async def test_the_first_failure_stops_the_others(others):
    """What nobody gets any more is not paid for."""
    ended = []

    async def work(number):
        if number == 0:
            raise ValueError("no")
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(number)

    with pytest.raises(ValueError, match="no"):
        await at_once([*range(others, 0, -1), 0], work)

    assert list(range(others, 0, -1)) == ended


async def test_nothing_is_nothing():
    assert [] == await at_once([], asyncio.sleep)
