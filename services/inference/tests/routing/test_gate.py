"""No more requests at once than a target may have, and the others in a fair order."""

import asyncio

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.routing.gate import Gate, LimitConfig
from fleet_inference.routing.turn import Turn, turn_of
from fleet_runtime.call import Call
from fleet_runtime.errors import ResourceExhausted


def gate(**settings):
    return Gate(LimitConfig(provider="p", **{"max_in_flight": 1} | settings))


async def waiting(gate, *turns):
    """Return tasks that wait at `gate`, one for each turn."""
    tasks = []
    for turn in turns:
        tasks.append(asyncio.create_task(gate.enter(turn)))
        await asyncio.sleep(0)
    return tasks


async def test_the_next_one_enters_when_one_leaves():
    """And nobody before."""
    only = gate()
    entered = await only.enter(Turn())
    (task,) = await waiting(only, Turn())

    assert not task.done()

    only.leave(entered)
    only.leave(await task)

    assert only.room


async def test_a_full_queue_refuses_and_says_when_to_come_again():
    """429 with `retry-after`, so that clients back off by themselves."""
    only = gate(max_waiting=0)
    await only.enter(Turn())
    with pytest.raises(ResourceExhausted) as caught:
        await only.enter(Turn())

    assert (429, "queue_full") == (caught.value.status, caught.value.code)
    assert caught.value.retry_after >= 1


async def test_nobody_waits_longer_than_the_limit():
    """A caller who is refused late is still better off than one who hears nothing."""
    only = gate(max_wait_seconds=0.01)
    entered = await only.enter(Turn())
    with pytest.raises(ResourceExhausted):
        await only.enter(Turn())
    only.leave(entered)

    assert only.room


async def test_who_leaves_the_queue_frees_its_place():
    """Both in the queue and behind the gate, even if the turn came in the same moment."""
    only = gate(max_waiting=1)
    entered = await only.enter(Turn())
    (gone,) = await waiting(only, Turn())
    gone.cancel()
    await asyncio.wait([gone])
    (late,) = await waiting(only, Turn())
    only.leave(entered)
    late.cancel()
    await asyncio.wait([late])

    assert only.room


async def test_a_place_is_not_given_to_one_who_is_about_to_leave():
    """A cancelled caller has not run yet when the next turn is given."""
    only = gate()
    entered = await only.enter(Turn())
    first, second = await waiting(only, Turn(), Turn())
    first.cancel()
    only.leave(entered)
    only.leave(await asyncio.wait_for(second, 1))

    assert only.room


async def test_priorities_and_tenants_have_their_order():
    """A tenant's second request waits for the other tenant's first."""
    only = gate()
    order = []

    async def enter(name, turn):
        entered = await only.enter(turn)
        order.append(name)
        only.leave(entered)

    first = await only.enter(Turn())
    async with asyncio.TaskGroup() as group:
        for name, turn in {
            "flex": Turn(2, "a"),
            "a1": Turn(1, "a"),
            "a2": Turn(1, "a"),
            "b1": Turn(1, "b"),
            "urgent": Turn(0, "b"),
        }.items():
            group.create_task(enter(name, turn))
        await asyncio.sleep(0)
        only.leave(first)

    assert ["urgent", "a1", "b1", "a2", "flex"] == order


def ask(**fields):
    message = m.ChatMessage(role="user", content="hi")
    return m.ChatCompletionRequest(model="m", messages=[message], **fields)


def test_the_header_goes_before_the_requests_tier():
    """Who may hurry is the gateway's business."""
    header = Call("/m", [("x-fleet-priority", "flex"), ("x-fleet-tenant", "t")])

    assert Turn(2, "t") == turn_of(ask(service_tier="priority"), header)
    assert Turn(0, "") == turn_of(ask(service_tier="priority"), Call("/m"))
    assert Turn(1, "") == turn_of(ask(service_tier="auto"), Call("/m"))
