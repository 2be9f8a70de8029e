"""Agents and sessions as things that are created, listed and deleted."""

import re

import pytest
import sqlalchemy as sa

from fleet_agents.sessions.tables import TURNS

pytestmark = pytest.mark.slow

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
CONFIG = {
    "model": "chat",
    "instructions": "Be brief.",
    "name": "Bob",
    "sampling_params": {"strategy": {"type": "top_p", "temperature": 0.5, "top_p": 0.9}},
    "toolgroups": [
        "builtin::websearch",
        {"name": "builtin::rag", "args": {"vector_db_ids": ["a"]}},
    ],
    "client_tools": [{"name": "f", "description": "Does f.", "input_schema": {"type": "object"}}],
    "max_infer_iters": 3,
    "enable_session_persistence": True,
}


async def test_an_agent_is_what_was_created(api):
    """Programs read their own settings back."""
    agent_id = await api.create(**CONFIG)
    found = (await api.rest("GetAgent", f"/v1/agents/{agent_id}")).json

    assert ["agent_id", "agent_config", "created_at"] == list(found)
    assert (agent_id, CONFIG) == (found["agent_id"], found["agent_config"])
    assert MOMENT.fullmatch(found["created_at"])


@pytest.mark.parametrize("prefix", ["/v1", "/v1alpha"])
async def test_both_prefixes_are_served(api, prefix):
    """Version 0.3.5 had both, and SDKs of either time have one of them."""
    made = await api.rest("CreateAgent", f"{prefix}/agents", {"agent_config": CONFIG})
    path = f"{prefix}/agents/{made.json['agent_id']}"
    session = (await api.rest("CreateAgentSession", f"{path}/session", {"session_name": "s"})).json
    place = f"{path}/session/{session['session_id']}"

    assert "s" == (await api.rest("GetAgentSession", place)).json["session_name"]
    assert 1 == len((await api.rest("ListAgentSessions", f"{path}/sessions")).json["data"])


async def test_agents_are_listed_in_pages(api):
    """By where they begin, as the old server did."""
    made = [await api.create(name=str(number)) for number in range(3)]
    everything = (await api.rest("ListAgents", "/v1/agents")).json
    page = (await api.rest("ListAgents", "/v1/agents?start_index=1&limit=1")).json
    ids = [one["agent_id"] for one in everything["data"]]

    assert sorted(made) == sorted(ids)
    assert (False, "/v1/agents") == (everything["has_more"], everything["url"])
    assert ([ids[1]], True) == ([one["agent_id"] for one in page["data"]], page["has_more"])


async def test_a_deleted_agent_takes_its_sessions_along(api, database):
    """Nobody could find them any more."""
    session = await api.session()
    kept = await api.session()
    await session.asked()
    await api.rest("DeleteAgent", f"/v1/agents/{session.agent_id}")
    gone = await api.rest("DeleteAgent", f"/v1/agents/{session.agent_id}")
    async with database.begin() as connection:
        left = await connection.scalar(sa.select(sa.func.count()).select_from(TURNS))

    assert 0 == left
    assert "agent_not_found" == (await session.asked())["code"] == gone.error["code"]
    assert "session_not_found" == (await session.seen())["code"]
    assert "chat" == (await kept.seen())["session_name"]


async def test_sessions_are_listed_with_their_turns(api):
    """In pages."""
    first = await api.session()
    second = await api.session(first.agent_id)
    turn = await first.asked()
    path = f"/v1/agents/{first.agent_id}/sessions"
    listed = (await api.rest("ListAgentSessions", path)).json
    page = (await api.rest("ListAgentSessions", f"{path}?limit=1")).json
    turns = {one["session_id"]: one["turns"] for one in listed["data"]}

    assert {first.session_id: [turn], second.session_id: []} == turns
    assert (listed["data"][:1], True) == (page["data"], page["has_more"])


async def test_a_session_shows_the_turns_that_are_asked_for(api):
    """A long one has many."""
    session = await api.session()
    turns = [await session.asked(text) for text in ("a", "b", "c")]
    found = await session.seen()
    wanted = f"?turn_ids={turns[0]['turn_id']},{turns[2]['turn_id']}"

    assert ["session_id", "session_name", "turns", "started_at"] == list(found)
    assert turns == found["turns"]
    assert [turns[0], turns[2]] == (await session.seen(wanted))["turns"]


async def test_a_session_is_found_under_its_agent_only(api):
    """An id alone opens nothing."""
    session, other = await api.session(), await api.session()
    stranger = api.reopened(other.agent_id, session.session_id)
    gone = await api.rest("DeleteAgentSession", stranger.path)

    assert "session_not_found" == gone.error["code"]
    assert "session_not_found" == (await stranger.seen())["code"]
    assert "session_not_found" == (await stranger.asked())["code"]


async def test_a_deleted_session_is_gone_with_its_turns(api):
    """Deleted is deleted."""
    session = await api.session()
    turn = await session.asked()
    await api.rest("DeleteAgentSession", session.path)
    found = await api.rest("GetAgentTurn", f"{session.path}/turn/{turn['turn_id']}")
    listed = await api.rest("ListAgentSessions", f"/v1/agents/{session.agent_id}/sessions")

    assert "session_not_found" == (await session.seen())["code"] == found.error["code"]
    assert [] == listed.json["data"]


async def test_a_turn_and_its_steps_can_be_read_again(api):
    """By their ids."""
    session = await api.session()
    turn = await session.asked()
    path = f"{session.path}/turn/{turn['turn_id']}"
    [step] = turn["steps"]
    found = await api.rest("GetAgentStep", f"{path}/step/{step['step_id']}")
    no_turn = await api.rest("GetAgentTurn", f"{session.path}/turn/x")
    no_step = await api.rest("GetAgentStep", f"{path}/step/x")

    assert turn == (await api.rest("GetAgentTurn", path)).json
    assert {"step": step} == found.json
    assert ("turn_not_found", "step_not_found") == (no_turn.error["code"], no_step.error["code"])


async def test_sessions_outlive_their_service(starts, neighbours):
    """Another replica, or the same one after a restart, goes on with them."""
    async with starts() as api:
        session = await api.session()
        neighbours.model.say("Hello, Ann.")
        await session.asked("I am Ann.")
    async with starts() as api:
        again = api.reopened(session.agent_id, session.session_id)
        await again.asked("Who am I?")
    said = [(one.role, one.content) for one in neighbours.model.asked[-1].messages]

    assert [
        ("system", "Be brief."),
        ("user", "I am Ann."),
        ("assistant", "Hello, Ann."),
        ("user", "Who am I?"),
    ] == said


async def test_a_turn_goes_on_at_another_replica(starts, neighbours):
    """Whichever gets the call."""
    neighbours.model.say(calls=[("f", "{}")])
    given = {"call_id": "call_0", "tool_name": "f", "content": "3"}
    async with starts() as api, starts() as other:
        session = await api.session(client_tools=CONFIG["client_tools"])
        turn_id = (await session.asked())["turn_id"]
        elsewhere = other.reopened(session.agent_id, session.session_id)

        assert "Done." == (await elsewhere.resumed(turn_id, given))["output_message"]["content"]
