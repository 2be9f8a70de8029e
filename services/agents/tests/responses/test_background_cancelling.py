"""Stopping responses that are made in the background."""

import asyncio
import time
import uuid

import pytest

from fleet.agents.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError
from fleet_testing.agents_neighbours import Turn

pytestmark = pytest.mark.slow

MCP = {"type": "mcp", "server_label": "slow", "server_url": "http://slow.example"}


@pytest.fixture
def patience(url):
    """How long a cancel may take, in seconds: where there are no notices one looks now and then."""
    return 2.5 if url.startswith("sqlite") else 1.0


@pytest.fixture
def endless(neighbours):
    """A tool that never ends; returns how many of its calls were stopped."""
    stopped = []

    async def wait(_):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append(True)
            raise

    neighbours.tools.serve("http://slow.example", "wait")
    neighbours.tools.add("wait", wait)
    return stopped


async def test_a_cancel_reaches_the_engine(starts, neighbours, until, patience):
    """Whichever replica is asked, and whichever makes the response: tokens cost money."""
    neighbours.model.say("Hello there.", held=True)
    async with starts() as one:
        response = await one.ask(background=True)
        await until(lambda: neighbours.model.asked)
        async with starts() as other:
            cancelled = await other.cancel(response.id)
            await until(lambda: neighbours.model.left == 1, patience)

            assert "cancelled" == cancelled.status
            assert cancelled == await one.get(response.id)


async def test_a_cancel_reaches_a_tool(agents, neighbours, endless, until, patience):
    """It may be the tool that takes so long."""
    neighbours.model.say(calls=[("wait", "{}")])
    response = await agents.ask(background=True, tools=[MCP])
    await until(lambda: neighbours.tools.calls)

    cancelled = await agents.cancel(response.id)
    await until(lambda: endless, patience)

    assert 0 == neighbours.tools.ended
    assert ["mcp_list_tools", "mcp_call"] == [item.type for item in cancelled.output]
    assert "failed" == cancelled.output[1].status
    await agents.ask("Go on.", previous_response_id=response.id)
    told = [message.content for message in neighbours.model.asked[-1].messages]
    assert "This call was cancelled. Nobody knows whether it was made." in told


async def test_one_that_waits_is_never_made(starts, neighbours, until):
    """It is taken out of the queue."""
    neighbours.model.say("One more.", held=True)
    async with starts(background={"in_flight": 1}) as agents:
        made = await agents.ask(background=True)
        await until(lambda: neighbours.model.asked)
        waiting = await agents.ask(background=True)
        await agents.cancel(waiting.id)
        neighbours.model.gate.set()
        await agents.ended(made.id)
        last = await agents.ask(background=True)
        await agents.ended(last.id)

        assert "cancelled" == (await agents.get(waiting.id)).status
    assert 2 == len(neighbours.model.asked)


async def test_a_cancel_may_be_repeated(agents, neighbours, until):
    """Callers do not know whether the first one came."""
    neighbours.model.say("Hello there.", held=True)
    response = await agents.ask(background=True)
    await until(lambda: neighbours.model.asked)

    assert await agents.cancel(response.id) == await agents.cancel(response.id)


async def test_what_has_ended_is_not_cancelled(agents, neighbours):
    """It would say that something was not done which was."""
    response = await agents.ask(background=True)
    done = await agents.ended(response.id)

    with pytest.raises(FleetError) as refused:
        await agents.cancel(response.id)

    assert (409, "response_ended") == (refused.value.status, refused.value.code)
    assert done == await agents.get(response.id)


async def test_only_what_is_made_in_the_background_is_cancelled(agents, neighbours):
    """Others end with their call."""
    response = await agents.ask()

    with pytest.raises(FleetError) as refused:
        await agents.cancel(response.id)
    with pytest.raises(FleetError) as missing:
        await agents.cancel("resp_none")

    assert (400, "not_in_background") == (refused.value.status, refused.value.code)
    assert 404 == missing.value.status


async def test_the_stream_of_a_cancelled_response_ends(agents, neighbours, until, patience):
    """Without an event of its own, as OpenAI has none."""
    neighbours.model.say("Hello there.", held=True)
    following = Following(agents)
    await until(lambda: "response.output_text.delta" in following.kinds())
    began = time.monotonic()
    await agents.cancel(following.response_id)
    await following.ended

    assert time.monotonic() - began < patience
    assert list(range(len(following.seen))) == [told.sequence_number for told in following.seen]
    assert "response.output_text.delta" == following.kinds()[-1]


class Following:
    """A response that is followed."""

    def __init__(self, agents):
        self.seen = []
        self.ended = asyncio.create_task(self._follow(agents))

    async def _follow(self, agents):
        asked = m.CreateResponseRequest(model="chat", input="Hi", background=True)
        async for told in agents.responses.stream_response(asked, Call("/m")):
            self.seen.append(told)

    @property
    def response_id(self):
        return self.seen[0].response.id

    def kinds(self):
        return [told.type for told in self.seen]


async def test_a_delete_stops_it_and_ends_its_stream(agents, neighbours, until, patience):
    """Nobody can read it any more."""
    neighbours.model.say("Hello there.", held=True)
    following = Following(agents)
    await until(lambda: neighbours.model.asked and following.seen)

    deleted = m.DeleteResponseRequest(response_id=following.response_id)
    await agents.responses.delete_response(deleted, Call("/m"))
    await until(lambda: neighbours.model.left == 1, patience)
    await following.ended

    assert not {"response.completed", "response.failed"} & {*following.kinds()}
    with pytest.raises(FleetError) as missing:
        await agents.get(following.response_id)
    assert 404 == missing.value.status


async def test_a_cancel_in_the_middle_of_writing_locks_nobody_out(agents, neighbours):
    """Who cancels and who makes it change the same two rows."""
    neighbours.tools.serve("http://slow.example", "wait")
    neighbours.tools.add("wait", lambda _: "Done.")
    neighbours.model.answer_by(lambda _: Turn(calls=[("wait", f'{{"x": "{uuid.uuid4()}"}}')]))
    running = [await agents.ask(background=True, tools=[MCP]) for _ in range(20)]
    ends = await asyncio.gather(*(cancelled(agents, one.id) for one in running))

    for one, end in zip(running, ends, strict=True):
        assert end == (await agents.ended(one.id)).status


async def cancelled(agents, response_id):
    try:
        return (await agents.cancel(response_id)).status
    except FleetError:
        return "incomplete"
