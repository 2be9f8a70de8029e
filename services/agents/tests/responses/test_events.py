"""What streams tell, item by item: OpenAI's sequence of events, each as its SDKs have it.

Format: https://platform.openai.com/docs/api-reference/responses-streaming and https://www.openresponses.org
"""

import json

import pytest

from fleet_testing import open_responses
from fleet_testing.agents_neighbours import text_result

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]

BEGIN = ["created", "in_progress"]
TEXT = [
    "output_item.added",
    "content_part.added",
    "output_text.delta",
    "output_text.done",
    "content_part.done",
    "output_item.done",
]
FUNCTION = [
    "output_item.added",
    "function_call_arguments.delta",
    "function_call_arguments.delta",
    "function_call_arguments.done",
    "output_item.done",
]
LISTING = [
    "output_item.added",
    "mcp_list_tools.in_progress",
    "mcp_list_tools.completed",
    "output_item.done",
]
MCP_CALL = [
    "output_item.added",
    "mcp_call.in_progress",
    "mcp_call_arguments.delta",
    "mcp_call_arguments.delta",
    "mcp_call_arguments.done",
]
MCP = {"type": "mcp", "server_label": "files", "server_url": "http://files/mcp"}
WEATHER = {
    "type": "function",
    "name": "weather",
    "description": "Tells the weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}


@pytest.fixture
def told(agents, sdks):
    """Return the events of a response, of which both SDKs can make something, and which fit together."""

    async def told(input="Hi", **fields):  # noqa: A002
        events = await agents.told(input, **fields)
        assert [] == [
            (e["type"], sdk.of_event(e)) for sdk in sdks for e in events if sdk.of_event(e)
        ]
        check_whole(events)
        return events

    return told


def check_whole(events):
    """Check what holds of every stream."""
    assert list(range(len(events))) == [told["sequence_number"] for told in events]
    assert [] == events[0]["response"]["output"] == events[1]["response"]["output"]
    of_items = [told for told in events if told["type"].startswith("response.output_item")]
    added = [told["item"]["id"] for told in of_items if told["type"].endswith(".added")]
    done = {told["output_index"]: told["item"] for told in of_items if "done" in told["type"]}
    output = events[-1]["response"]["output"]
    assert output == [done[place] for place in range(len(done))]
    assert added == [item["id"] for item in output]
    for told in events:
        if "item_id" in told:
            assert output[told["output_index"]]["id"] == told["item_id"]


def names(events):
    """Return the types of events, without what all begin with."""
    return [told["type"].removeprefix("response.") for told in events]


def of(events, name):
    """Return the events of a type."""
    return [told for told in events if told["type"] == f"response.{name}"]


async def test_text(told, neighbours):
    """The plainest answer there is."""
    neighbours.model.say("Hello.")

    events = await told()

    assert [*BEGIN, *TEXT, "completed"] == names(events)
    [message] = events[-1]["response"]["output"]
    part = {"type": "output_text", "text": "Hello.", "annotations": [], "logprobs": []}
    assert ("message", "assistant", "completed", [part]) == (
        message["type"],
        message["role"],
        message["status"],
        message["content"],
    )
    added = of(events, "output_item.added")[0]["item"]
    assert ("in_progress", []) == (added["status"], added["content"])


async def test_an_answer_of_nothing(told, neighbours):
    """Models do that; callers must not wait for more."""
    neighbours.model.say("")

    assert [*BEGIN, "completed"] == names(await told())


async def test_text_with_logprobs(told, neighbours):
    """They stand at each piece, and at the whole text only if that is asked for."""
    neighbours.model.say("Hello there.", logprobs=True)

    events = await told(include=["message.output_text.logprobs"], top_logprobs=2)

    assert [1, 1] == [len(one["logprobs"]) for one in of(events, "output_text.delta")]
    assert ["Hello ", "there."] == [
        one["token"] for one in events[-1]["response"]["output"][0]["content"][0]["logprobs"]
    ]
    assert (True, 2) == (
        neighbours.model.asked[0].logprobs,
        neighbours.model.asked[0].top_logprobs,
    )


async def test_refusal(told, neighbours):
    """Applications show refusals otherwise than answers."""
    neighbours.model.say(refusal="No.")

    events = await told()

    assert [
        *BEGIN,
        "output_item.added",
        "content_part.added",
        "refusal.delta",
        "refusal.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ] == names(events)
    [message] = events[-1]["response"]["output"]
    assert [{"type": "refusal", "refusal": "No."}] == message["content"]


async def test_function_call(told, neighbours):
    """Agents stand on this."""
    neighbours.model.say(calls=[("weather", '{"city": "Oslo"}')])

    events = await told(tools=[WEATHER])

    assert [*BEGIN, *FUNCTION, "completed"] == names(events)
    assert '{"city": "Oslo"}' == "".join(
        one["delta"] for one in of(events, "function_call_arguments.delta")
    )
    [call] = events[-1]["response"]["output"]
    assert ("weather", '{"city": "Oslo"}', "completed", "call_0") == (
        call["name"],
        call["arguments"],
        call["status"],
        call["call_id"],
    )
    assert "" == of(events, "output_item.added")[0]["item"]["arguments"]


async def test_text_and_parallel_function_calls(told, neighbours):
    """Each is an item of its own, at its own place."""
    neighbours.model.say("Wait.", calls=[("weather", '{"city": "Oslo"}'), ("weather", "{}")])

    events = await told(tools=[WEATHER])

    assert [*BEGIN, *TEXT, *FUNCTION, *FUNCTION, "completed"] == names(events)
    assert ["message", "function_call", "function_call"] == [
        item["type"] for item in events[-1]["response"]["output"]
    ]


async def test_custom_tool_call(told, neighbours):
    """Its input is plain text, whatever form the model wrote it in."""
    neighbours.model.say(calls=[("shell", '{"input": "ls -l"}')])

    events = await told(tools=[{"type": "custom", "name": "shell", "description": "Runs."}])

    assert [
        *BEGIN,
        "output_item.added",
        "custom_tool_call_input.delta",
        "custom_tool_call_input.done",
        "output_item.done",
        "completed",
    ] == names(events)
    [call] = events[-1]["response"]["output"]
    assert ("custom_tool_call", "shell", "ls -l") == (call["type"], call["name"], call["input"])


async def test_reasoning_before_text(told, neighbours):
    """Thoughts are an item before the answer, and only who asks for them sealed gets them sealed."""
    neighbours.model.say("Four.", thoughts="Two and")

    events = await told()

    assert [
        *BEGIN,
        "output_item.added",
        "content_part.added",
        "reasoning_text.delta",
        "reasoning_text.delta",
        "reasoning_text.done",
        "content_part.done",
        "output_item.done",
        *TEXT,
        "completed",
    ] == names(events)
    thoughts = events[-1]["response"]["output"][0]
    assert [{"type": "reasoning_text", "text": "Two and"}] == thoughts["content"]
    assert [] == thoughts["summary"]
    assert "encrypted_content" not in thoughts


@pytest.mark.parametrize("text", ["Four.", ""])
async def test_reasoning_with_a_summary(told, neighbours, text):
    """Applications show the summary while they wait, whether or not something is said after it."""
    neighbours.model.say(text, thoughts="Two and two")
    neighbours.model.say("It adds.")

    events = await told(reasoning={"summary": "auto"})

    assert [
        "reasoning_summary_part.added",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.done",
        "reasoning_summary_part.done",
    ] == [name for name in names(events) if "summary" in name]
    thoughts, *_ = events[-1]["response"]["output"]
    assert [{"type": "summary_text", "text": "It adds."}] == thoughts["summary"]
    # Both answers of the model were paid for: 10 tokens are read for each.
    assert 20 == events[-1]["response"]["usage"]["input_tokens"]


CITES = ["It rained <|fi", "le-1|>. It", " snowed <|file-9|", ">. <b> a <", " c <|no"]


async def test_file_search_with_citations(told, neighbours):
    """Marks of files become annotations, however the model's text is cut; those of unknown files go."""
    neighbours.stores.passages["vs_1"] = [("file-1", "june.txt", "It rained.")]
    neighbours.model.say(calls=[("file_search", '{"query": "rain"}')])
    neighbours.model.say("cites", pieces=CITES)

    tool = {"type": "file_search", "vector_store_ids": ["vs_1"]}
    events = await told(tools=[tool], include=["file_search_call.results"])

    assert [
        *BEGIN,
        "output_item.added",
        "file_search_call.in_progress",
        "file_search_call.searching",
        "file_search_call.completed",
        "output_item.done",
    ] == names(events)[:7]
    search, message = events[-1]["response"]["output"]
    assert (["rain"], "completed") == (search["queries"], search["status"])
    assert ["june.txt"] == [result["filename"] for result in search["results"]]
    text = "It rained. It snowed. <b> a < c <|no"
    cited = {"type": "file_citation", "file_id": "file-1", "filename": "june.txt", "index": 9}
    assert (text, [cited]) == (message["content"][0]["text"], message["content"][0]["annotations"])
    assert text == "".join(one["delta"] for one in of(events, "output_text.delta"))
    [added] = of(events, "output_text.annotation.added")
    assert (cited, 0) == (added["annotation"], added["annotation_index"])


async def test_what_a_file_search_found_is_told_only_if_asked_for(told, neighbours):
    """It may be long, and most applications do not read it."""
    neighbours.stores.passages["vs_1"] = [("file-1", "june.txt", "It rained.")]
    neighbours.model.say(calls=[("file_search", '{"query": "rain"}')])

    events = await told(tools=[{"type": "file_search", "vector_store_ids": ["vs_1"]}])

    assert "results" not in events[-1]["response"]["output"][0]
    assert "It rained." in neighbours.model.asked[1].messages[-1].content


@pytest.mark.parametrize("included", [True, False])
async def test_web_search(told, neighbours, included):
    """The pages are told only if they are asked for."""
    found = text_result("Rain.", sources=[{"url": "https://rain.example"}])
    neighbours.tools.add("web_search", lambda _: found)
    neighbours.model.say(calls=[("web_search", '{"query": "rain"}')])
    include = ["web_search_call.action.sources"] if included else []

    events = await told(tools=[{"type": "web_search_preview"}], include=include)

    assert [
        "output_item.added",
        "web_search_call.in_progress",
        "web_search_call.searching",
        "web_search_call.completed",
        "output_item.done",
    ] == names(events)[2:7]
    action = events[-1]["response"]["output"][0]["action"]
    assert ("search", "rain") == (action["type"], action["query"])
    sources = [{"type": "url", "url": "https://rain.example"}]
    assert (sources if included else None) == action.get("sources")


async def test_code_interpreter(told, neighbours):
    """The program is told as it was written, and what it gave if that is asked for."""
    neighbours.tools.add("code_interpreter", lambda arguments: f"ran {arguments['code']}")
    neighbours.model.say(calls=[("code_interpreter", '{"code": "1+1"}')])

    events = await told(
        tools=[{"type": "code_interpreter", "container": {"type": "auto"}}],
        include=["code_interpreter_call.outputs"],
    )

    assert [
        "output_item.added",
        "code_interpreter_call.in_progress",
        "code_interpreter_call_code.delta",
        "code_interpreter_call_code.done",
        "code_interpreter_call.interpreting",
        "code_interpreter_call.completed",
        "output_item.done",
    ] == names(events)[2:9]
    program = events[-1]["response"]["output"][0]
    assert ("1+1", [{"type": "logs", "logs": "ran 1+1"}]) == (program["code"], program["outputs"])


async def test_mcp(told, neighbours):
    """The list of a server's tools, then a call, whose arguments are told as the model writes them."""
    neighbours.tools.serve("http://files/mcp", "read")
    neighbours.tools.add("read", lambda arguments: f"read {arguments['x']}")
    neighbours.model.say(calls=[("read", '{"x": "a"}')])

    events = await told(tools=[MCP])

    assert [
        *BEGIN,
        *LISTING,
        *MCP_CALL,
        "mcp_call.completed",
        "output_item.done",
        *TEXT,
        "completed",
    ] == names(events)
    listed, call, _ = events[-1]["response"]["output"]
    assert ["read"] == [tool["name"] for tool in listed["tools"]]
    assert ("files", "read", '{"x": "a"}', "read a", "completed") == (
        call["server_label"],
        call["name"],
        call["arguments"],
        call["output"],
        call["status"],
    )


async def test_mcp_call_that_fails(agents, neighbours, sdks):
    """The model is told, and goes on. What went wrong is a text, as the older SDK and Llama Stack's have it."""
    neighbours.tools.serve("http://files/mcp", "read")
    neighbours.tools.add("read", lambda _: text_result("", error="no such file"))
    neighbours.model.say(calls=[("read", "{}")])

    events = await agents.told(tools=[MCP])

    assert [] == [told["type"] for told in events if sdks[0].of_event(told)]
    check_whole(events)
    assert [*MCP_CALL, "mcp_call.failed", "output_item.done"] == names(events)[6:13]
    call = events[-1]["response"]["output"][1]
    assert ("failed", True) == (call["status"], "no such file" in json.dumps(call["error"]))
    assert "no such file" in neighbours.model.asked[1].messages[-1].content


async def test_an_approval_is_asked_for(told, neighbours):
    """Nothing runs before the caller has agreed."""
    neighbours.tools.serve("http://files/mcp", "read")
    neighbours.model.say(calls=[("read", '{"x": "a"}')])

    events = await told(tools=[{**MCP, "require_approval": "always"}])

    assert [*BEGIN, *LISTING, "output_item.added", "output_item.done", "completed"] == names(events)
    request = events[-1]["response"]["output"][-1]
    assert ("mcp_approval_request", "files", "read", '{"x": "a"}') == (
        request["type"],
        request["server_label"],
        request["name"],
        request["arguments"],
    )
    assert [] == neighbours.tools.calls


async def test_what_was_approved_is_told_from_its_beginning(told, neighbours):
    """It is an item like any other, though no model writes it now."""
    neighbours.tools.serve("http://files/mcp", "read")
    neighbours.tools.add("read", lambda arguments: f"read {arguments['x']}")
    neighbours.model.say(calls=[("read", '{"x": "a"}')])
    tools = [{**MCP, "require_approval": "always"}]
    first = (await told(tools=tools))[-1]["response"]
    answer = {
        "type": "mcp_approval_response",
        "approval_request_id": first["output"][-1]["id"],
        "approve": True,
    }

    events = await told([answer], tools=tools, previous_response_id=first["id"])

    assert [
        *BEGIN,
        "output_item.added",
        "mcp_call.in_progress",
        "mcp_call_arguments.delta",
        "mcp_call_arguments.done",
        "mcp_call.completed",
        "output_item.done",
        *TEXT,
        "completed",
    ] == names(events)
    assert "read a" == events[-1]["response"]["output"][0]["output"]


async def test_a_tool_here_beside_a_function_of_the_callers(told, neighbours):
    """The one is run, and the response ends for the other."""
    neighbours.tools.add("web_search", lambda _: "Rain.")
    neighbours.model.say(calls=[("web_search", '{"query": "rain"}'), ("weather", "{}")])

    events = await told(tools=[WEATHER, {"type": "web_search"}])

    assert ["web_search_call", "function_call"] == [
        item["type"] for item in events[-1]["response"]["output"]
    ]
    assert "completed" == events[-1]["response"]["status"]
    assert (1, 1) == (len(neighbours.tools.calls), len(neighbours.model.asked))


async def test_every_field_of_a_response_is_printed(agents, sdks, neighbours):
    """Open Responses has callers rely on fields that are null, and its compliance suite looks for them."""
    neighbours.model.say(calls=[("weather", "{}")])

    response = await agents.asked(tools=[WEATHER])

    assert [[], []] == [sdk.of_response(response) for sdk in sdks]
    assert [] == open_responses.missing(response)
    empty = open_responses.NULLS | {"prompt", "conversation"}
    assert {None} == {response[name] for name in empty}
    assert {"effort": None, "summary": None} == response["reasoning"]
    assert {"format": {"type": "text"}, "verbosity": "medium"} == response["text"]
    assert {**WEATHER, "strict": False} == response["tools"][0]
