"""Responses that are made in the background: by whoever is free, and to be looked at meanwhile."""

import asyncio

import msgspec
import pytest
import sqlalchemy as sa

from fleet.agents.v1 import messages as m
from fleet_agents.config import JOBS
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError

pytestmark = pytest.mark.slow

SEARCH = {"type": "web_search"}
CALLS = [("web_search", '{"query": "rain"}')]


async def test_a_response_is_queued_made_and_kept(agents, neighbours):
    """Callers come back for it."""
    neighbours.model.say("Hello there.")

    response = await agents.ask(background=True)

    assert ("queued", [], True) == (response.status, response.output, response.background)
    done = await agents.ended(response.id)
    assert ("completed", "Hello there.") == (done.status, done.output[0].content[0].text)
    assert 12 == done.usage.total_tokens
    assert done.completed_at is not None
    assert 1 == len(neighbours.model.asked)


async def test_output_is_seen_before_the_end(agents, neighbours, until):
    """A tool loop may take an hour."""
    neighbours.tools.add("web_search", lambda _: "Wet.")
    neighbours.model.say(calls=CALLS)
    neighbours.model.say("It rains.", held=True)

    response = await agents.ask(background=True, tools=[SEARCH])
    await until(lambda: len(neighbours.model.asked) == 2)
    seen = await agents.get(response.id)
    neighbours.model.gate.set()

    assert ("in_progress", ["web_search_call"]) == (seen.status, [i.type for i in seen.output])
    assert "completed" == seen.output[0].status
    assert ["web_search_call", "message"] == [
        item.type for item in (await agents.ended(response.id)).output
    ]


async def test_any_replica_makes_it(starts, neighbours):
    """The one that was asked may be busy."""
    neighbours.model.say("One more.", held=True)
    neighbours.model.say("Two.")
    busy = {"background": {"lease_seconds": 1.0, "in_flight": 1}}
    async with starts(**busy) as one, starts(**busy) as other:
        responses = [await one.ask(background=True) for _ in range(2)]
        ends = [asyncio.create_task(other.ended(response.id)) for response in responses]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        neighbours.model.gate.set()

        assert {"One more.", "Two."} == {(await end).output[0].content[0].text for end in ends}


async def test_it_needs_to_be_stored(agents, neighbours):
    """Else nobody could ever read it."""
    with pytest.raises(FleetError) as refused:
        await agents.ask(background=True, store=False)

    error = refused.value
    assert (400, "background_requires_store", "store") == (error.status, error.code, error.param)


async def test_what_cannot_be_made_is_refused_at_once(agents, neighbours):
    """Callers want to know of mistakes when they make them."""
    with pytest.raises(FleetError) as refused:
        await agents.ask(background=True, previous_response_id="resp_none")

    assert 404 == refused.value.status


async def test_a_full_queue_refuses_and_says_when_to_come_back(starts, neighbours):
    """Better than to make all wait for ever."""
    neighbours.model.say("One more.", held=True)
    async with starts(background={"in_flight": 1, "most_waiting": 2}) as agents:
        for _ in range(2):
            await agents.ask(background=True)
        with pytest.raises(FleetError) as refused:
            await agents.ask(background=True)
        neighbours.model.gate.set()

    error = refused.value
    assert (429, "background_queue_full", 5.0) == (error.status, error.code, error.retry_after)


async def test_a_conversation_gets_what_was_asked_and_answered(agents, neighbours):
    """Once, when it has ended."""
    neighbours.model.say("I am well.")
    conversation = await agents.conversations.create_conversation(
        m.CreateConversationRequest(), Call("/m")
    )

    response = await agents.ask("How are you?", background=True, conversation=conversation.id)
    await agents.ended(response.id)

    assert ["How are you?", "I am well."] == await said(agents, conversation.id)


async def said(agents, conversation_id):
    """Return the texts of a conversation, oldest first."""
    request = m.ListConversationItemsRequest(conversation_id=conversation_id, order="asc")
    page = await agents.conversations.list_conversation_items(request, Call("/m"))
    return [item.content[0].text for item in page.data]


async def test_a_stored_prompt_is_as_it_was_when_it_was_asked_for(starts, neighbours):
    """It may change before the response is made, or is gone on with by another process."""
    neighbours.model.say("I am busy.", held=True)
    async with starts(background={"in_flight": 1}) as agents:
        created = m.CreatePromptRequest(prompt="Talk about rain.")
        prompt = await agents.prompts.create_prompt(created, Call("/m"))
        await agents.ask(background=True)
        response = await agents.ask(None, background=True, prompt={"id": prompt.prompt_id})
        changed = m.UpdatePromptRequest(
            prompt_id=prompt.prompt_id, prompt="Be rude.", version=1, set_as_default=True
        )
        await agents.prompts.update_prompt(changed, Call("/m"))
        neighbours.model.gate.set()
        await agents.ended(response.id)

    assert "Talk about rain." == neighbours.model.asked[-1].messages[-1].content


async def test_secrets_go_with_the_end(agents, neighbours, database, until):
    """The token of a tool, and the keys of the caller for providers, are nobody's when the work is done."""
    neighbours.tools.serve("http://tools.example", "note", readOnlyHint=True)
    neighbours.tools.add("note", lambda _: "Noted.")
    neighbours.model.say(calls=[("note", "{}")])
    neighbours.model.say("All done.", held=True)
    tool = {
        "type": "mcp",
        "server_label": "notes",
        "server_url": "http://tools.example",
        "authorization": "SECRET-TOKEN",
        "headers": {"x-own": "SECRET-HEADER"},
    }

    response = await agents.responses.create_response(
        m.CreateResponseRequest(
            model="chat",
            input="Hi",
            background=True,
            tools=[msgspec.convert(tool, m.ResponseTool)],
        ),
        Call("/m", [("x-llamastack-provider-data", '{"key": "SECRET-KEY"}')]),
    )
    await until(lambda: len(neighbours.model.asked) == 2)
    meanwhile = await dump(database)
    neighbours.model.gate.set()
    await agents.ended(response.id)
    afterwards = await dump(database)

    assert "SECRET-TOKEN" == neighbours.tools.requests[0].authorization
    assert {"SECRET-KEY", "SECRET-TOKEN", "SECRET-HEADER"} <= {
        secret
        for secret in ("SECRET-KEY", "SECRET-TOKEN", "SECRET-HEADER")
        if secret in meanwhile[JOBS]
    }
    assert [] == [table for table, rows in meanwhile.items() if "SECRET" in rows and table != JOBS]
    assert [] == [table for table, rows in afterwards.items() if "SECRET" in rows]
    assert "SECRET" not in str(await agents.get(response.id))


async def dump(database):
    """Return all rows of all tables, as text."""
    tables = ("responses", "response_events", JOBS, "conversations", "conversation_items")
    found = {}
    for table in tables:
        async with database.begin() as connection:
            rows = await connection.execute(sa.text(f"SELECT * FROM {table}"))
            found[table] = str(rows.all())
    return found
