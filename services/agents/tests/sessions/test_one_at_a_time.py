"""Of one session one turn is made at a time, and one that nobody waits for is not made."""

import asyncio
import time

import pytest

from fleet_agents.sessions.hold import Hold
from fleet_runtime.errors import Conflict

pytestmark = pytest.mark.slow


async def test_a_caller_who_leaves_stops_the_model(api, neighbours, until):
    """And the session is free again, without the turn."""
    neighbours.model.say("It goes on and on.", held=True)
    session = await api.session()
    stream = session.typed()
    async for chunk in stream:
        if chunk.event.payload.event_type == "step_progress":
            break
    await stream.aclose()
    await until(lambda: neighbours.model.left == 1)

    assert "Done." == (await _when_free(session))["output_message"]["content"]
    assert 1 == len((await session.seen())["turns"])


async def test_a_turn_that_takes_too_long_fails(starts, neighbours):
    """Whatever the model does; its caller may have no deadline."""
    neighbours.model.say("It goes on and on.", held=True)
    async with starts(runs={"seconds": 0.3}) as api:
        session = await api.session()

        assert "service_timeout" == (await session.asked())["code"]
        assert "Done." == (await _when_free(session))["output_message"]["content"]


async def test_a_second_turn_is_refused(api, neighbours, until):
    """The two would not know of each other."""
    neighbours.model.say("It goes on and on.", held=True)
    session = await api.session()
    first = asyncio.create_task(session.asked("one"))
    await until(lambda: neighbours.model.asked)
    refused = await session.asked("two")
    neighbours.model.gate.set()
    await first
    [turn] = (await session.seen())["turns"]

    assert ("session_busy", "conflict_error") == (refused["code"], refused["type"])
    assert "one" == turn["input_messages"][0]["content"]


async def test_a_second_turn_is_refused_by_other_replicas(starts, neighbours, until):
    """However long the first one takes: whoever makes it gives signs of life."""
    neighbours.model.say("It goes on and on.", held=True)
    lease = {"background": {"lease_seconds": 0.5}}
    async with starts(**lease) as api, starts(**lease) as other:
        session = await api.session()
        first = asyncio.create_task(session.asked("one"))
        await until(lambda: neighbours.model.asked)
        elsewhere = other.reopened(session.agent_id, session.session_id)
        end, refused = time.monotonic() + 1.2, set()
        while time.monotonic() < end:
            refused.add((await elsewhere.asked("two"))["code"])
        neighbours.model.gate.set()
        await first

        assert {"session_busy"} == refused
        assert "Done." == (await elsewhere.asked("two"))["output_message"]["content"]


async def test_a_session_is_free_when_who_made_its_turn_is_dead(api, database):
    """It gives no signs of life any more, and cannot say so."""
    session = await api.session()
    await Hold(database, session.session_id, 0.5).claim(session.agent_id)
    refused = await session.asked()

    assert "session_busy" == refused["code"]
    assert "Done." == (await _when_free(session))["output_message"]["content"]


async def test_who_was_taken_for_dead_keeps_nothing(api, database):
    """Another turn may have been made meanwhile."""
    session = await api.session()
    late = Hold(database, session.session_id, 0.0)
    await late.claim(session.agent_id)
    await _when_free(session)
    with pytest.raises(Conflict) as raised:
        async with database.begin() as connection:
            await late.next_position(connection)

    assert "session_lost" == raised.value.code


@pytest.mark.parametrize("what", ["DeleteAgentSession", "DeleteAgent"])
async def test_a_session_that_is_deleted_meanwhile_keeps_no_turn(api, neighbours, until, what):
    """Its caller is told."""
    neighbours.model.say("It goes on and on.", held=True)
    session = await api.session()
    turn = asyncio.create_task(session.asked())
    await until(lambda: neighbours.model.asked)
    agent = f"/v1/agents/{session.agent_id}"
    await api.rest(what, agent if what == "DeleteAgent" else session.path)
    neighbours.model.gate.set()

    assert "session_lost" == (await turn)["code"]


async def _when_free(session, seconds=10):
    """Return what a session answers when it is free."""
    end = time.monotonic() + seconds
    while "code" in (answer := await session.asked()):
        assert ("session_busy", True) == (answer["code"], time.monotonic() < end)
        await asyncio.sleep(0.01)
    return answer
