"""What the model reads: what a response goes on from, in each of the ways to say that."""

import json

import msgspec
import pytest

from fleet.agents.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError

pytestmark = pytest.mark.slow

WEATHER = {"type": "function", "name": "weather", "parameters": {"type": "object"}}
MCP = {
    "type": "mcp",
    "server_label": "files",
    "server_url": "http://files/mcp",
    "require_approval": "always",
}
SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@pytest.fixture
def read(neighbours):
    """Return what the model has read last: roles and texts, calls as what they call."""

    def read():
        return [
            (one.role, one.content or [call.function.name for call in one.tool_calls or ()])
            for one in neighbours.model.asked[-1].messages
        ]

    return read


@pytest.fixture
async def conversation(agents):
    """A conversation."""
    made = await agents.conversations.create_conversation(m.CreateConversationRequest(), Call("/m"))
    return made.id


async def items(agents, conversation):
    """Return the types and texts of a conversation's items."""
    page = await agents.conversations.list_conversation_items(
        m.ListConversationItemsRequest(conversation_id=conversation, order="asc"), Call("/m")
    )
    return [(item.type, item.content[0].text if item.content else None) for item in page.data]


async def refused(call):
    """Return the status and the code that a call fails with."""
    with pytest.raises(FleetError) as raised:
        await call
    return raised.value.status, raised.value.code


async def test_two_responses_branch_off_one(agents, neighbours, read):
    """Users edit a question, and the older answer must not show up."""
    neighbours.model.say("Well.")
    first = await agents.ask("How are you?")
    await agents.ask("Why?", previous_response_id=first.id)

    await agents.ask("Really?", previous_response_id=first.id)

    assert [("user", "How are you?"), ("assistant", "Well."), ("user", "Really?")] == read()


async def test_a_conversation_keeps_question_and_answer_once(agents, conversation, read):
    """The next response reads both, in their order."""
    await agents.ask("One", conversation=conversation)
    await agents.ask("Two", conversation={"id": conversation})

    assert [("user", "One"), ("assistant", "Done."), ("user", "Two")] == read()
    assert [
        ("message", "One"),
        ("message", "Done."),
        ("message", "Two"),
        ("message", "Done."),
    ] == await items(agents, conversation)


@SQLITE
async def test_what_is_not_stored_is_not_added_to_its_conversation(agents, conversation):
    """`store: false` leaves nothing behind."""
    response = await agents.ask("One", conversation=conversation, store=False)

    assert [] == await items(agents, conversation)
    assert (404, "response_not_found") == await refused(agents.get(response.id))


@SQLITE
async def test_the_output_of_a_function_comes_with_the_next_request(agents, neighbours, read):
    """The loop that every SDK has."""
    neighbours.model.say(calls=[("weather", '{"city": "Oslo"}')])
    first = await agents.ask("Rain?", tools=[WEATHER])
    output = {"type": "function_call_output", "call_id": "call_0", "output": "It rains."}

    await agents.ask([output], previous_response_id=first.id, tools=[WEATHER])

    assert [("user", "Rain?"), ("assistant", ["weather"]), ("tool", "It rains.")] == read()


@SQLITE
async def test_callers_may_keep_the_history_themselves(agents, neighbours, read):
    """With `store: false` all items come back, thoughts sealed; two rounds of calls stay two rounds."""
    neighbours.model.say(thoughts="Hm.", calls=[("weather", "{}"), ("weather", '{"a": 1}')])
    asked = [{"role": "user", "content": "Rain?"}]
    sealed = {"store": False, "include": ["reasoning.encrypted_content"], "tools": [WEATHER]}
    first = await agents.asked(asked, **sealed)
    thoughts, one, two = first["output"]
    del thoughts["content"]
    outputs = [
        {"type": "function_call_output", "call_id": call["call_id"], "output": call["call_id"]}
        for call in (one, two)
    ]
    again = [{**one, "call_id": "call_9"}, {**outputs[0], "call_id": "call_9"}]

    await agents.asked([*asked, thoughts, one, two, *outputs, *again], **sealed)

    assert [
        ("user", "Rain?"),
        ("assistant", ["weather", "weather"]),
        ("tool", "call_0"),
        ("tool", "call_1"),
        ("assistant", ["weather"]),
        ("tool", "call_0"),
    ] == read()
    assert "Hm." == neighbours.model.asked[-1].messages[1].reasoning_content


@SQLITE
async def test_an_answer_stands_right_after_its_call(agents, read):
    """Model servers refuse chats where something comes between."""
    call = {"type": "function_call", "call_id": "c", "name": "weather", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c", "output": "Rain."}

    await agents.ask([call, {"role": "user", "content": "Well?"}, output])

    assert [("assistant", ["weather"]), ("tool", "Rain."), ("user", "Well?")] == read()


@SQLITE
@pytest.mark.parametrize(
    ("last", "code"),
    [
        ({"role": "user", "content": "Well?"}, "missing_tool_output"),
        ({"type": "function_call_output", "call_id": "x", "output": ""}, "unknown_call_id"),
        ({"type": "item_reference", "id": "msg_x"}, "item_not_found"),
        (
            {"type": "mcp_approval_response", "approval_request_id": "x", "approve": True},
            "approval_request_not_found",
        ),
    ],
)
async def test_what_does_not_fit_together_is_refused(agents, neighbours, last, code):
    """The error says what is missing, and nothing is left behind."""
    neighbours.model.say(calls=[("weather", "{}")])
    first = await agents.ask(tools=[WEATHER])

    assert (400, code) == await refused(agents.ask([last], previous_response_id=first.id))
    assert [first.id] == [one.id for one in await agents.kept()]


@SQLITE
async def test_arguments_that_are_no_json_do_not_break_the_next_request(agents, neighbours):
    """Model servers refuse a chat with such arguments in it, so the caller could never go on."""
    neighbours.model.say(calls=[("weather", '{"city": ')])
    first = await agents.ask(tools=[WEATHER])
    output = {"type": "function_call_output", "call_id": "call_0", "output": "Not JSON."}

    await agents.ask([output], previous_response_id=first.id)

    call = neighbours.model.asked[-1].messages[1].tool_calls[0]
    assert ('{"city": ', "{}") == (first.output[0].arguments, call.function.arguments)


@SQLITE
async def test_an_item_may_be_referred_to(agents, read):
    """One that is read anyway is not read twice."""
    first = await agents.ask("Hello")
    reference = {"type": "item_reference", "id": first.output[0].id}
    question = {"role": "user", "content": "Go on."}

    await agents.ask([reference, question], previous_response_id=first.id)

    assert [("user", "Hello"), ("assistant", "Done."), ("user", "Go on.")] == read()


async def test_an_item_of_any_kept_response_may_be_referred_to(agents, neighbours, read):
    """Some SDKs send nothing but references to what was put out before."""
    neighbours.model.say(thoughts="Hm.", calls=[("weather", "{}")])
    called = await agents.ask("Rain?", tools=[WEATHER])
    output = {"type": "function_call_output", "call_id": "call_0", "output": "It rains."}
    references = [{"type": "item_reference", "id": item.id} for item in called.output]

    await agents.ask([{"role": "user", "content": "Rain?"}, *references, output], tools=[WEATHER])

    assert [("user", "Rain?"), ("assistant", ["weather"]), ("tool", "It rains.")] == read()
    assert "Hm." == neighbours.model.asked[-1].messages[1].reasoning_content


@SQLITE
async def test_an_item_that_was_not_kept_cannot_be_referred_to(agents):
    """Nor one of a response that was deleted: its caller wants it gone."""
    response = await agents.ask("One", store=False)
    reference = {"type": "item_reference", "id": response.output[0].id}

    assert (400, "item_not_found") == await refused(agents.ask([reference]))


@SQLITE
async def test_instructions_are_not_carried_over(agents, read):
    """So that applications can swap them."""
    first = await agents.ask("One", instructions="Be brief.")

    await agents.ask("Two", previous_response_id=first.id, instructions="Be kind.")

    assert [
        ("system", "Be kind."),
        ("user", "One"),
        ("assistant", "Done."),
        ("user", "Two"),
    ] == read()


@SQLITE
async def test_a_deleted_link_of_a_chain_is_named(agents):
    """Otherwise the model would miss a part of the conversation without a word."""
    first = await agents.ask("One")
    second = await agents.ask("Two", previous_response_id=first.id)
    await agents.responses.delete_response(
        m.DeleteResponseRequest(response_id=first.id), Call("/m")
    )

    with pytest.raises(FleetError, match=first.id) as raised:
        await agents.ask("Three", previous_response_id=second.id)

    assert (404, "previous_response_not_found") == (raised.value.status, raised.value.code)


@SQLITE
async def test_a_prompt_alone_is_a_question(agents, read):
    """Stored prompts carry all but the variables."""
    prompt = await agents.prompts.create_prompt(
        m.CreatePromptRequest(prompt="Weather in {{city}}?", variables=["city"]), Call("/m")
    )

    await agents.ask(None, prompt={"id": prompt.prompt_id, "variables": {"city": "Oslo"}})

    assert [("user", "Weather in Oslo?")] == read()


@pytest.fixture
async def to_approve(agents, neighbours):
    """A response that asks whether it may read a file."""
    neighbours.tools.serve("http://files/mcp", "read")
    neighbours.tools.add("read", lambda arguments: f"read {arguments['x']}")

    async def to_approve(**fields):
        neighbours.model.say(calls=[("read", '{"x": "a"}')])
        return await agents.ask(tools=[MCP], **fields)

    return to_approve


def answer(response, *, approve, **more):
    """Return the answer to a request for approval."""
    request = response.output[-1].id
    kind = "mcp_approval_response"
    return {"type": kind, "approval_request_id": request, "approve": approve, **more}


async def test_an_approved_call_is_made_once(agents, neighbours, to_approve, read):
    """Its server's tools are known by then, and are not asked for again."""
    first = await to_approve()
    yes = answer(first, approve=True)

    second = await agents.ask([yes], previous_response_id=first.id, tools=[MCP])
    await agents.ask("More?", previous_response_id=second.id, tools=[MCP])

    assert [("read", {"x": "a"})] == neighbours.tools.calls
    assert {"http://files/mcp": 1} == neighbours.tools.listed
    assert ["mcp_call", "message"] == [item.type for item in second.output]
    assert [
        ("user", "Hi"),
        ("assistant", ["read"]),
        ("tool", "read a"),
        ("assistant", "Done."),
        ("user", "More?"),
    ] == read()
    again = agents.ask([yes], previous_response_id=second.id, tools=[MCP])
    assert (400, "approval_request_answered") == await refused(again)


async def test_an_approval_may_come_through_a_conversation(
    agents, neighbours, to_approve, conversation
):
    """The request for it is an item there."""
    first = await to_approve(conversation=conversation)

    await agents.ask([answer(first, approve=True)], conversation=conversation, tools=[MCP])
    await agents.ask("More?", conversation=conversation, tools=[MCP])

    assert [("read", {"x": "a"})] == neighbours.tools.calls
    assert ["user", "assistant", "tool", "assistant", "user"] == [
        one.role for one in neighbours.model.asked[-1].messages
    ]


@SQLITE
@pytest.mark.parametrize(
    ("changed", "listed"),
    [
        ({}, 1),
        ({"allowed_tools": ["read"]}, 2),
        ({"server_url": "http://other/mcp"}, 1),
    ],
)
async def test_a_list_of_tools_holds_for_its_server_only(agents, neighbours, changed, listed):
    """Otherwise the model would call what is not there, or what it may not."""
    neighbours.tools.serve("http://files/mcp", "read", "write")
    neighbours.tools.serve("http://other/mcp", "look")
    first = await agents.ask(tools=[MCP])

    await agents.ask(previous_response_id=first.id, tools=[{**MCP, **changed}])

    offered = [tool.function.name for tool in neighbours.model.asked[-1].tools]
    wanted = (
        ["look"] if "server_url" in changed else changed.get("allowed_tools", ["read", "write"])
    )
    assert (wanted, listed) == (offered, neighbours.tools.listed["http://files/mcp"])


@SQLITE
async def test_callers_that_send_all_items_do_not_have_an_approved_call_made_again(
    agents, neighbours, to_approve
):
    """Such callers repeat the approval with each request."""
    first = await to_approve(store=False)
    items = [{"role": "user", "content": "Hi"}, *as_json(first), answer(first, approve=True)]
    second = await agents.ask(items, tools=[MCP], store=False)

    await agents.ask([*items, *as_json(second)], tools=[MCP], store=False)

    assert [("read", {"x": "a"})] == neighbours.tools.calls


@SQLITE
async def test_a_call_that_is_declined_is_not_made_and_the_model_knows(
    agents, neighbours, to_approve
):
    """Later responses know it too."""
    first = await to_approve()
    no = answer(first, approve=False, reason="Too private.")

    second = await agents.ask([no], previous_response_id=first.id, tools=[MCP])
    await agents.ask("And now?", previous_response_id=second.id, tools=[MCP])

    assert [] == neighbours.tools.calls
    for asked in neighbours.model.asked[1:]:
        assert "Too private." in asked.messages[2].content


@SQLITE
async def test_a_request_for_approval_may_be_left_unanswered(agents, to_approve, read):
    """The user has changed their mind."""
    first = await to_approve()

    await agents.ask("Forget it.", previous_response_id=first.id, tools=[MCP])

    assert [("user", "Hi"), ("user", "Forget it.")] == read()


@SQLITE
async def test_an_approval_of_a_tool_that_is_not_there_any_more_is_refused(agents, to_approve):
    """The caller left it out."""
    first = await to_approve()

    call = agents.ask([answer(first, approve=True)], previous_response_id=first.id)

    assert (400, "approved_tool_not_found") == await refused(call)


def as_json(response):
    """Return the output of a response as the JSON that callers send back."""
    return json.loads(msgspec.json.encode(response.output))
