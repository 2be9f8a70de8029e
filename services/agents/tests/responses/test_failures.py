"""What goes wrong: errors keep their meaning, and nothing is kept of what was refused."""

import pytest

from fleet_runtime.errors import (
    FleetError,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]

WEB = {"type": "web_search"}
MCP = {"type": "mcp", "server_label": "files", "server_url": "http://files/mcp"}
OF_UPSTREAM = [
    InvalidArgument("Bad.", code="bad", param="temperature"),
    Unauthenticated("Who?", code="who"),
    NotFound("No such model.", code="model_not_found"),
    ResourceExhausted("Slowly.", code="slowly", retry_after=7.0),
    Unavailable("Not now.", code="not_now"),
]


@pytest.mark.parametrize("error", OF_UPSTREAM, ids=lambda error: str(error.status))
@pytest.mark.parametrize("way", ["ask", "events"])
async def test_what_fails_before_the_first_word_is_an_error_of_the_call(
    agents, neighbours, error, way
):
    """SDKs retry by its status, and programs branch on its code."""
    for _ in range(5):  # what is unavailable is tried again
        neighbours.model.say(error=error)

    with pytest.raises(FleetError) as raised:
        await getattr(agents, way)()

    assert (error.status, error.code, error.message, error.param, error.retry_after) == (
        raised.value.status,
        raised.value.code,
        raised.value.message,
        raised.value.param,
        raised.value.retry_after,
    )
    assert [] == await agents.kept()


async def test_what_fails_later_is_an_event_and_is_kept(agents, neighbours):
    """HTTP's status is out by then; what was said so far stays."""
    neighbours.model.say("Once upon", late=ResourceExhausted("Slowly."))

    events = await agents.events()

    assert [
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.failed",
    ] == [told.type for told in events[-5:]]
    assert list(range(len(events))) == [told.sequence_number for told in events]
    failed = events[-1].response
    assert ("failed", "rate_limit_exceeded", "Slowly.") == (
        failed.status,
        failed.error.code,
        failed.error.message,
    )
    assert ("incomplete", "Once upon") == (
        failed.output[0].status,
        failed.output[0].content[0].text,
    )
    assert failed == await agents.get(failed.id)


async def test_what_fails_after_a_tool_has_run_is_an_answer(agents, neighbours):
    """The tool may have changed something: an error would have gateways and SDKs try again, and it would run twice."""
    neighbours.tools.add("web_search", lambda _: "Rain.")
    neighbours.model.say(calls=[("web_search", '{"query": "rain"}')])
    neighbours.model.say(error=InvalidArgument("Bad."))

    failed = await agents.ask(tools=[WEB])

    assert ("failed", "invalid_prompt") == (failed.status, failed.error.code)
    assert ["web_search_call"] == [item.type for item in failed.output]
    assert [failed.id] == [kept.id for kept in await agents.kept()]


async def test_one_may_go_on_from_a_response_that_failed(agents, neighbours):
    """What it had done by then is known."""
    neighbours.model.say("Once upon", late=Unavailable("Gone."))
    failed = (await agents.events())[-1].response

    await agents.ask("Go on.", previous_response_id=failed.id)

    assert ["Hi", "Once upon", "Go on."] == [
        one.content for one in neighbours.model.asked[-1].messages
    ]


@pytest.mark.parametrize("way", ["ask", "events"])
async def test_a_server_that_does_not_list_its_tools_fails_the_call(agents, neighbours, way):
    """The model could not do what it is meant to do."""
    neighbours.tools.errors["http://files/mcp"] = Unavailable("The server is away.", code="away")

    with pytest.raises(FleetError, match="away") as raised:
        await getattr(agents, way)(tools=[MCP])

    assert (503, "away") == (raised.value.status, raised.value.code)
    assert ([], []) == (neighbours.model.asked, await agents.kept())


async def test_a_tool_that_fails_is_no_failure_of_the_response(agents, neighbours):
    """The model is told what went wrong."""
    neighbours.model.say(calls=[("web_search", '{"query": "rain"}')])

    response = await agents.ask(tools=[WEB])

    assert ("completed", "failed") == (response.status, response.output[0].status)
    assert "There is no tool 'web_search'" in neighbours.model.asked[1].messages[-1].content


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"input": None}, "input"),
        ({"input": []}, "input"),
        ({"conversation": "conv_x", "previous_response_id": "resp_x"}, "previous_response_id"),
        ({"metadata": {"k" * 65: "v"}}, "metadata"),
        ({"metadata": {"k": "v" * 513}}, "metadata.k"),
        ({"include": ["everything"]}, "include[0]"),
        ({"text": {"format": {"type": "json_schema", "name": "x"}}}, "text.format.schema"),
        ({"tools": [{"type": "file_search"}]}, "tools"),
        (
            {
                "tools": [
                    {
                        "type": "file_search",
                        "vector_store_ids": ["vs_1"],
                        "ranking_options": {"score_threshold": "high"},
                    }
                ]
            },
            "tools",
        ),
        ({"tools": [{"type": "mcp", "server_label": "x"}]}, "tools"),
        ({"tools": [{**MCP, "headers": {"Authorization": "Bearer x"}}]}, "tools"),
        ({"tools": [MCP, MCP]}, "tools"),
        ({"tools": [{"type": "function"}]}, "tools"),
        ({"tools": [WEB, WEB]}, "tools"),
        ({"background": True, "store": False}, "store"),
        ({"max_output_tokens": 15}, "max_output_tokens"),
        ({"max_tool_calls": 0}, "max_tool_calls"),
        ({"temperature": 2.1}, "temperature"),
        ({"top_logprobs": 21}, "top_logprobs"),
        ({"service_tier": "cheap"}, "service_tier"),
        ({"tools": [{"type": "image_generation"}]}, "tools[0].type"),
        ({"input": [{"type": "function_call_output", "call_id": "x"}]}, "input[0].output"),
    ],
)
async def test_a_wrong_request_is_refused_and_leaves_nothing(agents, neighbours, fields, param):
    """The error names the field."""
    error = await agents.asked(**fields)

    assert ("invalid_request_error", param) == (error["type"], error["param"])
    assert ([], []) == (neighbours.model.asked, await agents.kept())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"conversation": "conv_x"}, "conversation_not_found"),
        ({"previous_response_id": "resp_x"}, "previous_response_not_found"),
        ({"prompt": {"id": "pmpt_x"}}, "prompt_not_found"),
    ],
)
async def test_what_is_not_there_is_named(agents, fields, code):
    """A typo in an id is found at once."""
    with pytest.raises(FleetError) as raised:
        await agents.ask(**fields)

    assert (404, code) == (raised.value.status, raised.value.code)


async def test_the_model_is_asked_as_the_request_says(agents, neighbours):
    """All that changes what it says reaches it."""
    schema = {"type": "object", "properties": {}}
    text = {"format": {"type": "json_schema", "name": "x", "schema": schema, "strict": True}}

    await agents.ask(
        text={**text, "verbosity": "low"},
        temperature=0.0,
        top_p=0.5,
        frequency_penalty=0.1,
        presence_penalty=0.2,
        reasoning={"effort": "low"},
        service_tier="flex",
        prompt_cache_key="key",
        safety_identifier="who",
        max_output_tokens=99,
    )

    [asked] = neighbours.model.asked
    assert (0.0, 0.5, 0.1, 0.2, "low", "flex", "key", "who", 99) == (
        asked.temperature,
        asked.top_p,
        asked.frequency_penalty,
        asked.presence_penalty,
        asked.reasoning_effort,
        asked.service_tier,
        asked.prompt_cache_key,
        asked.safety_identifier,
        asked.max_completion_tokens,
    )
    assert ("json_schema", "x", True) == (
        asked.response_format.type,
        asked.response_format.json_schema.name,
        asked.response_format.json_schema.strict,
    )
    assert {"verbosity": b'"low"'} == {name: bytes(raw) for name, raw in asked.extra.items()}


async def test_what_the_request_leaves_open_is_left_to_the_model(agents, neighbours):
    """Values that nobody asked for are refused by some servers."""
    await agents.ask()

    [asked] = neighbours.model.asked
    assert {None} == {
        asked.temperature,
        asked.top_p,
        asked.reasoning_effort,
        asked.service_tier,
        asked.response_format,
        asked.extra,
        asked.tools,
        asked.tool_choice,
    }
