"""The operations on tools that run."""

from fleet.tools.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer
from fleet_tools.asked import credentials, json_object
from fleet_tools.catalogue import Catalogue
from fleet_tools.definitions import definition
from fleet_tools.origins import Origins
from fleet_tools.results import answer
from fleet_tools.runtime import ToolRunner


class ToolRuntimeOperations:
    """Runs tools, and lists those that can be run.

    Args:
        origins: Where tools come from.
        catalogue: Which there are.
        runner: Who runs them.
    """

    def __init__(self, origins: Origins, catalogue: Catalogue, runner: ToolRunner) -> None:
        self._origins = origins
        self._catalogue = catalogue
        self._runner = runner

    async def invoke_tool(
        self, request: m.InvokeToolRequest, call: Call
    ) -> Answer[m.ToolInvocationResult]:
        """Run a tool."""
        told = credentials(request.headers, request.authorization)
        uri = request.mcp_endpoint.uri if request.mcp_endpoint else None
        origin = await self._origins.named(request.toolgroup_id, request.connector_id, uri, told)
        arguments = json_object(request.kwargs, "kwargs")
        return answer(
            await self._runner.run_named(origin, request.tool_name, arguments, call, told)
        )

    async def list_runtime_tools(
        self, request: m.ListRuntimeToolsRequest, call: Call
    ) -> Answer[m.ToolDefList]:
        """List the tools of a group, a connector or a server, or of all groups."""
        told = credentials(request.headers, request.authorization)
        uri = request.mcp_endpoint.uri if request.mcp_endpoint else None
        origin = await self._origins.named(request.tool_group_id, request.connector_id, uri, told)
        if origin is None:
            found = await self._catalogue.everywhere(call)
            return m.ToolDefList(data=[definition(tool, origin) for origin, tool in found])
        tools = await self._catalogue.tools(origin, call)
        return m.ToolDefList(data=[definition(tool, origin) for tool in tools])
