"""The operations on connectors: MCP servers that the config names."""

from fleet.tools.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer
from fleet_tools.asked import credentials
from fleet_tools.catalogue import Catalogue
from fleet_tools.config import ConnectorConfig
from fleet_tools.definitions import definition
from fleet_tools.origins import Origin, Origins
from fleet_tools.provider import About


class ConnectorOperations:
    """Says which connectors there are, and what their servers have.

    Args:
        origins: The connectors, and where their tools come from.
        catalogue: The tools.
    """

    def __init__(self, origins: Origins, catalogue: Catalogue) -> None:
        self._origins = origins
        self._catalogue = catalogue

    async def list_connectors(
        self, request: m.ListConnectorsRequest, call: Call
    ) -> Answer[m.ConnectorList]:
        """List all connectors, without asking their servers."""
        del request, call
        nothing = About(None, None, None)
        return m.ConnectorList(data=[_told(each, nothing) for each in self._origins.connectors])

    async def get_connector(
        self, request: m.GetConnectorRequest, call: Call
    ) -> Answer[m.Connector]:
        """Get one connector, with what its server says of itself."""
        connector = self._origins.connector(request.connector_id)
        origin = self._origin(request.connector_id, request.authorization)
        _, provider = self._origins.servers()
        return _told(connector, await provider.about(origin.source, call))

    async def list_connector_tools(
        self, request: m.ListConnectorToolsRequest, call: Call
    ) -> Answer[m.ToolDefList]:
        """List the tools of a connector's server."""
        origin = self._origin(request.connector_id, request.authorization)
        tools = await self._catalogue.tools(origin, call)
        return m.ToolDefList(data=[definition(tool, origin) for tool in tools])

    async def get_connector_tool(
        self, request: m.GetConnectorToolRequest, call: Call
    ) -> Answer[m.ToolDef]:
        """Get a tool of a connector's server."""
        origin = self._origin(request.connector_id, request.authorization)
        return definition(await self._catalogue.tool(origin, request.tool_name, call), origin)

    def _origin(self, connector_id: str, authorization: str | None) -> Origin:
        connector = self._origins.connector(connector_id)
        return self._origins.of_connector(connector, credentials(None, authorization))


def _told(connector: ConnectorConfig, about: About) -> m.Connector:
    """Return a connector as callers see it."""
    return m.Connector(
        connector_id=connector.connector_id,
        url=connector.url,
        server_label=connector.server_label,
        server_name=about.name,
        server_description=about.description,
        server_version=about.version,
    )
