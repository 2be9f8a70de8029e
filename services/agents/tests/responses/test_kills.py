"""Processes that die while they make a response: another one goes on, and nothing is done twice that must not be."""

import asyncio
import os
import signal
from contextlib import suppress

import psycopg
import pytest

from fleet.agents.v1 import messages as m
from fleet_agents.config import JOBS, SCHEMA
from fleet_agents.responses.steps import UNKNOWN_OUTCOME
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError
from fleet_testing.response_events import built

pytestmark = pytest.mark.slow

SERVER = "http://tools.example"
MCP = m.ResponseTool(type="mcp", server_label="things", server_url=SERVER)

only_postgres = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


class Following:
    """A response that is made in the background and followed, by whatever service is there."""

    def __init__(self):
        self.seen = []

    async def begin(self, agents, **fields):
        """Ask for it, and follow it until the service dies or it ends."""
        asked = m.CreateResponseRequest(model="chat", input="Hi", background=True, **fields)
        await self._follow(agents.responses.stream_response(asked, Call("/m")))

    async def go_on(self, agents):
        """Follow it to its end."""
        await self._follow(agents.follow(self.response_id, self.seen[-1].sequence_number))

    async def _follow(self, stream):
        with suppress(FleetError):  # the service was killed
            async for told in stream:
                self.seen.append(told)

    @property
    def response_id(self):
        return self.seen[0].response.id

    def kinds(self):
        return [told.type for told in self.seen]


@pytest.fixture
async def killed(dying):
    """Return what asks for a response, follows it, and kills the service once something is true."""

    async def killed(until, claim, more=None, **fields):
        following = Following()
        async with dying(**(more or {})) as (process, agents):
            task = asyncio.create_task(following.begin(agents, **fields))
            await until(lambda: claim(following))
            process.kill()
            await task
        return following

    return killed


async def finished(agents, following):
    """Return a response that is gone on with, when it has ended and all of its events add up to it."""
    await following.go_on(agents)
    response = await agents.ended(following.response_id)
    assert "response.completed" == following.kinds()[-1]
    assert list(range(len(following.seen))) == [told.sequence_number for told in following.seen]
    assert following.seen == [told async for told in agents.follow(following.response_id)]
    assert built(following.seen[:-1]) == built(following.seen)
    assert following.seen[-1].response == response
    return response


async def test_killed_while_the_model_writes(killed, starts, neighbours, until):
    """The model is asked again; what it had said is not part of the response."""
    neighbours.model.say("Half of this.", held=True)
    neighbours.model.say("All of this.")

    following = await killed(until, lambda told: "response.output_text.delta" in told.kinds())
    async with starts() as agents:
        response = await finished(agents, following)

    assert ["All of this."] == [item.content[0].text for item in response.output]
    assert 2 == len(neighbours.model.asked)
    assert neighbours.model.asked[0] == neighbours.model.asked[1]


def two_tools(neighbours, **hints):
    """Have two tools, one of which does not end when it is first called."""
    first = True

    async def slow(_):
        nonlocal first
        if first:
            first = False
            await asyncio.Event().wait()
        return "Slow."

    neighbours.tools.serve(SERVER, "quick", "slow", **hints)
    neighbours.tools.add("quick", lambda _: "Quick.")
    neighbours.tools.add("slow", slow)
    neighbours.model.say(calls=[("slow", "{}"), ("quick", "{}")])
    neighbours.model.say("All done.")


def has_one_outcome(following):
    return "response.mcp_call.completed" in following.kinds()


async def test_tools_that_may_do_harm_are_not_run_again(killed, starts, neighbours, until):
    """Neither one that has ended nor one that was under way, of which the model is told that nobody knows."""
    two_tools(neighbours)

    following = await killed(until, has_one_outcome, tools=[MCP])
    async with starts() as agents:
        response = await finished(agents, following)

    # They are called at once, and come in any order.
    assert ["quick", "slow"] == sorted(name for name, _ in neighbours.tools.calls)
    assert [UNKNOWN_OUTCOME, "Quick."] == told(neighbours)
    assert [("slow", "failed"), ("quick", "completed")] == [
        (item.name, item.status) for item in response.output if item.type == "mcp_call"
    ]
    assert "response.mcp_call.failed" in following.kinds()
    assert 2 == len(neighbours.model.asked)
    assert {SERVER: 1} == neighbours.tools.listed


@only_postgres
async def test_tools_that_change_nothing_are_run_again(killed, starts, neighbours, until):
    """Only those whose outcome is not known."""
    two_tools(neighbours, readOnlyHint=True)

    following = await killed(until, has_one_outcome, tools=[MCP])
    async with starts() as agents:
        await finished(agents, following)

    assert ["quick", "slow", "slow"] == sorted(name for name, _ in neighbours.tools.calls)
    assert ["Slow.", "Quick."] == told(neighbours)


def told(neighbours):
    """Return what the model was told of its calls."""
    messages = neighbours.model.asked[-1].messages
    return [message.content for message in messages if message.role == "tool"]


@only_postgres
async def test_killed_between_the_journal_and_the_tool(killed, starts, neighbours, until):
    """Nobody knows that the second one, which waits for its turn, was never run; so it is not."""
    two_tools(neighbours)
    one_by_one = {"runs": {"parallel_tools": 1}}

    following = await killed(until, lambda _: neighbours.tools.calls, tools=[MCP], more=one_by_one)
    async with starts() as agents:
        await finished(agents, following)

    assert ["slow"] == [name for name, _ in neighbours.tools.calls]
    assert [UNKNOWN_OUTCOME, UNKNOWN_OUTCOME] == told(neighbours)


@only_postgres
async def test_killed_right_before_the_end(dying, starts, neighbours, url, until):
    """A conversation gets what was asked and answered once."""
    neighbours.model.say("It was said.", held=True)
    neighbours.model.say("It was said again.")
    following = Following()
    async with dying() as (process, agents):
        conversation = await agents.conversations.create_conversation(
            m.CreateConversationRequest(), Call("/m")
        )
        task = asyncio.create_task(following.begin(agents, conversation=conversation.id))
        await until(lambda: "response.output_text.delta" in following.kinds())
        with psycopg.connect(url) as connection:
            # It can write nothing more, whatever it has.
            connection.execute(f"SELECT * FROM {SCHEMA}.{JOBS} FOR UPDATE")
            neighbours.model.gate.set()
            await until(lambda: waits(url))
            process.kill()
            await task
    async with starts() as agents:
        response = await finished(agents, following)
        request = m.ListConversationItemsRequest(conversation_id=conversation.id, order="asc")
        page = await agents.conversations.list_conversation_items(request, Call("/m"))

    assert "It was said again." == response.output[0].content[0].text
    assert ["Hi", "It was said again."] == [item.content[0].text for item in page.data]


def waits(url):
    """Whether somebody waits for a lock."""
    with psycopg.connect(url) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        return connection.execute(query).fetchone()[0] > 0


@only_postgres
async def test_a_paused_process_writes_nothing_when_it_wakes_up(dying, starts, neighbours, until):
    """It believes that the response is its own still."""
    neighbours.model.say("Said by the first.", held=True)
    neighbours.model.say("Said by the other.")
    following = Following()
    async with dying() as (process, agents):
        task = asyncio.create_task(following.begin(agents))
        await until(lambda: "response.output_text.delta" in following.kinds())
        os.kill(process.pid, signal.SIGSTOP)
        async with starts() as other:
            done = await other.ended(following.response_id)
            events = [told async for told in other.follow(following.response_id)]
            neighbours.model.gate.set()
            os.kill(process.pid, signal.SIGCONT)
            await task
            # It has seen to the first one when it does what is next.
            last = await agents.ask(background=True)
            await agents.ended(last.id)

            assert "Said by the other." == done.output[0].content[0].text
            assert done == await other.get(following.response_id)
            assert events == [told async for told in other.follow(following.response_id)]
            assert events == following.seen


@only_postgres
async def test_a_stopped_process_hands_over_at_once(dying, starts, neighbours, until):
    """A rolling update waits for no lease, here of ten minutes."""
    neighbours.model.say("Half of this.", held=True)
    neighbours.model.say("All of this.")
    async with dying(background={"lease_seconds": 600.0}) as (process, agents):
        response = await agents.ask(background=True)
        await until(lambda: neighbours.model.asked)
        os.kill(process.pid, signal.SIGTERM)
        async with starts() as other:
            done = await other.ended(response.id)

    assert "All of this." == done.output[0].content[0].text
    assert 1 == neighbours.model.left
