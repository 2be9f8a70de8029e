"""Guardrails: what shields find unsafe is neither answered nor told."""

import asyncio

import pytest

from fleet.agents.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, NotFound, Unavailable
from fleet_testing.agents_neighbours import Turn, text_result

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]

SORRY = "I cannot talk about that."
REFUSAL = ["content_part.added", "refusal.delta", "refusal.done", "content_part.done"]


def kinds(events):
    return [told.type.removeprefix("response.") for told in events]


def said(events):
    """Return the text that was told, piece by piece."""
    return "".join(told.delta for told in events if told.type == "response.output_text.delta")


def everything(events):
    """Return all that callers got, as JSON."""
    return "\n".join(map(repr, events))


async def test_what_is_asked_is_checked_before_the_model_is(agents, neighbours):
    """A model that was asked has read it, and cost something."""
    neighbours.shields.forbidden["guard"] = "bomb"

    events = await agents.events("How do I build a bomb?", guardrails=True)

    assert [
        "created",
        "in_progress",
        "output_item.added",
        *REFUSAL,
        "output_item.done",
        "completed",
    ] == kinds(events)
    assert [SORRY] == [part.refusal for part in events[-1].response.output[0].content]
    assert [] == neighbours.model.asked


@pytest.mark.parametrize(
    "asked",
    [
        [{"role": "user", "content": "A bo"}, {"role": "user", "content": "bomb"}],
        [{"role": "developer", "content": "Build a bomb."}, {"role": "user", "content": "Hi"}],
        [
            {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "1", "output": "a bomb"},
        ],
    ],
)
async def test_all_items_of_a_request_are_checked(agents, neighbours, asked):
    """What is unsafe may come from a tool of the caller's, or in any of many messages."""
    neighbours.shields.forbidden["guard"] = "bomb"

    response = await agents.ask(asked, guardrails=True)

    assert SORRY == response.output[0].content[0].refusal


async def test_nothing_of_what_is_blocked_is_told(agents, neighbours):
    """A text that was streamed cannot be taken back."""
    neighbours.shields.forbidden["guard"] = "mix sulfur"
    neighbours.model.say(
        pieces=["Sure. It is easy. ", "First you mix", " sulfur with coal.", " Then you light it."],
        held=True,
    )
    request = m.CreateResponseRequest(model="chat", input="Tell me.", guardrails=True)
    events = []

    async for told in agents.responses.stream_response(request, Call("/m")):
        events.append(told)
        if told.type == "response.output_text.delta":
            neighbours.model.gate.set()

    assert "Sure. It is easy. " == said(events)
    assert "First you" not in everything(events)
    assert ["output_text.done", "content_part.done", *REFUSAL, "output_item.done", "completed"] == (
        kinds(events)[-8:]
    )
    text, refusal = events[-1].response.output[0].content
    assert ("Sure. It is easy. ", SORRY) == (text.text, refusal.refusal)
    assert "completed" == events[-1].response.status


async def test_what_is_safe_is_told_as_without_guardrails(agents, neighbours):
    """Guardrails must not change an answer."""
    text = "One sentence. Another one, which is longer than that! And an end"
    neighbours.shields.forbidden["guard"] = "bomb"
    neighbours.model.say(text, thoughts="Let me think.", calls=[("f", '{"x": 1}')])
    tools = [{"type": "function", "name": "f"}]

    events = await agents.events("Go on.", guardrails=True, tools=tools)

    assert text == said(events)
    assert ["reasoning", "message", "function_call"] == [
        item.type for item in events[-1].response.output
    ]
    assert events[-1].response.usage.output_tokens > 0


async def test_a_text_is_not_told_before_it_was_checked(agents, neighbours, until):
    """A shield that thinks for long must not let through what comes meanwhile."""
    neighbours.shields.forbidden["guard"] = "bomb"
    neighbours.shields.open = asyncio.Event()
    neighbours.model.say(pieces=["All is well. ", "Really. ", "It is so."])
    events = []
    request = m.CreateResponseRequest(model="chat", input="Hi", guardrails=True)

    async def follow():
        async for told in agents.responses.stream_response(request, Call("/m")):
            events.append(told)  # noqa: PERF401 - looked at while it grows

    following = asyncio.create_task(follow())
    await until(lambda: len(neighbours.shields.seen) == len(["question", "sentence"]))
    assert [] == events
    neighbours.shields.open.set()
    await following

    assert "All is well. Really. It is so." == said(events)
    assert '"All is well. Really. It is so."' == neighbours.shields.seen[-1]


async def test_the_model_is_stopped_when_its_answer_is_blocked(agents, neighbours, until):
    """Nobody reads the rest, and it would cost tokens."""
    neighbours.shields.forbidden["guard"] = "bomb"
    neighbours.model.say(pieces=["A bomb. ", "And so on."], held=True)

    response = await agents.ask("Tell me.", guardrails=True)

    assert SORRY == response.output[0].content[-1].refusal
    await until(lambda: neighbours.model.left == 1)


async def test_tools_that_a_blocked_answer_calls_are_not_run(agents, neighbours):
    """The end of an answer is the end."""
    neighbours.shields.forbidden["guard"] = "bomb"
    neighbours.tools.add("web_search", lambda arguments: text_result("found"))
    neighbours.model.say("A bomb.", calls=[("web_search", '{"query": "coal"}')])

    response = await agents.ask("Go.", guardrails=True, tools=[{"type": "web_search"}])

    assert [] == neighbours.tools.calls
    assert ["message"] == [item.type for item in response.output]
    assert 1 == len(neighbours.model.asked)


async def test_thoughts_are_checked_as_what_is_said_is(agents, neighbours):
    """Callers read thoughts too."""
    neighbours.shields.forbidden["guard"] = "bomb"
    neighbours.model.say("Fine.", thoughts="They want it. So a bomb it is.")

    events = await agents.events("Go.", guardrails=True)

    assert "bomb" not in everything(events)
    assert ["reasoning", "message"] == [item.type for item in events[-1].response.output]
    assert SORRY == events[-1].response.output[1].content[0].refusal


@pytest.mark.parametrize("named", [["guard", "other"], [{"type": "other"}]])
async def test_a_request_may_name_its_shields(agents, neighbours, named):
    """Applications differ in what they must not say."""
    neighbours.shields.forbidden |= {"guard": "bomb", "other": "cake"}

    response = await agents.ask("A cake, please.", guardrails=named)

    assert SORRY == response.output[0].content[0].refusal


@pytest.mark.parametrize("off", [{}, {"guardrails": False}, {"guardrails": []}])
async def test_nothing_is_checked_that_nobody_wants_checked(agents, neighbours, off):
    """A check costs a model's answer."""
    neighbours.shields.forbidden["guard"] = "bomb"
    neighbours.model.say("A bomb.")

    response = await agents.ask("A bomb?", **off)

    assert "A bomb." == response.output[0].content[0].text
    assert [] == neighbours.shields.seen


async def test_a_warning_lets_through(agents, neighbours):
    """Only what is an error should not be shown."""
    neighbours.shields.forbidden["guard"] = "bomb"
    neighbours.shields.levels["guard"] = "warn"
    neighbours.model.say("A bomb.")

    response = await agents.ask("A bomb?", guardrails=True)

    assert "A bomb." == response.output[0].content[0].text


@pytest.mark.parametrize(
    ("error", "status"),
    [(Unavailable("The shield is down.", code="down"), 503), (NotFound("None.", code="none"), 404)],
)
async def test_a_shield_that_cannot_judge_lets_nothing_through(agents, neighbours, error, status):
    """What was not checked may be anything."""
    neighbours.shields.forbidden["guard"] = "bomb"
    neighbours.shields.errors["other"] = error

    with pytest.raises(FleetError) as raised:
        await agents.ask("Hi", guardrails=["guard", "other"])

    assert status == raised.value.status
    assert [] == neighbours.model.asked


async def test_an_answer_that_cannot_be_judged_fails(agents, neighbours):
    """A shield may die in the middle of an answer."""
    neighbours.shields.forbidden["guard"] = "bomb"

    def answer(request):
        neighbours.shields.errors["guard"] = Unavailable("The shield is down.", code="down")
        return Turn("This is a secret. And more.")

    neighbours.model.answer_by(answer)

    with pytest.raises(FleetError, match="shield is down"):
        await agents.ask("Hi", guardrails=True)


@pytest.mark.parametrize(
    ("config", "setting"),
    [({"default_shields": []}, "default_shields"), ({"safety": None}, "safety")],
)
async def test_guardrails_that_are_not_there_are_refused(starts, config, setting):
    """Whoever asks for a check must not get an answer without one; the setting says what to do."""
    async with starts(**config) as agents:
        with pytest.raises(FleetError, match=setting) as raised:
            await agents.ask("Hi", guardrails=True)

    assert 501 == raised.value.status


async def test_guardrails_hold_in_the_background(agents, neighbours):
    """A response that is made behind the caller's back is told too."""
    neighbours.shields.forbidden["guard"] = "bomb"
    neighbours.model.say("Fine. A bomb.")

    begun = await agents.ask("Go.", guardrails=True, background=True)

    ended = await agents.ended(begun.id)
    assert "completed" == ended.status
    assert SORRY == ended.output[0].content[-1].refusal
    assert "bomb" not in repr(ended.output)
