"""How far a response goes: limits of the request and of the deployment, and models that do not know when to stop."""

import asyncio

import pytest
from prometheus_client import REGISTRY

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, InvalidArgument
from fleet_testing.agents_neighbours import Turn

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]

PATIENCE = 20.0
WEATHER = {"type": "function", "name": "weather", "parameters": {"type": "object"}}
WEB = {"type": "web_search"}
FILES = {"type": "file_search", "vector_store_ids": ["vs_1"]}
MCP = {"type": "mcp", "server_label": "files", "server_url": "http://files/mcp"}
RAIN = ("web_search", '{"query": "rain"}')


@pytest.fixture(autouse=True)
def running_tools(neighbours):
    """Tools that run here."""
    neighbours.tools.add("web_search", lambda _: "Rain.")
    neighbours.tools.add("read", lambda _: "A file.")
    neighbours.tools.add("write", lambda _: "Written.")
    neighbours.tools.serve("http://files/mcp", "read", "write")
    neighbours.stores.passages["vs_1"] = []


def ended(response):
    """Return how a response ended, and why so."""
    why = response.incomplete_details
    return response.status, why.reason if why else None


async def test_no_more_tools_are_run_than_are_allowed(agents, neighbours):
    """The model is told, and may answer with what it has."""
    neighbours.model.say(calls=[RAIN, ("web_search", '{"query": "snow"}')])

    response = await agents.ask(tools=[WEB], max_tool_calls=1)

    assert [("web_search", {"query": "rain"})] == neighbours.tools.calls
    assert ["completed", "failed", "completed"] == [item.status for item in response.output]
    assert ("completed", None) == ended(response)
    assert "no more than 1" in neighbours.model.asked[1].messages[-1].content
    assert "none" == neighbours.model.asked[1].tool_choice


async def test_a_model_that_goes_on_calling_is_stopped(agents, neighbours):
    """It was told that no more tools are run."""
    neighbours.model.answer_by(lambda asked: Turn(calls=[("web_search", query(asked))]))

    response = await agents.ask(tools=[WEB], max_tool_calls=2)

    assert ("incomplete", "max_tool_calls") == ended(response)
    assert (2, 4) == (len(neighbours.tools.calls), len(neighbours.model.asked))


def query(asked):
    """Return arguments that are others each time."""
    return f'{{"query": "{len(asked.messages)}"}}'


async def test_tokens_are_counted_over_all_turns(agents, neighbours):
    """What one turn has used, the next has no more."""
    neighbours.model.say("One two three.", calls=[RAIN])

    response = await agents.ask(tools=[WEB], max_output_tokens=16)

    first, second = neighbours.model.asked
    assert (16, 11) == (first.max_completion_tokens, second.max_completion_tokens)
    assert ("completed", None) == ended(response)
    assert (20, 6) == (response.usage.input_tokens, response.usage.output_tokens)


async def test_tokens_that_are_spent_end_the_response(agents, neighbours):
    """No model is asked for nothing."""
    neighbours.model.say("a b c d e f g h i j k l m n o p", calls=[RAIN])

    response = await agents.ask(tools=[WEB], max_output_tokens=16)

    assert ("incomplete", "max_output_tokens") == ended(response)
    assert 1 == len(neighbours.model.asked)


async def test_a_text_that_is_cut_off_is_incomplete(agents, neighbours):
    """Applications must not take it for all that there was to say."""
    neighbours.model.say("Once upon", finish="length")

    response = await agents.ask()

    assert ("incomplete", "max_output_tokens") == ended(response)
    assert "incomplete" == response.output[0].status


@pytest.mark.parametrize(
    ("tools", "name"), [([WEATHER], "weather"), ([WEB], "web_search"), ([MCP], "read")]
)
async def test_a_call_that_is_cut_off_is_not_made(agents, neighbours, tools, name):
    """Half of its arguments may be worse than none; and the conversation can go on."""
    neighbours.model.say(calls=[(name, '{"query": "ra')], finish="length")

    events = await agents.events(tools=tools)
    response = events[-1].response
    await agents.ask("Go on.", previous_response_id=response.id, tools=tools)

    assert ("incomplete", "max_output_tokens") == ended(response)
    assert [] == neighbours.tools.calls
    assert {"incomplete"} >= {
        item.status for item in response.output if item.type != "mcp_list_tools"
    }
    done = [told.item.id for told in events if told.type == "response.output_item.done"]
    assert done == [item.id for item in response.output]
    assert "This call was cut off." in [one.content for one in neighbours.model.asked[-1].messages]


async def test_a_filtered_answer_is_incomplete(agents, neighbours):
    """The provider's filter has cut it off."""
    neighbours.model.say("Once", finish="content_filter")

    assert ("incomplete", "content_filter") == ended(await agents.ask())


async def test_the_model_is_asked_so_often_and_no_more(agents, neighbours):
    """The request says how often."""
    neighbours.model.answer_by(lambda asked: Turn(calls=[("web_search", query(asked))]))

    response = await agents.ask(tools=[WEB], max_infer_iters=3)

    assert ("incomplete", "max_infer_iters") == ended(response)
    assert 3 == len(neighbours.model.asked)


@pytest.mark.parametrize("name", ["weather", "nothing"])
async def test_a_model_that_calls_what_is_not_there_is_stopped_soon(agents, neighbours, name):
    """Small models invent tools."""
    neighbours.model.answer_by(lambda _: Turn(calls=[(name, "{}")]))

    response = await agents.ask(tools=[WEB])

    assert ("incomplete", "max_infer_iters") == ended(response)
    assert 4 == len(neighbours.model.asked)
    assert [] == response.output
    assert "The tools are: web_search." in neighbours.model.asked[1].messages[-1].content


async def test_a_model_that_calls_what_is_not_there_may_still_answer(agents, neighbours):
    """After it was told what there is."""
    neighbours.model.say(calls=[("nothing", "{}")])
    neighbours.model.say("Sorry.")

    response = await agents.ask(tools=[WEB])

    assert ("completed", None) == ended(response)
    assert ["Sorry."] == [item.content[0].text for item in response.output]


async def test_a_loop_is_stopped(agents, neighbours):
    """The same call with the same arguments brings nothing new."""
    neighbours.model.answer_by(
        lambda asked: Turn(calls=[RAIN]) if can_call(asked) else Turn("Rain.")
    )

    response = await agents.ask(tools=[WEB], max_infer_iters=50)

    assert ("completed", None) == ended(response)
    assert 3 == len(neighbours.tools.calls)
    assert "Rain." == response.output[-1].content[0].text


def can_call(asked):
    return asked.tool_choice != "none"


async def test_broken_arguments_are_told_to_the_model(agents, neighbours):
    """It can write them anew; those that are no JSON are not sent to it again, as servers refuse them."""
    neighbours.model.say(calls=[("web_search", '{"query"')])
    neighbours.model.say(calls=[RAIN])

    response = await agents.ask(tools=[WEB])

    assert ["failed", "completed"] == [item.status for item in response.output[:2]]
    _, call, answer = neighbours.model.asked[1].messages
    assert "{}" == call.tool_calls[0].function.arguments
    assert 'not a JSON object: {"query"' in answer.content


async def test_one_call_at_a_time_if_the_request_says_so(agents, neighbours):
    """The model server is told."""
    await agents.ask(tools=[WEB], parallel_tool_calls=False)
    await agents.ask(tools=[WEB])

    assert [False, None] == [one.parallel_tool_calls for one in neighbours.model.asked]


def named(name):
    """Return the choice of one function."""
    return i.NamedToolChoice(type="function", function=i.FunctionName(name=name))


ALL = ["weather", "web_search", "file_search", "read", "write"]


@pytest.mark.parametrize(
    ("choice", "offered", "told"),
    [
        ("none", ALL, "none"),
        ("auto", ALL, "auto"),
        ("required", ALL, "required"),
        ({"type": "function", "name": "weather"}, ALL, named("weather")),
        ({"type": "file_search"}, ALL, named("file_search")),
        ({"type": "web_search_preview"}, ALL, named("web_search")),
        ({"type": "mcp", "server_label": "files", "name": "read"}, ALL, named("read")),
        ({"type": "mcp", "server_label": "files"}, ["read", "write"], "required"),
        (
            {
                "type": "allowed_tools",
                "mode": "required",
                "tools": [{"type": "function", "name": "weather"}, {"type": "web_search"}],
            },
            ["weather", "web_search"],
            "required",
        ),
    ],
)
async def test_a_choice_of_tools(agents, neighbours, choice, offered, told):
    """Every form that OpenAI has, as chats have it."""
    await agents.ask(tools=[WEATHER, WEB, FILES, MCP], tool_choice=choice)

    asked = neighbours.model.asked[0]
    assert (offered, told) == ([tool.function.name for tool in asked.tools], asked.tool_choice)


@pytest.mark.parametrize(
    "choice",
    [
        "any",
        {"type": "function", "name": "nothing"},
        {"type": "mcp", "server_label": "nothing"},
        {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "no"}]},
    ],
)
async def test_a_choice_of_what_is_not_there_is_refused(agents, choice):
    """Otherwise the model would do something else without a word."""
    with pytest.raises(FleetError) as raised:
        await agents.ask(tools=[WEATHER], tool_choice=choice)

    assert (400, "tool_choice") == (raised.value.status, raised.value.param)
    assert [] == await agents.kept()


async def test_a_tool_must_be_there_to_be_required(agents):
    """The model could not do as it is told."""
    with pytest.raises(FleetError) as raised:
        await agents.ask(tool_choice="required")

    assert (400, "unknown_tool_choice") == (raised.value.status, raised.value.code)


@pytest.mark.parametrize("choice", ["required", {"type": "web_search"}])
async def test_what_must_be_chosen_is_chosen_once(agents, neighbours, choice):
    """After that the model must be free to answer."""
    neighbours.model.say(calls=[RAIN])

    response = await agents.ask(tools=[WEB], tool_choice=choice)

    assert "auto" == neighbours.model.asked[1].tool_choice
    assert ("completed", None) == ended(response)


async def test_what_is_allowed_stays_so(agents, neighbours):
    """In each turn; and what is not allowed is not run, even if the model knows of it."""
    allowed = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "web_search"}]}
    neighbours.model.say(calls=[RAIN])
    neighbours.model.say(calls=[("read", "{}")])

    await agents.ask(tools=[WEB, MCP], tool_choice=allowed)

    assert [["web_search"]] * 3 == [
        [tool.function.name for tool in asked.tools] for asked in neighbours.model.asked
    ]
    assert ["required", "auto", "auto"] == [one.tool_choice for one in neighbours.model.asked]
    assert ["web_search"] == [name for name, _ in neighbours.tools.calls]


async def test_only_allowed_tools_of_a_server_are_offered(agents, neighbours):
    """By their names, or those that only read."""
    neighbours.tools.serve("http://safe/mcp", "look", readOnlyHint=True)
    safe = {**MCP, "server_label": "safe", "server_url": "http://safe/mcp"}
    only_read = {"read_only": True}

    await agents.ask(
        tools=[
            {**MCP, "allowed_tools": ["write"]},
            {**safe, "allowed_tools": only_read},
            {**MCP, "server_label": "third", "allowed_tools": only_read},
        ]
    )

    assert ["write", "look"] == [tool.function.name for tool in neighbours.model.asked[0].tools]


async def test_approval_by_name(agents, neighbours):
    """Reading may be free where writing is not."""
    never = {"never": {"tool_names": ["read"]}}
    neighbours.model.say(calls=[("read", "{}"), ("write", "{}")])

    response = await agents.ask(tools=[{**MCP, "require_approval": never}])

    assert ["mcp_list_tools", "mcp_call", "mcp_approval_request"] == [
        item.type for item in response.output
    ]
    assert ["read"] == [name for name, _ in neighbours.tools.calls]


TOO_LONG = InvalidArgument("Too long.", code="context_length_exceeded")


async def test_the_oldest_is_left_out_if_the_request_says_so(agents, neighbours):
    """Until the rest fits; instructions stay."""
    first = await agents.ask("One", instructions="Be brief.")
    for _ in range(2):
        neighbours.model.say(error=TOO_LONG)
    asked = [{"role": "user", "content": "Two"}, {"role": "user", "content": "Three"}]

    response = await agents.ask(
        asked, previous_response_id=first.id, truncation="auto", instructions="Be kind."
    )

    assert ("completed", None) == ended(response)
    assert ["Be kind.", "Three"] == [one.content for one in neighbours.model.asked[-1].messages]


@pytest.mark.parametrize(("truncation", "times"), [("disabled", 1), ("auto", 2)])
async def test_what_is_too_long_is_an_error(agents, neighbours, truncation, times):
    """Always, or if nothing can be left out any more."""
    for _ in range(times):
        neighbours.model.say(error=TOO_LONG)
    asked = [{"role": "user", "content": "Two"}, {"role": "user", "content": "Three"}]

    with pytest.raises(FleetError) as raised:
        await agents.ask(asked, truncation=truncation)

    assert (400, "context_length_exceeded") == (raised.value.status, raised.value.code)
    assert (times, []) == (len(neighbours.model.asked), await agents.kept())


async def test_a_tool_that_takes_too_long_is_stopped(starts, neighbours):
    """The model is told, and can do without."""
    never = asyncio.Event()
    neighbours.tools.add("web_search", lambda _: never.wait())
    neighbours.model.say(calls=[RAIN])

    async with starts(runs={"tool_seconds": 0.2}) as agents:
        response = await agents.ask(tools=[WEB])

    assert ["failed", "completed"] == [item.status for item in response.output]
    assert "within 0.2 seconds" in neighbours.model.asked[1].messages[-1].content
    assert 0 == neighbours.tools.ended


async def test_a_response_that_takes_too_long_is_stopped(starts, neighbours):
    """While it is said: what was said is kept, and the model is stopped."""
    neighbours.model.say("Once upon a time", held=True)

    async with starts(runs={"seconds": 0.5}) as agents:
        events = await agents.events()
        kept = await agents.get(events[-1].response.id)
        await until(lambda: neighbours.model.left == 1)

    assert ("response.failed", "failed") == (events[-1].type, kept.status)
    assert ("Once ", "incomplete") == (kept.output[0].content[0].text, kept.output[0].status)


async def test_a_response_whose_tools_take_too_long_is_stopped(starts, neighbours):
    """Time is counted over all that it does."""
    never = asyncio.Event()
    neighbours.tools.add("web_search", lambda _: never.wait())
    neighbours.model.answer_by(lambda asked: Turn(calls=[("web_search", query(asked))]))

    async with starts(runs={"seconds": 0.6, "tool_seconds": 0.25}) as agents:
        stopped = await agents.ask(tools=[WEB])

    assert ("failed", "response_timeout") == (stopped.status, stopped.error.code)


async def test_a_caller_that_leaves_stops_the_model(agents, neighbours):
    """Nobody pays for what nobody reads."""
    neighbours.model.say("Once upon a time", held=True)
    stream = agents.responses.stream_response(
        m.CreateResponseRequest(model="chat", input="Hi"), Call("/m")
    )
    async for told in stream:
        if told.type == "response.output_text.delta":
            break

    await stream.aclose()

    await until(lambda: neighbours.model.left == 1)
    assert [] == await agents.kept()


async def test_a_caller_that_leaves_stops_the_tool(agents, neighbours):
    """Neither tool nor model goes on."""
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def slow(_):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    neighbours.tools.add("web_search", slow)
    neighbours.model.say(calls=[RAIN])
    asking = asyncio.create_task(agents.ask(tools=[WEB]))
    await asyncio.wait_for(begun.wait(), PATIENCE)

    asking.cancel()

    await asyncio.wait_for(stopped.wait(), PATIENCE)
    await asyncio.gather(asking, return_exceptions=True)
    assert 1 == len(neighbours.model.asked)


async def until(holds):
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - what holds belongs to a server, which tells nobody
            await asyncio.sleep(0.01)


async def test_responses_their_turns_and_their_tools_are_counted(agents, neighbours):
    """A call that was refused is no call that was made."""

    def counted():
        calls = {"kind": "web_search_call"}
        found = (
            REGISTRY.get_sample_value("agents_responses_total", {"status": "completed"}),
            REGISTRY.get_sample_value("agents_response_turns_sum"),
            REGISTRY.get_sample_value("agents_tool_calls_total", calls | {"status": "completed"}),
            REGISTRY.get_sample_value("agents_tool_calls_total", calls | {"status": "failed"}),
        )
        return [value or 0 for value in found]

    before = counted()
    neighbours.model.say(calls=[RAIN, ("web_search", '{"query": "snow"}')])
    await agents.ask(tools=[WEB], max_tool_calls=1)

    assert [1, 2, 1, 1] == [b - a for a, b in zip(before, counted(), strict=True)]
