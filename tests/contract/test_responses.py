"""Responses and agents, by the SDKs that programs use, each in a loop of its own."""

import pytest

pytestmark = pytest.mark.timeout(900)  # the first test waits for the fleet, and for pip


@pytest.fixture(params=["openai-2", "openai-3"])
def seen(request, play_agents, side):
    """What OpenAI's SDK saw in each scenario."""
    return play_agents(request.param, "responses_with_openai", side.name)


def test_text(seen, side):
    """The plainest request there is, and what is kept of it."""
    found = seen["text"]

    assert ("response", side.chat) == (found["object"], found["model"])
    assert found["status"] in ("completed", "incomplete")
    assert found["said"]
    assert found["usage"]
    assert found["got"]
    assert ["Hello there"] == found["asked"]


def test_a_stream_says_the_same(seen):
    """The SDK puts the answer together from the events."""
    found = seen["stream"]

    assert found["numbers"]
    assert found["same"]
    assert "response.created" == found["first"]
    assert found["last"] in ("response.completed", "response.incomplete")


def test_going_on(seen):
    """Two may go on from one; what was deleted, or never was, is not found."""
    found = seen["goes_on"]

    assert found["previous"]
    assert ("NotFoundError", "response_not_found") == _error(found["after"])
    assert ("NotFoundError", "previous_response_not_found") == _error(found["unknown"])


def test_functions(seen):
    """The caller runs them; a call without its output is a mistake."""
    found = seen["function"]

    assert [["function_call", "say"]] == found["calls"]
    assert found["arguments"]
    assert found["said"]
    assert ("BadRequestError", "missing_tool_output") == _error(found["without"])


def test_structured_output(seen):
    """The SDK parses it into a model of the caller's."""
    assert seen["structured"]


def test_conversations(seen):
    """Question and answer are added, in order."""
    found = seen["conversation"]

    assert ["user", "assistant", "user", "assistant"] == found["roles"]
    assert 404 == found["after"]["status_code"]


def test_background(seen):
    """It is made whether anybody waits or not, and can be followed from anywhere."""
    found = seen["background"]

    assert "queued" == found["begun"]
    assert found["ended"]
    assert found["again"]


def test_errors(seen):
    """An unknown model is the caller's mistake."""
    assert ("NotFoundError", "model_not_found") == _error(seen["error"])


def test_websockets(play_agents, side):
    """One connection for many turns, the last of which it remembers though nothing is stored."""
    found = play_agents("openai-3", "responses_over_websocket", side.name)["turns"]

    assert "response.created" == found["types"][0]
    assert set(found["types"][1:]) <= {"response.completed", "response.incomplete"}
    assert found["numbers"]
    assert found["previous"]
    assert ["error", "previous_response_not_found"] == found["refused"]


def test_the_openai_agents_sdk(play_agents):
    """Its loop runs over a model that calls a tool, and then answers from what that gave."""
    found = play_agents("openai-agents", "with_openai_agents", "remote")

    assert [["hello"], "Said hello"] == found["own_tool"]
    assert ["Said hello", True] == [
        found["streamed"][1],
        "raw_response_event" in found["streamed"][0],
    ]
    assert [["mcp_list_tools", "mcp_call", "message"], "Said hello"] == found["mcp_tool"]


def test_langgraph(play_agents):
    """Its agents speak the Responses API when they are told to."""
    found = play_agents("langchain", "with_langgraph", "remote")

    assert [["hello"], ["human", "ai", "tool", "ai"], "Said hello"] == found["loop"]
    assert ["human", "ai", "tool", "ai"] * 2 == found["remembered"]


def test_the_agent_helper_of_llama_stack_client(play_agents):
    """It keeps its sessions as conversations."""
    found = play_agents("llama-stack-client", "agents_with_llama_stack", "remote")

    assert [True, True] == found["plain"]
    assert [["hello"], '"Said hello"'] == found["own_tool"]  # it writes what a tool gives as JSON
    assert ["TurnStarted", "TurnCompleted"] == found["streamed"]


def _error(told):
    return told["class"], told["code"]
