"""Running tools: by whatever name, with checked arguments, in bounded time and size."""

import asyncio
import json

import msgspec
import pytest

from fleet.tools.v1 import messages as m
from fleet.tools.v1.operations import ToolRuntimeServiceClient
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError

pytestmark = pytest.mark.slow


def call():
    return Call("/test")


async def invoke(service, tool, arguments=None, **more):
    kwargs = msgspec.Raw(json.dumps(arguments or {}).encode())
    request = m.InvokeToolRequest(tool_name=tool, kwargs=kwargs, **more)
    return await service.runtime.invoke_tool(request, call())


async def refusal(awaitable):
    with pytest.raises(FleetError) as caught:
        await awaitable
    return caught.value


@pytest.mark.parametrize(
    "way",
    [
        {},
        {"tool_name": "mcp::fake/add"},
        {"toolgroup_id": "mcp::fake"},
        {"connector_id": "fake"},
        {"mcp_endpoint": True},
    ],
)
async def test_a_tool_is_run_however_it_is_named(service, fake, way):
    """By its name, its group, a connector or a server."""
    way = {"tool_name": "add", **way}
    if "mcp_endpoint" in way:
        way["mcp_endpoint"] = m.McpEndpoint(uri=fake.url)
    result = await invoke(service, way.pop("tool_name"), {"a": 1, "b": 2}, **way)

    assert [m.ToolContent(type="text", text="3")] == result.content
    assert {"structured_content": {"result": 3}} == json.loads(bytes(result.metadata))
    assert (None, None) == (result.error_message, result.error_code)


async def test_only_one_place_may_be_named(service, fake):
    """Else nobody could tell which is meant."""
    error = await refusal(invoke(service, "add", toolgroup_id="mcp::fake", connector_id="fake"))

    assert 400 == error.status


@pytest.mark.parametrize(
    ("way", "code"),
    [
        ({"toolgroup_id": "none"}, "toolgroup_not_found"),
        ({"connector_id": "none"}, "connector_not_found"),
        ({}, "tool_not_found"),
    ],
)
async def test_what_is_not_there_is_not_found(service, way, code):
    """A group, a connector or a tool."""
    error = await refusal(invoke(service, "nothing", **way))

    assert (404, code) == (error.status, error.code)


@pytest.mark.parametrize(
    ("arguments", "field", "words"),
    [
        ({"a": 1}, "kwargs.b", "is required"),
        ({"a": "1", "b": 2}, "kwargs.a", "must be an integer"),
        ({"a": 1.5, "b": 2}, "kwargs.a", "must be an integer"),
    ],
)
async def test_wrong_arguments_are_told_and_the_tool_is_not_run(
    service, fake, arguments, field, words
):
    """The model, or its caller, sees which one it is."""
    error = await refusal(invoke(service, "add", arguments))

    assert (400, "invalid_tool_arguments", field) == (error.status, error.code, error.param)
    assert words in error.message
    assert [] == fake.calls


async def test_arguments_are_an_object(service):
    """Anything else has no names."""
    request = m.InvokeToolRequest(tool_name="add", kwargs=msgspec.Raw(b"[1]"))
    error = await refusal(service.runtime.invoke_tool(request, call()))

    assert (400, "kwargs") == (error.status, error.param)


async def test_a_tool_that_fails_is_an_answer(service):
    """It is for the model to read."""
    result = await invoke(service, "fail", {"reason": "no more paper"})

    assert "no more paper" in result.error_message
    assert 1 == result.error_code


async def test_an_image_comes_with_its_type(service):
    """Models are told what it is."""
    [image] = (await invoke(service, "picture")).content

    assert "image" == image.type
    assert image.image.url.uri.startswith("data:image/png;base64,iVBOR")


async def test_a_long_result_is_cut_with_a_note(config, start):
    """A model cannot read it, and must know that there was more."""
    async with start(config(limits={"max_result_bytes": 1000})) as service:
        result = await invoke(service, "huge", {"size": 5000})
        short = await invoke(service, "huge", {"size": 1000})

    [text] = result.content
    assert text.text.startswith("x" * 1000 + "\n[The tool gave 5000 bytes")
    assert {"truncated": True} == json.loads(bytes(result.metadata))
    assert "x" * 1000 == short.content[0].text


async def test_an_image_that_is_too_large_is_left_out(config, start):
    """The model is told that there was one."""
    async with start(config(limits={"max_image_bytes": 10})) as service:
        [note] = (await invoke(service, "picture")).content

    assert "too large" in note.text


async def test_a_tool_that_takes_too_long_is_stopped(config, start, fake, eventually):
    """However often it says that it is still at work."""
    async with start(config(limits={"call_seconds": 0.5})) as service:
        error = await refusal(invoke(service, "wait"))

        assert (504, "tool_timeout") == (error.status, error.code)
        assert ["wait"] == await eventually(lambda: stopped(fake))


async def stopped(fake):
    return fake.stopped


async def started(fake):
    return fake.started


async def test_a_caller_who_hangs_up_stops_the_tool(service, fake, eventually):
    """Through the service, and to the tool's server."""
    task = asyncio.create_task(invoke(service, "wait"))
    await eventually(lambda: started(fake))
    task.cancel()
    await asyncio.wait([task])

    assert ["wait"] == await eventually(lambda: stopped(fake))


async def test_a_tool_runs_once_though_clients_try_again(service, fake, monkeypatch):
    """What a client of the fleet tries again is only what was not done."""
    monkeypatch.setenv("FLEET_ADDRESSES", f"tools={service.address}")
    channel = Channel("tools")
    fake.hang_up = True
    try:
        kwargs = msgspec.Raw(b'{"a": 1, "b": 2}')
        request = m.InvokeToolRequest(tool_name="add", kwargs=kwargs)
        error = await refusal(ToolRuntimeServiceClient(channel).invoke_tool(request, call()))
    finally:
        await channel.aclose()

    assert 502 == error.status
    assert ["add"] == fake.calls


async def test_tools_are_listed_wherever_they_are(service, fake):
    """Of a group, a connector or a server; else of all groups."""

    async def names(**way):
        request = m.ListRuntimeToolsRequest(**way)
        return [
            (tool.toolgroup_id, tool.name)
            for tool in (await service.runtime.list_runtime_tools(request, call())).data
        ]

    assert ("mcp::fake", "add") == (await names(tool_group_id="mcp::fake"))[0]
    assert (None, "add") == (await names(connector_id="fake"))[0]
    assert (None, "add") == (await names(mcp_endpoint=m.McpEndpoint(uri=fake.url)))[0]
    assert ("builtin::wolfram_alpha", "wolfram_alpha") == (await names())[-1]


async def test_a_token_goes_to_the_groups_server_alone(service, fake):
    """And a tool is found whose server lets nobody else ask, once somebody has."""
    fake.token = "sesame"
    error = await refusal(invoke(service, "add", {"a": 1, "b": 2}, authorization="sesame"))
    assert (502, "tools_not_listed") == (error.status, error.code)
    assert "mcp::fake" in error.message

    request = m.ListRuntimeToolsRequest(tool_group_id="mcp::fake", authorization="sesame")
    await service.runtime.list_runtime_tools(request, call())
    result = await invoke(service, "add", {"a": 1, "b": 2}, authorization="sesame")

    assert "3" == result.content[0].text


async def test_a_servers_refusal_of_the_callers_token_is_a_401(service, fake):
    """The caller can do something about it; ours would be a 502."""
    fake.token = "sesame"
    error = await refusal(
        invoke(service, "add", {"a": 1, "b": 2}, toolgroup_id="mcp::fake", authorization="wrong")
    )

    assert (401, "mcp_unauthorized") == (error.status, error.code)


async def test_a_server_that_a_caller_names_must_be_public(config, start, fake):
    """That the config names the same one changes nothing for callers."""
    settings = config()
    settings["providers"][0]["config"] = {}
    async with start(settings) as service:
        named = invoke(service, "add", mcp_endpoint=m.McpEndpoint(uri=fake.url))
        error = await refusal(named)
        assert (400, "address_not_allowed") == (error.status, error.code)
        assert [] == fake.requests
        assert (await invoke(service, "add", {"a": 1, "b": 2}, connector_id="fake")).content
