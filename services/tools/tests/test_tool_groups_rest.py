"""Tool groups, tools and connectors as REST callers of Llama Stack 0.6.1 and 0.7.3 see them, through the gateway."""

import asyncio
import json
from urllib.parse import quote, urlencode

import pytest
import pytest_asyncio

from fleet_runtime.store import DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.mcp_servers import mcp_server
from fleet_tools.config import SCHEMA

# To start the gateway takes longer than all that it is asked here.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(config_for, start, gateway_before, tmp_path_factory):
    """A tools server, and the gateway before a service with a store."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/tools.sqlite"
    await bring_up_to_date(DatabaseConfig(url=url), SCHEMA, "fleet_tools.migrations")
    store = {"database": {"url": url}}
    async with (
        mcp_server() as fake,
        start(config_for(fake, store=store)) as service,
        gateway_before(service) as gateway,
    ):
        yield fake, gateway


@pytest_asyncio.fixture(loop_scope="module")
async def fake(running):
    return running[0]


@pytest_asyncio.fixture(loop_scope="module")
async def ask(running):
    """Return what asks the gateway, and returns status and body."""

    async def ask(method, path, body=None):
        sent = None if body is None else json.dumps(body)
        headers = {"content-type": "application/json"}
        answer = await asyncio.to_thread(running[1].call, method, path, sent, headers)
        return answer.status, answer.json() if answer.body else None

    return ask


async def test_a_group_is_registered_got_and_taken_away(ask, fake):
    """As llama-stack-client does: 204 where there is nothing to say."""
    group = {
        "toolgroup_id": "mcp::mine",
        "provider_id": "mcp",
        "mcp_endpoint": {"uri": fake.url},
        "args": {"a": [1]},
    }
    assert (204, None) == await ask("POST", "/v1/toolgroups", group)
    expected = {
        "identifier": "mcp::mine",
        "provider_resource_id": "mcp::mine",
        "provider_id": "mcp",
        "type": "tool_group",
        "mcp_endpoint": {"uri": fake.url},
        "args": {"a": [1]},
    }
    assert (200, expected) == await ask("GET", "/v1/toolgroups/mcp::mine")
    assert (200, expected) == await ask("GET", f"/v1/toolgroups/{quote('mcp::mine', safe='')}")
    assert (204, None) == await ask("DELETE", "/v1/toolgroups/mcp::mine")
    status, body = await ask("GET", "/v1/toolgroups/mcp::mine")
    assert (404, "toolgroup_not_found") == (status, body["error"]["code"])


async def test_what_a_group_lacks_is_null(ask):
    """Clients of the time read the fields without looking whether they are there."""
    _, body = await ask("GET", "/v1/toolgroups/builtin::wolfram_alpha")

    assert body["mcp_endpoint"] is body["args"] is None


async def test_tools_have_schemas_as_json(ask):
    """Not as texts that hold JSON."""
    status, body = await ask("GET", "/v1/tools?toolgroup_id=mcp::fake")
    add = body["data"][0]

    assert 200 == status
    assert ("mcp::fake", "add", "Add two numbers.") == (
        add["toolgroup_id"],
        add["name"],
        add["description"],
    )
    assert {"a", "b"} == set(add["input_schema"]["properties"])
    assert {"result"} == set(add["output_schema"]["properties"])


async def test_tools_are_told_as_callers_before_schemas_know_them(ask):
    """The Swift and Kotlin SDKs read these fields, and fail without them."""
    _, body = await ask("GET", "/v1/tools?toolgroup_id=mcp::fake")
    add = body["data"][0]

    assert ("add", "tool", "mcp") == (add["identifier"], add["type"], add["provider_id"])
    assert {
        "name": "a",
        "parameter_type": "integer",
        "description": "",
        "required": True,
        "default": None,
    } == add["parameters"][0]


@pytest.mark.parametrize("path", ["/v1/tools/add", "/v1/tools/mcp::fake/add"])
async def test_a_tool_is_found_by_its_path(ask, path):
    """Names may hold colons and slashes."""
    status, body = await ask("GET", path)

    assert (200, "add") == (status, body["name"])


async def test_a_tool_is_invoked(ask):
    """With what it gave for the model, and for the caller."""
    status, body = await ask(
        "POST", "/v1/tool-runtime/invoke", {"tool_name": "add", "kwargs": {"a": 1, "b": 2}}
    )

    assert 200 == status
    assert {
        "content": [{"type": "text", "text": "3"}],
        "error_message": None,
        "error_code": None,
        "metadata": {"structured_content": {"result": 3}},
    } == body


async def test_a_wrong_argument_is_named(ask):
    """As OpenAI's errors name what is wrong."""
    status, body = await ask(
        "POST", "/v1/tool-runtime/invoke", {"tool_name": "add", "kwargs": {"a": 1}}
    )

    assert (400, "kwargs.b") == (status, body["error"]["param"])


async def test_the_tools_of_a_server_are_listed_by_its_address(ask, fake):
    """In the query, as clients write what is nested."""
    query = urlencode({"mcp_endpoint[uri]": fake.url})
    status, body = await ask("GET", f"/v1/tool-runtime/list-tools?{query}")

    assert 200 == status
    assert (None, "add") == (body["data"][0]["toolgroup_id"], body["data"][0]["name"])


@pytest.mark.parametrize("root", ["/v1beta", "/v1alpha", "/v1alpha/admin"])
async def test_connectors_are_where_each_version_had_them(ask, root):
    """Versions moved them."""
    _, listed = await ask("GET", f"{root}/connectors")
    _, connector = await ask("GET", f"{root}/connectors/fake")
    _, tools = await ask("GET", f"{root}/connectors/fake/tools")
    _, tool = await ask("GET", f"{root}/connectors/fake/tools/add")

    assert ["fake"] == [each["connector_id"] for each in listed["data"]]
    assert listed["data"][0]["server_name"] is None
    assert "A fake" == connector["server_name"]
    assert tools["data"][0] == tool
