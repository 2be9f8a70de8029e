"""Responses that are made in the background while something is in trouble."""

import asyncio
from contextlib import aclosing, asynccontextmanager

import aiosqlite
import psycopg
import pytest
import sqlalchemy as sa

from fleet.agents.v1 import messages as m
from fleet_agents.config import JOBS
from fleet_runtime.call import Call
from fleet_runtime.errors import DeadlineExceeded, InvalidArgument, ResourceExhausted
from fleet_testing.agents_neighbours import Turn
from fleet_testing.response_events import built

pytestmark = pytest.mark.slow

LIVE = {"background": True, "stream": True}
SERVER = "http://tools.example"
MCP = {"type": "mcp", "server_label": "things", "server_url": SERVER}
BUSY = ResourceExhausted("Too much at once.", code="too_busy", retry_after=0.1)
LATE = DeadlineExceeded("The engine is slow.", code="engine_slow", retry_after=0.1)


def assert_whole(events):
    """Assert that no event is missing or there twice, and that they add up to the response."""
    assert list(range(len(events))) == [told.sequence_number for told in events]
    assert built(events[:-1]) == built(events)


@pytest.mark.parametrize("error", [BUSY, LATE])
async def test_a_model_that_is_busy_is_asked_again(agents, neighbours, error):
    """From where it stood: tools that have run are not run again."""
    neighbours.tools.serve(SERVER, "note")
    neighbours.tools.add("note", lambda _: "Noted.")
    neighbours.model.say(error=error)
    neighbours.model.say(calls=[("note", "{}")])
    neighbours.model.say(error=error)
    neighbours.model.say("All done.")

    seen = await agents.events(**LIVE, tools=[MCP])

    assert "response.completed" == seen[-1].type
    assert "All done." == seen[-1].response.output[-1].content[0].text
    assert 1 == len(neighbours.tools.calls)
    assert 4 == len(neighbours.model.asked)
    assert_whole(seen)


async def test_a_model_that_breaks_off_is_asked_again(agents, neighbours):
    """What it had said is told no further."""
    neighbours.model.say("Half of this.", late=LATE)
    neighbours.model.say("All of this.")

    seen = await agents.events(**LIVE)

    assert ["All of this."] == [item.content[0].text for item in seen[-1].response.output]
    assert_whole(seen)


async def test_tries_come_to_an_end(starts, neighbours):
    """With what the model server said at last."""
    neighbours.model.answer_by(lambda _: Turn(error=BUSY))
    async with starts(background={"attempts": 3}) as agents:
        seen = await agents.events(**LIVE)
        response = await agents.get(seen[0].response.id)

    assert ("failed", "too_busy", "Too much at once.") == (
        response.status,
        response.error.code,
        response.error.message,
    )
    assert "response.failed" == seen[-1].type
    assert response == seen[-1].response
    assert 3 == len(neighbours.model.asked)
    assert_whole(seen)


async def test_what_will_never_go_well_is_tried_once(agents, neighbours):
    """And its cause is told."""
    neighbours.model.say(error=InvalidArgument("There is no such model.", code="model_not_found"))

    seen = await agents.events(**LIVE)

    assert ("response.failed", "model_not_found") == (seen[-1].type, seen[-1].response.error.code)
    assert seen[-1].response == await agents.get(seen[0].response.id)
    assert 1 == len(neighbours.model.asked)
    assert_whole(seen)


async def test_a_bug_fails_the_response(starts, neighbours, database, until):
    """It is not lost, nor tried for ever, and its caller does not learn what is ours."""
    neighbours.model.say("I am busy.", held=True)
    async with starts(background={"in_flight": 1}) as agents:
        await agents.ask(background=True)
        await until(lambda: neighbours.model.asked)
        response = await agents.ask(background=True)
        async with database.begin() as connection:
            broken = sa.text(f"UPDATE {JOBS} SET payload = 'nonsense' WHERE key = :key")
            await connection.execute(broken, {"key": response.id})
        neighbours.model.gate.set()
        failed = await agents.ended(response.id)

    assert ("failed", "server_error") == (failed.status, failed.error.code)
    assert "nonsense" not in failed.error.message


async def test_a_response_has_its_time(starts, neighbours, until):
    """However often it is tried."""
    neighbours.model.say("Hello there.", held=True)
    async with starts(background={"seconds": 2.0}) as agents:
        response = await agents.ask(background=True)
        failed = await agents.ended(response.id)
        await until(lambda: neighbours.model.left == 1)

    assert ("failed", "response_timeout") == (failed.status, failed.error.code)


@asynccontextmanager
async def outage(url):
    """Have nobody reach the database, or on SQLite nobody write to it, while a block runs."""
    if url.startswith("sqlite"):
        async with aiosqlite.connect(sa.make_url(url).database, isolation_level=None) as connection:
            await connection.execute("BEGIN IMMEDIATE")
            yield
        return
    name = sa.make_url(url).database
    other = sa.make_url(url).set(database="template1").render_as_string(hide_password=False)
    with psycopg.connect(other, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


async def test_what_tools_gave_outlives_an_outage(starts, neighbours, url, until):
    """The database is away when a tool ends; the tool is not run again, and its outcome is not lost."""
    gate = asyncio.Event()

    async def slow(_):
        await gate.wait()
        return "Sent."

    neighbours.tools.serve(SERVER, "send")
    neighbours.tools.add("send", slow)
    neighbours.model.say(calls=[("send", "{}")])
    neighbours.model.say("All done.")
    database = {"url": url, "statement_timeout": 0.5, "pool_timeout": 0.5}
    async with starts(store={"database": database}) as agents:
        response = await begun(agents)
        await until(lambda: neighbours.tools.calls)
        async with outage(url):
            gate.set()
            await asyncio.sleep(2.0)  # the outage
        done = await agents.ended(response.id)
        seen = [told async for told in agents.follow(response.id)]

    assert ["mcp_list_tools", "mcp_call", "message"] == [item.type for item in done.output]
    assert ("completed", "Sent.") == (done.output[1].status, done.output[1].output)
    assert 1 == len(neighbours.tools.calls)
    assert 2 == len(neighbours.model.asked)
    assert_whole(seen)


async def test_an_answer_outlives_an_outage(starts, neighbours, url, until):
    """The database is away when the model ends; the model is not asked again."""
    neighbours.tools.serve(SERVER, "send")
    neighbours.model.say("It was said.", held=True)
    database = {"url": url, "statement_timeout": 0.5, "pool_timeout": 0.5}
    async with starts(store={"database": database}) as agents:
        response = await begun(agents)
        await until(lambda: neighbours.model.asked)
        async with outage(url):
            neighbours.model.gate.set()
            await asyncio.sleep(2.0)  # the outage
        done = await agents.ended(response.id)

    assert "It was said." == done.output[-1].content[0].text
    assert 1 == len(neighbours.model.asked)


async def begun(agents):
    """Ask for a response whose events are kept, and return it."""
    tool = m.ResponseTool(type="mcp", server_label="things", server_url=SERVER)
    asked = m.CreateResponseRequest(model="chat", input="Hi", background=True, tools=[tool])
    async with aclosing(agents.responses.stream_response(asked, Call("/m"))) as events:
        return (await anext(events)).response


async def test_whoever_lost_a_response_does_nothing_more(starts, neighbours, database, until):
    """It was cut off for so long that another one took over, and does not know yet."""
    neighbours.tools.serve(SERVER, "send")
    neighbours.tools.add("send", lambda _: "Sent.")
    neighbours.model.say("I will send it.", calls=[("send", "{}")], held=True)
    neighbours.model.say("All done.")
    one_by_one = {"background": {"lease_seconds": 600.0, "in_flight": 1}}
    async with starts(**one_by_one) as lost:
        response = await begun(lost)
        await until(lambda: neighbours.model.asked)
        async with database.begin() as connection:
            await connection.execute(sa.text(f"UPDATE {JOBS} SET due = 0"))
        async with starts() as other:
            done = await other.ended(response.id)
            seen = [told async for told in other.follow(response.id)]
        neighbours.model.gate.set()
        # It has seen to the first one when it does what is next.
        last = await lost.ask(background=True)
        await lost.ended(last.id)

        assert "All done." == done.output[-1].content[0].text
        assert done == await lost.get(response.id)
        assert seen == [told async for told in lost.follow(response.id)]
        assert [] == neighbours.tools.calls
    assert_whole(seen)
