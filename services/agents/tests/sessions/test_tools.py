"""Tools that are run here: tool groups and searches, as the steps of a turn."""

import asyncio

import msgspec
import pytest

from fleet_runtime.errors import NotFound
from fleet_testing.agents_neighbours import text_result

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]

WEATHER = ("weather", '{"city": "Oslo"}')


@pytest.fixture
def group(neighbours):
    """A tool group with two tools."""
    neighbours.tools.serve("group", "weather", "add")
    neighbours.tools.add("weather", lambda asked: text_result(f"Rain in {asked['city']}.", by="us"))
    neighbours.tools.add("add", lambda _: "3")


@pytest.mark.usefixtures("group")
async def test_the_events_of_a_tool(api, neighbours, kinds):
    """In the order of version 0.3.5: the answer that calls it, then its execution, then the next answer."""
    neighbours.model.say(calls=[WEATHER])
    neighbours.model.say("Rain.")
    session = await api.session(toolgroups=["group"])
    told = await session.told("Weather?")
    call = {"call_id": "call_0", "tool_name": "weather", "arguments": WEATHER[1]}

    assert [
        "turn_start",
        "step_start inference",
        "step_progress inference started",
        "step_progress inference in_progress",
        "step_progress inference in_progress",
        "step_progress inference succeeded",
        "step_complete inference",
        "step_start tool_execution",
        "step_progress tool_execution in_progress",
        "step_complete tool_execution",
        "step_start inference",
        "step_progress inference text",
        "step_complete inference",
        "turn_complete",
    ] == kinds(told)
    assert WEATHER[1] == "".join(one["delta"]["tool_call"] for one in told[3:5])
    assert call == told[5]["delta"]["tool_call"] == told[8]["delta"]["tool_call"]
    assert "end_of_message" == told[6]["step_details"]["model_response"]["stop_reason"]


@pytest.mark.usefixtures("group")
async def test_what_a_tool_gave(api, neighbours):
    """Callers see all of it; the model reads its content."""
    neighbours.model.say(calls=[WEATHER])
    neighbours.model.say("Rain.")
    session = await api.session(toolgroups=["group"])
    turn = await session.asked("Weather?")
    execution = turn["steps"][1]
    call = {"call_id": "call_0", "tool_name": "weather", "arguments": WEATHER[1]}

    assert [call] == execution["tool_calls"] == turn["steps"][0]["model_response"]["tool_calls"]
    assert [
        {
            "call_id": "call_0",
            "tool_name": "weather",
            "content": "Rain in Oslo.",
            "metadata": {"by": "us"},
        }
    ] == execution["tool_responses"]
    assert "Rain in Oslo." == neighbours.model.asked[1].messages[-1].content
    assert ("Rain.", []) == (
        turn["output_message"]["content"],
        turn["output_message"]["tool_calls"],
    )


@pytest.mark.usefixtures("group")
async def test_later_turns_know_what_tools_gave(api, neighbours):
    """The calls and their outcome stand before the next question."""
    neighbours.model.say(calls=[WEATHER])
    neighbours.model.say("Rain.")
    session = await api.session(toolgroups=["group"])
    await session.asked("Weather?")
    await session.asked("Really?")
    roles = [one.role for one in neighbours.model.asked[-1].messages]

    assert ["system", "user", "assistant", "tool", "assistant", "user"] == roles


@pytest.mark.usefixtures("group")
async def test_one_tool_of_a_group(api, neighbours):
    """As `group/tool`; one that is not there is named."""
    session = await api.session(toolgroups=["group/add"])
    await session.asked()
    wrong = await api.session(toolgroups=["group/subtract"])
    refused = await wrong.asked()

    assert ["add"] == [tool.function.name for tool in neighbours.model.asked[0].tools]
    assert ("tool_not_found", True) == (refused["code"], "weather, add" in refused["message"])


@pytest.mark.usefixtures("group")
async def test_arguments_of_the_config_go_into_each_call(api, neighbours):
    """Whatever the model gives for them."""
    neighbours.model.say(calls=[("weather", '{"city": "Oslo", "unit": "K"}')])
    toolgroups = [{"name": "group/weather", "args": {"unit": "C"}}]
    session = await api.session(toolgroups=toolgroups)
    await session.asked()

    assert [("weather", {"city": "Oslo", "unit": "C"})] == neighbours.tools.calls
    assert "group" == neighbours.tools.requests[0].toolgroup_id


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("web_search_toolgroup", "builtin::websearch"),
        ("code_interpreter_toolgroup", "builtin::code_interpreter"),
    ],
)
@pytest.mark.usefixtures("group")
async def test_old_names_of_groups_mean_those_of_the_config(starts, neighbours, setting, named):
    """A deployment chooses who searches the web."""
    async with starts(**{setting: "group"}) as api:
        session = await api.session(toolgroups=[named])
        await session.asked()

    assert ["weather", "add"] == [tool.function.name for tool in neighbours.model.asked[0].tools]


async def test_a_group_that_is_not_there(api):
    """Is told by who has the groups, before anything happens."""
    session = await api.session(toolgroups=["nothing"])

    assert "server_not_found" == (await session.asked())["code"]


@pytest.mark.usefixtures("group")
async def test_a_turn_may_have_its_own_tools(api, neighbours):
    """In place of the agent's, for one turn, and a choice among them."""
    session = await api.session(toolgroups=["group/weather"], tool_choice="required")
    await session.asked(toolgroups=["group/add"], tool_config={"tool_choice": "add"})
    await session.asked()
    first, second = neighbours.model.asked

    assert (["add"], "add") == (
        [tool.function.name for tool in first.tools],
        first.tool_choice.function.name,
    )
    assert (["weather"], "required") == (
        [tool.function.name for tool in second.tools],
        second.tool_choice,
    )


@pytest.mark.usefixtures("group")
async def test_a_tool_that_must_be_called_is_called_once(api, neighbours):
    """Else no turn would end."""
    neighbours.model.say(calls=[("add", "{}")])
    session = await api.session(toolgroups=["group"], tool_config={"tool_choice": "required"})
    await session.asked()

    assert ["required", "auto"] == [one.tool_choice for one in neighbours.model.asked]


async def test_tools_run_at_once_and_are_told_one_by_one(api, neighbours, kinds):
    """Clients of the time expect the end of one before the beginning of the next."""
    done, order = asyncio.Event(), []

    async def slow(_):
        await done.wait()
        order.append("slow")
        return "slow"

    async def fast(_):
        order.append("fast")
        done.set()
        return "fast"

    neighbours.tools.serve("group", "slow", "fast")
    neighbours.tools.add("slow", slow)
    neighbours.tools.add("fast", fast)
    neighbours.model.say(calls=[("slow", "{}"), ("fast", "{}")])
    session = await api.session(toolgroups=["group"])
    told = [one for one in await session.told() if one.get("step_type") == "tool_execution"]
    ended = [one["step_details"]["tool_calls"][0] for one in told if "step_details" in one]

    assert ["fast", "slow"] == order
    assert 2 * ["step_start", "step_progress", "step_complete"] == [
        one["event_type"] for one in told
    ]
    assert ["slow", "fast"] == [one["tool_name"] for one in ended]
    assert kinds(told)[:3] == kinds(told)[3:]


async def test_a_tool_that_is_not_there_is_told_to_the_model(api, neighbours):
    """And to the caller, as what came of the call."""
    neighbours.model.say(calls=[("nothing", "{}")])
    session = await api.session()
    turn = await session.asked()
    [given] = turn["steps"][1]["tool_responses"]

    assert ["inference", "tool_execution", "inference"] == [s["step_type"] for s in turn["steps"]]
    assert given["content"].startswith("There is no tool 'nothing'.")
    assert "Done." == turn["output_message"]["content"]


async def test_a_tool_that_fails_is_told_to_the_model(api, neighbours):
    """It may know what else to do."""

    def fail(_):
        raise NotFound("Nobody lives there.", code="nobody")

    neighbours.tools.serve("group", "call")
    neighbours.tools.add("call", fail)
    neighbours.model.say(calls=[("call", "{}")])
    session = await api.session(toolgroups=["group"])
    turn = await session.asked()

    assert "Nobody lives there." in turn["steps"][1]["tool_responses"][0]["content"]
    assert "Done." == turn["output_message"]["content"]


@pytest.mark.usefixtures("group")
async def test_the_model_is_asked_so_often_at_most(api, neighbours):
    """The turn is complete then, with what was done."""
    for number in range(5):
        neighbours.model.say(calls=[("add", f'{{"a": {number}}}')])
    session = await api.session(toolgroups=["group"], max_infer_iters=2)
    turn = await session.asked()

    assert 2 == len(neighbours.model.asked)
    assert 2 * ["inference", "tool_execution"] == [step["step_type"] for step in turn["steps"]]
    assert "end_of_turn" == turn["output_message"]["stop_reason"]
    assert [] == turn["output_message"]["tool_calls"]


@pytest.mark.usefixtures("group")
async def test_calls_that_are_cut_off_are_not_run(api, neighbours):
    """Not even those before the cut: the model may have had more to say of them."""
    neighbours.model.say(calls=[WEATHER, WEATHER], finish="length")
    session = await api.session(toolgroups=["group"])
    turn = await session.asked()

    assert [] == neighbours.tools.calls
    assert ["inference"] == [step["step_type"] for step in turn["steps"]]
    assert "out_of_tokens" == turn["output_message"]["stop_reason"]


async def test_images_that_a_tool_gave(api, neighbours):
    """Both the model and the caller see them."""
    image = {"type": "image", "image": {"url": {"uri": "data:image/png;base64,aGk="}}}
    result = msgspec.convert({"content": [image]}, type(text_result("")))
    neighbours.tools.serve("group", "draw")
    neighbours.tools.add("draw", lambda _: result)
    neighbours.model.say(calls=[("draw", "{}")])
    session = await api.session(toolgroups=["group"])
    turn = await session.asked()
    [part] = neighbours.model.asked[1].messages[-1].content

    assert [image] == turn["steps"][1]["tool_responses"][0]["content"]
    assert "data:image/png;base64,aGk=" == part.image_url.url


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("builtin::rag", {"vector_db_ids": ["docs"]}),
        ("builtin::rag/knowledge_search", {"vector_db_ids": ["docs"]}),
        ("builtin::file_search", {"vector_store_ids": ["docs"], "max_num_results": 7}),
    ],
)
async def test_searching_documents(api, neighbours, name, args):
    """Under the name that agents of the time tell their models."""
    neighbours.stores.passages = {"docs": [("file-1", "sky.txt", "The sky is green.")]}
    neighbours.model.say(calls=[("knowledge_search", '{"query": "sky colour"}')])
    session = await api.session(toolgroups=[{"name": name, "args": args}])
    turn = await session.asked("What colour is the sky?")
    [given] = turn["steps"][1]["tool_responses"]
    [searched] = neighbours.stores.asked

    assert "The sky is green." in given["content"]
    assert "<|file-1|>." not in given["content"]
    assert ["file-1"] == given["metadata"]["document_ids"]
    assert ("docs", "sky colour") == (searched.vector_store_id, searched.query)
    assert args.get("max_num_results", 10) == searched.max_num_results


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("builtin::rag", "missing_vector_store_ids"),
        ({"name": "builtin::rag", "args": {"vector_db_ids": "docs"}}, "invalid_args"),
        ({"name": "builtin::rag/insert", "args": {"vector_db_ids": ["d"]}}, "tool_not_found"),
        ({"name": "group", "args": [1]}, "invalid_args"),
    ],
)
async def test_wrong_groups_are_refused(api, entry, code):
    """With what would help."""
    session = await api.session(toolgroups=[entry])

    assert code == (await session.asked())["code"]
