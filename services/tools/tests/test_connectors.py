"""Connectors: MCP servers that the config names."""

import pytest

from fleet.tools.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError


def call():
    return Call("/test")


async def test_connectors_are_listed_without_asking_their_servers(service, fake):
    """One that is away is still known."""
    [connector] = (await service.connectors.list_connectors(m.ListConnectorsRequest(), call())).data

    assert ("fake", fake.url, "mcp") == (
        connector.connector_id,
        connector.url,
        connector.connector_type,
    )
    assert ("a label", None) == (connector.server_label, connector.server_name)
    assert [] == fake.requests


async def test_a_connector_says_what_its_server_is(service):
    """People who choose among them read it."""
    request = m.GetConnectorRequest(connector_id="fake")
    connector = await service.connectors.get_connector(request, call())

    assert ("A fake", "For tests.", "1.2.3") == (
        connector.server_name,
        connector.server_description,
        connector.server_version,
    )


async def test_the_tools_of_a_connector_are_listed_and_found(service):
    """They belong to no group."""
    listed = await service.connectors.list_connector_tools(
        m.ListConnectorToolsRequest(connector_id="fake"), call()
    )
    tool = await service.connectors.get_connector_tool(
        m.GetConnectorToolRequest(connector_id="fake", tool_name="add"), call()
    )

    assert tool == listed.data[0]
    assert (None, "add") == (tool.toolgroup_id, tool.name)


async def test_a_token_goes_to_the_connectors_server(service, fake):
    """It is the caller's, who may be let in where others are not."""
    fake.token = "sesame"
    request = m.ListConnectorToolsRequest(connector_id="fake", authorization="sesame")
    found = await service.connectors.list_connector_tools(request, call())

    assert found.data
    with pytest.raises(FleetError) as caught:
        await service.connectors.get_connector(m.GetConnectorRequest(connector_id="fake"), call())
    assert (400, "missing_authorization") == (caught.value.status, caught.value.code)


async def test_what_is_not_there_is_named(service):
    """A connector, or a tool of one."""
    with pytest.raises(FleetError, match="'none'") as no_connector:
        await service.connectors.get_connector(m.GetConnectorRequest(connector_id="none"), call())
    request = m.GetConnectorToolRequest(connector_id="fake", tool_name="none")
    with pytest.raises(FleetError, match="'none'") as no_tool:
        await service.connectors.get_connector_tool(request, call())

    assert (404, "connector_not_found") == (no_connector.value.status, no_connector.value.code)
    assert (404, "tool_not_found") == (no_tool.value.status, no_tool.value.code)
