"""The operations on tool groups, and on their tools."""

import msgspec

from fleet.tools.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer
from fleet_tools.asked import json_object
from fleet_tools.catalogue import Catalogue
from fleet_tools.definitions import definition
from fleet_tools.group import ToolGroup
from fleet_tools.origins import NONE, Origins


class ToolGroupOperations:
    """Says which tool groups and tools there are, and takes new groups.

    Args:
        origins: The groups, and where their tools come from.
        catalogue: The tools.
    """

    def __init__(self, origins: Origins, catalogue: Catalogue) -> None:
        self._origins = origins
        self._groups = origins.groups
        self._catalogue = catalogue

    async def list_tool_groups(
        self, request: m.ListToolGroupsRequest, call: Call
    ) -> Answer[m.ToolGroupList]:
        """List all groups."""
        del request, call
        return m.ToolGroupList(data=[_told(group) for group in self._groups.all()])

    async def register_tool_group(self, request: m.RegisterToolGroupRequest, call: Call) -> None:
        """Register a group."""
        del call
        group = ToolGroup(
            request.toolgroup_id,
            request.provider_id,
            request.mcp_endpoint.uri if request.mcp_endpoint else None,
            json_object(request.args, "args"),
        )
        self._origins.check(group)
        await self._groups.add(group)

    async def get_tool_group(
        self, request: m.GetToolGroupRequest, call: Call
    ) -> Answer[m.ToolGroup]:
        """Get one group."""
        del call
        return _told(await self._groups.get(request.toolgroup_id))

    async def unregister_tool_group(
        self, request: m.UnregisterToolGroupRequest, call: Call
    ) -> None:
        """Take a registered group away."""
        del call
        await self._groups.remove(request.toolgroup_id)

    async def list_tools(self, request: m.ListToolsRequest, call: Call) -> Answer[m.ToolDefList]:
        """List the tools of one group, or of all."""
        if request.toolgroup_id is None:
            found = await self._catalogue.everywhere(call)
            return m.ToolDefList(data=[definition(tool, origin) for origin, tool in found])
        origin = self._origins.of_group(await self._groups.get(request.toolgroup_id))
        tools = await self._catalogue.tools(origin, call)
        return m.ToolDefList(data=[definition(tool, origin) for tool in tools])

    async def get_tool(self, request: m.GetToolRequest, call: Call) -> Answer[m.ToolDef]:
        """Get one tool."""
        name = request.tool_name
        if request.toolgroup_id is None:
            origin, name = await self._catalogue.find(name, NONE, call)
        else:
            origin = self._origins.of_group(await self._groups.get(request.toolgroup_id))
        return definition(await self._catalogue.tool(origin, name, call), origin)


def _told(group: ToolGroup) -> m.ToolGroup:
    """Return a group as callers see it."""
    return m.ToolGroup(
        identifier=group.id,
        provider_resource_id=group.id,
        provider_id=group.provider,
        mcp_endpoint=None if group.uri is None else m.McpEndpoint(uri=group.uri),
        args=msgspec.Raw(msgspec.json.encode(group.args) if group.args else b"null"),
    )
