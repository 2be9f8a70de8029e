"""Turns of text: their events, their shapes, and what the model is asked."""

import base64

import msgspec
import pytest

from fleet_runtime.errors import FleetError, ResourceExhausted

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]

GREEN = "The sky is green."
DATA_URL = "data:text/plain;base64," + base64.b64encode(GREEN.encode()).decode()
IMAGE = {"type": "image", "image": {"data": "aGk="}}
SAMPLING = ("temperature", "top_p", "top_k", "max_completion_tokens", "repetition_penalty", "stop")


async def test_the_events_of_a_turn(api, neighbours, kinds):
    """In the order of version 0.3.5."""
    neighbours.model.say("It rains.")
    session = await api.session()
    told = await session.told("Weather?")
    start, *_, complete, end = told

    assert [
        "turn_start",
        "step_start inference",
        "step_progress inference text",
        "step_progress inference text",
        "step_complete inference",
        "turn_complete",
    ] == kinds(told)
    assert ["It ", "rains."] == [one["delta"]["text"] for one in told[2:4]]
    assert end["turn"]["turn_id"] == start["turn_id"]
    assert [complete["step_details"]] == end["turn"]["steps"]
    assert {complete["step_id"]} == {one["step_id"] for one in told[1:5]}
    assert [end["turn"]] == (await session.seen())["turns"]


async def test_the_shape_of_a_turn(api, neighbours):
    """Generated decoders are strict."""
    neighbours.model.say("It rains.")
    session = await api.session()
    turn = await session.asked("Weather?")
    [step] = turn["steps"]
    moments = [turn["started_at"], step["started_at"], step["completed_at"], turn["completed_at"]]
    said = {
        "role": "assistant",
        "content": "It rains.",
        "stop_reason": "end_of_turn",
        "tool_calls": [],
    }

    assert sorted(moments) == moments
    assert {
        "turn_id": turn["turn_id"],
        "session_id": session.session_id,
        "input_messages": [{"role": "user", "content": "Weather?"}],
        "steps": [step],
        "output_message": said,
        "output_attachments": [],
        "started_at": moments[0],
        "completed_at": moments[3],
    } == turn
    assert {
        "turn_id": turn["turn_id"],
        "step_id": step["step_id"],
        "started_at": moments[1],
        "completed_at": moments[2],
        "step_type": "inference",
        "model_response": said,
    } == step


@pytest.mark.parametrize(
    ("params", "fields"),
    [
        (None, {"temperature": 0.0}),
        ({"strategy": {"type": "greedy"}, "max_tokens": 0}, {"temperature": 0.0}),
        ({"strategy": {"type": "top_p", "temperature": 0.7}}, {"temperature": 0.7, "top_p": 0.95}),
        ({"strategy": {"type": "top_k", "top_k": 5}}, {"top_k": 5}),
        ({"repetition_penalty": 1.0}, {"temperature": 0.0}),
        (
            {"max_tokens": 9, "repetition_penalty": 1.2, "stop": ["\n"]},
            {
                "temperature": 0.0,
                "max_completion_tokens": 9,
                "repetition_penalty": 1.2,
                "stop": ["\n"],
            },
        ),
    ],
)
async def test_sampling(api, neighbours, params, fields):
    """Each strategy as the model's server knows it; what is left out is left out."""
    session = await api.session(**({"sampling_params": params} if params else {}))
    await session.asked()
    [asked] = neighbours.model.asked
    found = {name: getattr(asked, name) for name in SAMPLING}

    assert fields == {name: value for name, value in found.items() if value is not None}


async def test_max_tokens_are_those_of_each_answer(api, neighbours):
    """Not of a turn: its second answer has as many as its first."""
    neighbours.tools.serve("group", "add")
    neighbours.tools.add("add", lambda _: "3")
    neighbours.model.say(calls=[("add", "{}")])
    session = await api.session(sampling_params={"max_tokens": 20}, toolgroups=["group"])
    await session.asked()

    assert [20, 20] == [one.max_completion_tokens for one in neighbours.model.asked]


async def test_an_answer_that_runs_out_of_tokens_says_so(api, neighbours):
    """In the old word for it."""
    neighbours.model.say("It is a long", finish="length")
    session = await api.session()
    turn = await session.asked()

    assert "out_of_tokens" == turn["output_message"]["stop_reason"]
    assert "out_of_tokens" == turn["steps"][0]["model_response"]["stop_reason"]


async def test_an_answer_without_words_is_a_step_too(api, neighbours, kinds):
    """Models do that, and a turn must end all the same."""
    neighbours.model.say("")
    session = await api.session()
    told = await session.told()

    assert [
        "turn_start",
        "step_start inference",
        "step_complete inference",
        "turn_complete",
    ] == kinds(told)
    assert "" == told[-1]["turn"]["output_message"]["content"]


async def test_thoughts_are_no_part_of_the_answer(api, neighbours):
    """The old API has no place for them."""
    neighbours.model.say("Four.", thoughts="Two and two")
    session = await api.session()
    turn = await session.asked()

    assert "Four." == turn["output_message"]["content"]


async def test_structured_output(api, neighbours):
    """The schema reaches the model; a grammar, which nobody serves, is refused."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    session = await api.session(response_format={"type": "json_schema", "json_schema": schema})
    await session.asked()
    [asked] = neighbours.model.asked
    grammar = await api.session(response_format={"type": "grammar", "bnf": {}})

    assert schema == msgspec.json.decode(asked.response_format.json_schema.schema)
    assert "agent_config.response_format" == (await grammar.asked())["param"]


async def test_what_the_model_reads_of_a_message(api, neighbours):
    """Texts as one; images beside them; context after the content."""
    texts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    session = await api.session()
    await session.asked([{"role": "user", "content": texts, "context": "c"}])
    await session.asked([{"role": "user", "content": [*texts, IMAGE]}])
    first, second = (one.messages[-1].content for one in neighbours.model.asked)

    assert "a\nb\nc" == first
    assert ["text", "image_url"] == [part.type for part in second]
    assert "data:image/png;base64,aGk=" == second[1].image_url.url


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        (GREEN, "text/plain"),
        ({"type": "text", "text": GREEN}, "text/markdown; charset=utf-8"),
        ([{"type": "text", "text": GREEN}], "application/json"),
        ({"uri": DATA_URL}, "text/plain"),
    ],
)
async def test_documents_stand_in_the_last_message(api, neighbours, content, mime_type):
    """And stay there for later turns, but callers see the message as it was."""
    session = await api.session()
    documents = [{"content": content, "mime_type": mime_type}]
    turn = await session.asked("What colour?", documents=documents)
    await session.asked("Sure?")
    first, second = neighbours.model.asked

    assert f"What colour?\n{GREEN}" == first.messages[-1].content == second.messages[1].content
    assert [{"role": "user", "content": "What colour?"}] == turn["input_messages"]


@pytest.mark.parametrize(
    ("content", "mime_type", "code"),
    [
        ({"uri": "https://example.com/a.txt"}, "text/plain", "document_url_not_supported"),
        ("%PDF", "application/pdf", "unsupported_document"),
        ({"type": "image"}, "text/plain", "unsupported_document"),
        ({"uri": "data:text/plain;base64,/w=="}, "text/plain", "unsupported_document"),
    ],
)
async def test_documents_that_cannot_be_read_are_refused(api, content, mime_type, code):
    """Rather than left out."""
    session = await api.session()
    refused = await session.asked(documents=[{"content": content, "mime_type": mime_type}])

    assert code == refused["code"]
    assert refused["param"].startswith("documents[0]")


async def test_a_refusal_before_the_first_word_keeps_its_status(api, neighbours):
    """Clients try again by it, and nothing of the turn is kept."""
    neighbours.model.say(error=ResourceExhausted("Too many.", code="rate_limit_exceeded"))
    session = await api.session()
    stream = session.typed()
    with pytest.raises(FleetError) as raised:
        await anext(stream)

    assert (429, "rate_limit_exceeded") == (raised.value.status, raised.value.code)
    assert [] == (await session.seen())["turns"]
    assert "Done." == (await session.asked())["output_message"]["content"]


async def test_a_failure_after_that_breaks_the_stream_off(api, neighbours):
    """Nothing of the turn is kept."""
    neighbours.model.say("It rains.", late=ResourceExhausted("Too many.", code="too_many"))
    session, seen = await api.session(), []

    async def read():
        async for chunk in session.typed():
            seen.append(chunk.event.payload.event_type)  # noqa: PERF401 - what came before the failure is wanted

    with pytest.raises(FleetError) as raised:
        await read()

    assert "too_many" == raised.value.code
    assert ["turn_start", "step_start", "step_progress", "step_progress"] == seen
    assert [] == (await session.seen())["turns"]
