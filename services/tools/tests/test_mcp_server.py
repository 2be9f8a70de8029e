"""The fleet as an MCP server, asked by the official SDK's client through the gateway."""

import asyncio
import json

import msgspec
import pytest
import pytest_asyncio
from mcp import Client, MCPError

from fleet.tools.v1 import messages as m
from fleet_runtime.call import Call
from fleet_testing.mcp_servers import mcp_server
from fleet_tools.mcp_server.service import PAGE

# To start the gateway takes longer than all that it is asked here.
pytestmark = pytest.mark.asyncio(loop_scope="module")

GROUP = "/v1/mcp/mcp::fake"
LATEST = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": LATEST,
    "io.modelcontextprotocol/clientCapabilities": {},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(config_for, start, gateway_before):
    """A tools server, the service, and the gateway before it."""
    async with (
        mcp_server() as fake,
        start(config_for(fake)) as service,
        gateway_before(service) as gateway,
    ):
        yield fake, service, gateway


@pytest_asyncio.fixture(loop_scope="module")
async def fake(running):
    running[0].calls.clear()
    running[0].started.clear()
    running[0].stopped.clear()
    return running[0]


@pytest_asyncio.fixture(loop_scope="module")
async def service(running):
    return running[1]


@pytest_asyncio.fixture(loop_scope="module")
async def gateway(running):
    return running[2]


async def post(gateway, message, headers=None, path=GROUP):
    headers = {"content-type": "application/json", **(headers or {})}
    body = message if isinstance(message, str) else json.dumps({"jsonrpc": "2.0", **message})
    return await asyncio.to_thread(gateway.call, "POST", path, body, headers)


async def rpc(gateway, method, params=None, headers=None):
    message = {"id": 1, "method": method} | ({} if params is None else {"params": params})
    answer = await post(gateway, message, headers)
    assert 200 == answer.status, answer.body
    assert "application/json" == answer.headers["content-type"]
    return answer.json()


@pytest.mark.parametrize("mode", ["auto", "legacy", LATEST])
async def test_the_sdks_client_lists_and_runs_tools(gateway, mode):
    """In the revision that needs no session, and in those that open with `initialize`."""
    async with Client(f"http://{gateway.target}{GROUP}", mode=mode) as client:
        tools = (await client.list_tools()).tools
        result = await client.call_tool("add", {"a": 1, "b": 2})
        failed = await client.call_tool("fail", {"reason": "no more paper"})
        picture = await client.call_tool("picture", {})
        version = client.protocol_version

    assert ("2025-11-25" if mode == "legacy" else LATEST) == version
    assert "add" == tools[0].name
    assert {"result": 3} == result.structured_content
    assert failed.is_error
    assert "no more paper" in failed.content[0].text
    assert "image/png" == picture.content[0].mime_type


async def test_wrong_arguments_are_for_the_model_to_read(gateway, fake):
    """The protocol has it so: the model corrects itself. An unknown tool is the client's mistake."""
    async with Client(f"http://{gateway.target}{GROUP}") as client:
        result = await client.call_tool("add", {"a": 1})
        with pytest.raises(MCPError) as unknown:
            await client.call_tool("nothing", {})

    assert result.is_error
    assert "argument 'b' is required" in result.content[0].text
    assert -32602 == unknown.value.code
    assert [] == fake.calls


async def test_each_group_is_a_server_of_its_own(gateway):
    """A client sees the tools that it was sent to."""
    async with Client(f"http://{gateway.target}/v1/mcp/builtin::wolfram_alpha") as client:
        tools = (await client.list_tools()).tools

    assert ["wolfram_alpha"] == [tool.name for tool in tools]


async def test_a_group_that_is_not_there_is_a_404(gateway):
    """No JSON-RPC: there is nobody who could speak it."""
    answer = await post(gateway, {"id": 1, "method": "ping"}, path="/v1/mcp/none")

    assert (404, "toolgroup_not_found") == (answer.status, answer.json()["error"]["code"])


async def test_a_ping_is_answered_with_its_id(gateway):
    """Numbers stay numbers, and texts texts."""
    assert {"jsonrpc": "2.0", "id": 1, "result": {}} == await rpc(gateway, "ping")
    answer = await post(gateway, {"id": "a-1", "method": "ping"})

    assert {"jsonrpc": "2.0", "id": "a-1", "result": {}} == answer.json()


@pytest.mark.parametrize(
    "message",
    [
        {"method": "notifications/initialized"},
        {"method": "notifications/cancelled", "params": {"requestId": 1}},
        {"id": 1, "result": {}},
    ],
)
async def test_what_wants_no_answer_gets_none(gateway, message):
    """As the transport has it: 202, and no body."""
    answer = await post(gateway, message)

    assert (202, b"") == (answer.status, answer.body)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("resources/list", None, -32601),
        ("server/discover", None, -32601),
        ("tools/call", {"name": 1}, -32602),
        ("tools/call", {"name": "add", "arguments": []}, -32602),
        ("tools/call", {}, -32602),
        ("tools/list", {"cursor": "x"}, -32602),
        ("tools/list", [1], -32602),
    ],
)
async def test_wrong_requests_are_json_rpc_errors(gateway, method, params, code):
    """With the number that clients know them by."""
    answer = await rpc(gateway, method, params)

    assert code == answer["error"]["code"]
    assert 1 == answer["id"]


@pytest.mark.parametrize(
    ("asked", "agreed"),
    [("2024-11-05", "2024-11-05"), ("2025-06-18", "2025-06-18"), ("1999-01-01", "2025-11-25")],
)
async def test_the_revision_is_the_clients_if_it_is_known(gateway, asked, agreed):
    """Else our latest, and the client decides."""
    params = {
        "protocolVersion": asked,
        "capabilities": {},
        "clientInfo": {"name": "a", "version": "1"},
    }
    result = (await rpc(gateway, "initialize", params))["result"]

    assert agreed == result["protocolVersion"]
    assert {"tools": {}} == result["capabilities"]
    assert ("llama-fleet", "mcp::fake") == (
        result["serverInfo"]["name"],
        result["serverInfo"]["title"],
    )


async def test_a_revision_that_nobody_speaks_here_is_refused_with_those_that_are(gateway):
    """The client chooses another."""
    answer = await rpc(gateway, "tools/list", headers={"mcp-protocol-version": "2099-01-01"})

    assert -32022 == answer["error"]["code"]
    assert LATEST in answer["error"]["data"]["supported"]


@pytest.mark.parametrize(
    "headers",
    [
        {"mcp-protocol-version": "2025-11-25", "mcp-method": "tools/call", "mcp-name": "add"},
        {"mcp-protocol-version": LATEST, "mcp-method": "tools/list", "mcp-name": "add"},
        {"mcp-protocol-version": LATEST, "mcp-method": "tools/call", "mcp-name": "fail"},
        {"mcp-protocol-version": LATEST, "mcp-method": "tools/call"},
    ],
)
async def test_headers_must_say_what_the_request_says(gateway, fake, headers):
    """Whoever stands between decides by them, and must not be fooled."""
    params = {"name": "add", "arguments": {"a": 1, "b": 2}, "_meta": META}
    answer = await rpc(gateway, "tools/call", params, headers)

    assert -32020 == answer["error"]["code"]
    assert [] == fake.calls


async def test_an_envelope_must_be_whole(gateway):
    """It says in each request what `initialize` said once."""
    headers = {"mcp-protocol-version": LATEST, "mcp-method": "tools/list"}
    answer = await rpc(gateway, "tools/list", {}, headers)

    assert -32602 == answer["error"]["code"]


async def test_long_lists_come_in_pages(config_for, start):
    """Each says where the next one begins."""

    async def page(service, cursor):
        params = msgspec.Raw(json.dumps({"cursor": cursor} if cursor else {}).encode())
        request = m.McpMessage(
            toolgroup_id="mcp::fake", id=msgspec.Raw(b"1"), method="tools/list", params=params
        )
        answer = await service.mcp.exchange_mcp_message(request, Call("/test"))
        return json.loads(bytes(answer.result))

    async with mcp_server() as fake, start(config_for(fake)) as service:
        for number in range(PAGE):
            fake.add_tool(f"tool-{number}")
        first = await page(service, None)
        second = await page(service, first["nextCursor"])

    assert PAGE == len(first["tools"])
    assert f"tool-{PAGE - 1}" == second["tools"][-1]["name"]
    assert "nextCursor" not in second


async def test_a_tools_server_that_fails_is_an_internal_error(gateway, fake):
    """With the status that a caller of the REST API would get; and the tool ran once."""
    await rpc(gateway, "tools/list")
    fake.hang_up = True
    answer = await rpc(gateway, "tools/call", {"name": "add", "arguments": {"a": 1, "b": 2}})

    assert (-32603, 502) == (answer["error"]["code"], answer["error"]["data"]["status"])
    assert ["add"] == fake.calls


async def test_a_client_that_hangs_up_stops_the_tool(gateway, fake, eventually):
    """That is how it is cancelled here: there is no session in which to say so."""

    async def started():
        return fake.started

    async def stopped():
        return fake.stopped

    async with Client(f"http://{gateway.target}{GROUP}") as client:
        task = asyncio.create_task(client.call_tool("wait", {}))
        await eventually(started)
        task.cancel()
        await asyncio.wait([task])
        assert ["wait"] == await eventually(stopped)


async def test_grpc_callers_exchange_the_same_messages(service):
    """They have no headers, and need none."""

    def message(**fields):
        return m.McpMessage(toolgroup_id="mcp::fake", **fields)

    asked = message(id=msgspec.Raw(b"7"), method="tools/list")
    answer = await service.mcp.exchange_mcp_message(asked, Call("/test"))
    nothing = await service.mcp.exchange_mcp_message(
        message(method="notifications/initialized"), Call("/test")
    )

    assert b"7" == bytes(answer.id)
    assert "add" == json.loads(bytes(answer.result))["tools"][0]["name"]
    assert nothing is None
