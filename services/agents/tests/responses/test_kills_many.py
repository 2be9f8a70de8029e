"""Many responses over two processes, of which one dies."""

import asyncio
from collections import Counter

import pytest

from fleet.agents.v1 import messages as m
from fleet_runtime.call import Call
from fleet_testing.agents_neighbours import Turn

pytestmark = pytest.mark.slow

RESPONSES = 200
IN_FLIGHT = 16
SERVER = "http://tools.example"
TOOLS = [
    m.ResponseTool(type="mcp", server_label="things", server_url=SERVER),
    m.ResponseTool(type="web_search"),
]


def answer(request):
    """Call both tools, each with what was asked, and then be done."""
    if any(message.role == "tool" for message in request.messages):
        return Turn("Done.")
    asked = request.messages[0].content
    return Turn(calls=[("send", f'{{"x": "{asked}"}}'), ("web_search", f'{{"query": "{asked}"}}')])


async def short(_):
    await asyncio.sleep(0.02)  # so that some are under way when a process dies
    return "Given."


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_each_of_many_ends_once(dying, neighbours, until):
    """What does harm is done once at most, what was lost is done again, and all come to their end."""
    neighbours.model.answer_by(answer)
    neighbours.tools.serve(SERVER, "send")
    neighbours.tools.add("send", short)
    neighbours.tools.add("web_search", short)
    limits = {"background": {"lease_seconds": 2.0, "in_flight": IN_FLIGHT}}
    async with dying(**limits) as (process, _), dying(**limits) as (_, other):
        ids = [await begun(other, number) for number in range(RESPONSES)]
        await until(lambda: len(neighbours.tools.calls) >= RESPONSES // 2)
        process.kill()
        responses = [await other.ended(response_id) for response_id in ids]

    calls = Counter((name, *arguments.values()) for name, arguments in neighbours.tools.calls)
    sent = {number: calls["send", str(number)] for number in range(RESPONSES)}
    found = {number: calls["web_search", str(number)] for number in range(RESPONSES)}
    assert {"completed": RESPONSES} == Counter(response.status for response in responses)
    assert 1 == max(sent.values())
    assert sum(sent.values()) >= RESPONSES - IN_FLIGHT
    assert 1 == min(found.values())
    assert sum(found.values()) <= RESPONSES + IN_FLIGHT
    for response in responses:
        assert ["mcp_list_tools", "mcp_call", "web_search_call", "message"] == [
            item.type for item in response.output
        ]


async def begun(agents, number):
    """Ask for a response in the background, and return its id."""
    request = m.CreateResponseRequest(model="chat", input=str(number), background=True, tools=TOOLS)
    return (await agents.responses.create_response(request, Call("/m"))).id
