"""Following responses that are made in the background."""

import asyncio
from contextlib import aclosing

import psycopg
import pytest

from fleet.agents.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError
from fleet_testing.response_events import built

pytestmark = pytest.mark.slow

LIVE = {"background": True, "stream": True}
SEARCH = {"type": "web_search"}
CALLS = [("web_search", '{"query": "rain"}')]


async def first(agents, **fields):
    """Ask for a response, and return its id and the first events that come, having left."""
    asked = m.CreateResponseRequest(model="chat", input="Hi", **LIVE, **fields)
    async with aclosing(agents.responses.stream_response(asked, Call("/m"))) as stream:
        events = [await anext(stream) for _ in range(2)]
    return events[0].response.id, events


def assert_whole(events):
    """Assert that no event is missing or there twice, and that they add up to the response."""
    assert list(range(len(events))) == [told.sequence_number for told in events]
    assert built(events) == built(events[:-1])


async def test_events_come_live(agents, neighbours):
    """From the first word on, though another process may make it."""
    neighbours.model.say("Hello there.", held=True)
    seen = []
    asked = m.CreateResponseRequest(model="chat", input="Hi", **LIVE)
    async for told in agents.responses.stream_response(asked, Call("/m")):
        seen.append(told)
        if told.type == "response.output_text.delta":
            neighbours.model.gate.set()  # it would wait for ever if this came only with the end

    assert ["response.created", "response.queued", "response.in_progress"] == [
        told.type for told in seen[:3]
    ]
    assert ["queued", "queued", "in_progress"] == [told.response.status for told in seen[:3]]
    assert "response.completed" == seen[-1].type
    assert_whole(seen)


async def test_a_follower_that_is_cut_off_changes_nothing(agents, neighbours):
    """That is what it is made in the background for."""
    neighbours.model.say("Hello there.")

    response_id, _ = await first(agents)

    assert "Hello there." == (await agents.ended(response_id)).output[0].content[0].text
    assert 0 == neighbours.model.left


async def test_another_replica_goes_on_with_the_stream(starts, neighbours, until):
    """After the number that the caller has seen last; nothing is missed or told twice."""
    neighbours.model.say("Hello there, you.", held=True)
    async with starts() as one, starts() as other:
        response_id, seen = await first(one)
        await until(lambda: neighbours.model.asked)
        async with aclosing(other.follow(response_id, seen[-1].sequence_number)) as rest:
            async for told in rest:
                seen.append(told)
                neighbours.model.gate.set()

    assert "response.completed" == seen[-1].type
    assert_whole(seen)


async def test_a_response_that_has_ended_is_told_again(agents, neighbours):
    """Whole, or from any event on."""
    neighbours.tools.add("web_search", lambda _: "Wet.")
    neighbours.model.say(calls=CALLS)
    neighbours.model.say("It rains.")

    seen = await agents.events(**LIVE, tools=[SEARCH])
    response_id = seen[0].response.id

    assert_whole(seen)
    assert seen == [told async for told in agents.follow(response_id)]
    assert seen[8:] == [told async for told in agents.follow(response_id, 7)]
    assert [] == [told async for told in agents.follow(response_id, len(seen) - 1)]


async def test_over_rest_a_stream_is_asked_for_by_the_query(agents, neighbours):
    """As OpenAI's clients do."""
    neighbours.model.say("Hello.")
    response_id = (await agents.events(**LIVE))[0].response.id

    answer = await agents.rest(
        "GetResponse", f"/v1/responses/{response_id}?stream=true&starting_after=1"
    )

    events = [line for line in answer.data.decode().split("\n") if line.startswith("event: ")]
    assert "event: response.in_progress" == events[0]
    assert "event: response.completed" == events[-1]


async def test_only_what_was_streamed_can_be_followed(agents, neighbours):
    """The events of others are not kept."""
    response = await agents.ask(background=True)
    await agents.ended(response.id)

    with pytest.raises(FleetError) as refused:
        await anext(agents.follow(response.id))
    with pytest.raises(FleetError) as missing:
        await anext(agents.follow("resp_none"))

    assert (400, "response_not_streamed") == (refused.value.status, refused.value.code)
    assert 404 == missing.value.status


async def test_followers_share_a_connection(agents, neighbours, url, until):
    """Fifty browsers that look on must not take the database's connections."""
    neighbours.model.say("Hello there, you.", held=True)
    response_id, _ = await first(agents)
    await until(lambda: neighbours.model.asked)
    before = listening(url)

    followers = [asyncio.create_task(all_of(agents, response_id)) for _ in range(50)]
    await asyncio.wait(followers, timeout=0.5)
    during = listening(url)
    neighbours.model.gate.set()
    told = await asyncio.gather(*followers)

    assert before == during
    assert_whole(told[0])
    assert all(events == told[0] for events in told)


async def all_of(agents, response_id):
    return [told async for told in agents.follow(response_id)]


def listening(url):
    """Return how many connections listen; none on SQLite, which has no notices."""
    if url.startswith("sqlite"):
        return 0
    with psycopg.connect(url) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'"
        return connection.execute(query).fetchone()[0]
