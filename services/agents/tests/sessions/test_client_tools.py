"""Tools that the caller runs: turns that await what they give, and go on."""

import pytest

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)

TOOL = {
    "name": "add",
    "description": "Adds.",
    "input_schema": {"type": "object", "properties": {"a": {"type": "integer"}}},
}
OLD_TOOL = {
    "name": "add",
    "description": "Adds.",
    "parameters": [
        {"name": "a", "parameter_type": "int", "description": "First.", "required": True},
        {"name": "b", "parameter_type": "float", "required": False, "default": 2.5},
        {"name": "c", "parameter_type": "Thing", "required": False, "default": None},
    ],
    "metadata": {},
    "tool_prompt_format": "python_list",
}
CALL = ("add", '{"a": 1}')
SUM = {"call_id": "call_0", "tool_name": "add", "content": "3", "metadata": {"by": "me"}}


async def test_a_turn_awaits_its_caller(api, neighbours, kinds):
    """With the calls that the caller is to run, and `end_of_message`, by which clients know."""
    neighbours.model.say("Adding.", calls=[CALL])
    session = await api.session(client_tools=[TOOL])
    told = await session.told("1 + 2?")
    turn = told[-1]["turn"]
    call = {"call_id": "call_0", "tool_name": "add", "arguments": CALL[1]}

    assert [
        "turn_start",
        "step_start inference",
        "step_progress inference text",
        "step_progress inference started",
        "step_progress inference in_progress",
        "step_progress inference in_progress",
        "step_progress inference succeeded",
        "step_complete inference",
        "turn_awaiting_input",
    ] == kinds(told)
    assert {
        "role": "assistant",
        "content": "Adding.",
        "stop_reason": "end_of_message",
        "tool_calls": [call],
    } == turn["output_message"]
    assert [turn] == (await session.seen())["turns"]


async def test_a_turn_goes_on(api, neighbours, kinds):
    """The tools' execution comes first, then the model, and the turn is the same one."""
    neighbours.model.say(calls=[CALL])
    session = await api.session(client_tools=[TOOL])
    turn_id = (await session.asked("1 + 2?"))["turn_id"]
    neighbours.model.say("Three.")
    told = await session.told_on(turn_id, SUM)
    turn = told[-1]["turn"]

    assert [
        "step_complete tool_execution",
        "step_start inference",
        "step_progress inference text",
        "step_complete inference",
        "turn_complete",
    ] == kinds(told)
    assert ["inference", "tool_execution", "inference"] == [s["step_type"] for s in turn["steps"]]
    assert [SUM] == turn["steps"][1]["tool_responses"] == told[0]["step_details"]["tool_responses"]
    assert "add" == turn["steps"][1]["tool_calls"][0]["tool_name"]
    assert ("Three.", turn_id) == (turn["output_message"]["content"], turn["turn_id"])
    assert [turn] == (await session.seen())["turns"]
    assert "3" == neighbours.model.asked[-1].messages[-1].content


async def test_the_count_of_iterations_goes_on(api, neighbours):
    """A caller who answers each time does not keep a turn alive for ever."""
    for number in range(5):
        neighbours.model.say(calls=[("add", f'{{"a": {number}}}')])
    session = await api.session(client_tools=[TOOL], max_infer_iters=2)
    turn_id = (await session.asked())["turn_id"]
    second = await session.resumed(turn_id, SUM)
    third = await session.resumed(turn_id, SUM)

    assert "end_of_message" == second["output_message"]["stop_reason"]
    assert ("end_of_turn", []) == (
        third["output_message"]["stop_reason"],
        third["output_message"]["tool_calls"],
    )
    assert 2 == len(neighbours.model.asked)


async def test_tools_of_both_sides_in_one_answer(api, neighbours):
    """Those here are run, those of the caller awaited."""
    neighbours.tools.serve("group", "weather")
    neighbours.tools.add("weather", lambda _: "Rain.")
    neighbours.model.say(calls=[("weather", "{}"), CALL])
    session = await api.session(client_tools=[TOOL], toolgroups=["group"])
    turn = await session.asked()
    done = await session.resumed(turn["turn_id"], SUM | {"call_id": "call_1"})
    answers = [one.content for one in neighbours.model.asked[-1].messages if one.role == "tool"]

    assert ["inference", "tool_execution"] == [step["step_type"] for step in turn["steps"]]
    assert ["add"] == [call["tool_name"] for call in turn["output_message"]["tool_calls"]]
    assert ["Rain.", "3"] == answers
    assert "Done." == done["output_message"]["content"]


async def test_tools_as_older_clients_describe_them(api, neighbours):
    """The Kotlin and Swift SDKs know no `input_schema`."""
    session = await api.session(client_tools=[OLD_TOOL])
    await session.asked()
    [tool] = neighbours.model.asked[0].tools

    assert (
        b'{"type":"object","properties":{'
        b'"a":{"type":"integer","description":"First."},"b":{"type":"number","default":2.5},"c":{}},'
        b'"required":["a"]}'
    ) == bytes(tool.function.parameters)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([], "tool_responses_do_not_fit"),
        ([SUM | {"call_id": "call_7"}], "tool_responses_do_not_fit"),
        ([SUM, SUM | {"call_id": "call_7"}], "tool_responses_do_not_fit"),
    ],
)
async def test_what_was_not_awaited_is_refused(api, neighbours, given, code):
    """And the turn awaits the same as before."""
    neighbours.model.say(calls=[CALL])
    session = await api.session(client_tools=[TOOL])
    turn_id = (await session.asked())["turn_id"]
    refused = await session.resumed(turn_id, *given)

    assert code == refused["code"]
    assert "Done." == (await session.resumed(turn_id, SUM))["output_message"]["content"]


async def test_a_turn_that_awaits_nothing_cannot_go_on(api, neighbours):
    """Nor one that is not there, nor one that others came after."""
    neighbours.model.say("Hi.")
    neighbours.model.say(calls=[CALL])
    session = await api.session(client_tools=[TOOL])
    complete = (await session.asked())["turn_id"]
    awaiting = (await session.asked())["turn_id"]
    await session.asked("Never mind.")

    assert "turn_not_awaiting_input" == (await session.resumed(complete, SUM))["code"]
    assert "turn_not_awaiting_input" == (await session.resumed(awaiting, SUM))["code"]
    assert "turn_not_found" == (await session.resumed("x", SUM))["code"]


async def test_a_new_turn_may_answer_the_calls_of_the_last(api, neighbours):
    """As clients did before turns could be resumed."""
    neighbours.model.say(calls=[CALL])
    session = await api.session(client_tools=[TOOL])
    await session.asked()
    await session.asked([{"role": "tool", "call_id": "call_0", "content": "3"}])
    *_, last = neighbours.model.asked[-1].messages

    assert ("tool", "3", "call_0") == (last.role, last.content, last.tool_call_id)


async def test_calls_that_nobody_answered(api, neighbours):
    """A model reads no call without an outcome, so it is told that there is none."""
    neighbours.model.say(calls=[CALL])
    session = await api.session(client_tools=[TOOL])
    await session.asked()
    await session.asked("Never mind.")
    told = [(one.role, one.content) for one in neighbours.model.asked[-1].messages[-2:]]

    assert [
        ("tool", "Nothing came of this call: the user went on without it."),
        ("user", "Never mind."),
    ] == told


async def test_two_tools_of_one_name_are_refused(api, neighbours):
    """The model could not tell them apart."""
    neighbours.tools.serve("group", "add")
    session = await api.session(client_tools=[TOOL], toolgroups=["group"])

    assert "invalid_tool_name" == (await session.asked())["code"]


async def test_a_turn_that_goes_on_keeps_its_own_tools(api, neighbours):
    """Those that stood in place of the agent's when it began."""
    neighbours.tools.serve("group", "weather")
    neighbours.model.say(calls=[CALL])
    session = await api.session(client_tools=[TOOL])
    turn = await session.asked(toolgroups=["group"])
    await session.resumed(turn["turn_id"], SUM)
    first, second = neighbours.model.asked

    assert ["add", "weather"] == [tool.function.name for tool in second.tools]
    assert [tool.function.name for tool in first.tools] == ["add", "weather"]


async def test_a_tool_that_must_be_called_is_called_once(api, neighbours):
    """A turn that goes on may end."""
    neighbours.model.say(calls=[CALL])
    session = await api.session(client_tools=[TOOL], tool_config={"tool_choice": "required"})
    turn_id = (await session.asked())["turn_id"]
    await session.resumed(turn_id, SUM)

    assert ["required", "auto"] == [one.tool_choice for one in neighbours.model.asked]
