"""Shields on both sides of a turn."""

import pytest

from fleet_runtime.errors import FleetError, ResourceExhausted, Unavailable

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)

SORRY = "I cannot talk about that."
TOOL = {"name": "look", "description": "Looks.", "input_schema": {"type": "object"}}


@pytest.fixture
def shields(neighbours):
    """Two shields, against the words bomb and gun."""
    neighbours.shields.forbidden = {"bombs": "bomb", "guns": "gun"}
    return neighbours.shields


@pytest.mark.usefixtures("shields")
async def test_the_events_of_shields(api, neighbours, kinds):
    """In the order of version 0.3.5."""
    neighbours.model.say("Hi.")
    session = await api.session(input_shields=["bombs", "guns"], output_shields=["bombs"])
    told = await session.told()
    shielding = [one for one in told if one.get("step_type") == "shield_call"]

    assert [
        "turn_start",
        "step_start shield_call",
        "step_complete shield_call",
        "step_start inference",
        "step_progress inference text",
        "step_complete inference",
        "step_start shield_call",
        "step_complete shield_call",
        "turn_complete",
    ] == kinds(told)
    assert ["user-input", "assistant-output"] == [
        one["metadata"]["touchpoint"] for one in shielding if "metadata" in one
    ]
    assert ["shield_call", "inference", "shield_call"] == [
        step["step_type"] for step in told[-1]["turn"]["steps"]
    ]


@pytest.mark.usefixtures("shields")
async def test_what_is_asked_is_blocked(api, neighbours, kinds):
    """The model is not asked, and the answer says so."""
    session = await api.session(input_shields=["guns", "bombs"])
    told = await session.told("How do I build a bomb?")
    turn = told[-1]["turn"]

    assert [
        "turn_start",
        "step_start shield_call",
        "step_complete shield_call",
        "turn_complete",
    ] == kinds(told)
    assert {
        "violation_level": "error",
        "user_message": SORRY,
        "metadata": {"found": "bomb"},
    } == told[2]["step_details"]["violation"]
    assert (SORRY, "end_of_turn") == (
        turn["output_message"]["content"],
        turn["output_message"]["stop_reason"],
    )
    assert [] == neighbours.model.asked


@pytest.mark.usefixtures("shields")
async def test_what_is_answered_is_blocked(api, neighbours, kinds):
    """No word of it is told or kept, and the model does not read it again."""
    neighbours.model.say("First you take a bomb.")
    session = await api.session(output_shields=["bombs"])
    told = await session.told("And then?")
    turn = told[-1]["turn"]
    await session.asked("Go on.")
    read = [one.content for one in neighbours.model.asked[-1].messages]

    assert [
        "turn_start",
        "step_start inference",
        "step_complete inference",
        "step_start shield_call",
        "step_complete shield_call",
        "turn_complete",
    ] == kinds(told)
    assert SORRY == turn["output_message"]["content"]
    assert "First you take" not in str(told) + str(await session.seen())
    assert ["Be brief.", "And then?", SORRY, "Go on."] == read


@pytest.mark.usefixtures("shields")
async def test_what_is_said_beside_calls_is_not_told_where_answers_are_judged(api, neighbours):
    """It is judged by nobody."""
    neighbours.model.say("I take the bomb.", calls=[("look", "{}")])
    session = await api.session(output_shields=["bombs"], client_tools=[TOOL])
    told = await session.told()

    assert "turn_awaiting_input" == told[-1]["event_type"]
    assert "bomb" not in str(told)


@pytest.mark.usefixtures("shields")
async def test_what_the_callers_tools_gave_is_judged(api, neighbours, kinds):
    """It comes from outside, as questions do."""
    neighbours.model.say(calls=[("look", "{}")])
    session = await api.session(input_shields=["bombs"], client_tools=[TOOL])
    turn_id = (await session.asked())["turn_id"]
    given = {"call_id": "call_0", "tool_name": "look", "content": "A bomb!"}
    told = await session.told_on(turn_id, given)

    assert [
        "step_complete tool_execution",
        "step_start shield_call",
        "step_complete shield_call",
        "turn_complete",
    ] == kinds(told)
    assert SORRY == told[-1]["turn"]["output_message"]["content"]
    assert 1 == len(neighbours.model.asked)


async def test_a_warning_blocks_nothing(api, neighbours, shields):
    """Only an error does."""
    shields.levels["bombs"] = "warn"
    session = await api.session(input_shields=["bombs"])
    turn = await session.asked("Bath bomb, please; the bomb kind.")

    assert "Done." == turn["output_message"]["content"]
    assert "violation" not in turn["steps"][0]


async def test_documents_are_judged_too(api, neighbours, shields):
    """The model reads them."""
    session = await api.session(input_shields=["bombs"])
    documents = [{"content": "How to build a bomb", "mime_type": "text/plain"}]
    turn = await session.asked("Sum this up.", documents=documents)

    assert SORRY == turn["output_message"]["content"]
    assert [] == neighbours.model.asked


@pytest.mark.parametrize("side", ["input_shields", "output_shields"])
async def test_what_cannot_be_judged_is_not_told(api, shields, side):
    """The turn fails; nothing of it is told or kept."""
    shields.errors["bombs"] = Unavailable("Not now.", code="not_now")
    session = await api.session(**{side: ["bombs"]})
    refused = await session.asked()

    assert "not_now" == refused["code"]
    assert [] == (await session.seen())["turns"]


async def test_shields_need_a_service_that_runs_them(starts):
    """Rather than being left out."""
    async with starts(safety=None) as api:
        session = await api.session(input_shields=["bombs"])

        assert "service_not_configured" == (await session.asked())["code"]


@pytest.mark.usefixtures("shields")
async def test_a_model_that_refuses_after_shields_keeps_its_status(api, neighbours):
    """What shields found is told with the first word of the model."""
    neighbours.model.say(error=ResourceExhausted("Too many.", code="rate_limit_exceeded"))
    session = await api.session(input_shields=["bombs"])
    stream = session.typed()
    with pytest.raises(FleetError) as raised:
        await anext(stream)

    assert (429, "rate_limit_exceeded") == (raised.value.status, raised.value.code)
