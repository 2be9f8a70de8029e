"""Tool groups of the tools service."""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet.inference.v1 import messages as i
from fleet.tools.v1 import messages as t
from fleet.tools.v1.operations import ToolRuntimeServiceClient
from fleet_agents.responses.tools.runtime import Given, invoke
from fleet_agents.sessions.tools.named_group import NamedGroup
from fleet_agents.sessions.tools.tool_here import More, ToolHere
from fleet_runtime.call import Call
from fleet_runtime.errors import NotFound

_NO_ARGUMENTS = msgspec.Raw(b'{"type":"object","properties":{}}')


class GroupTool:
    """Runs one tool of a group.

    Args:
        runtime: The service that runs it.
        group: The group.
        name: The tool.
        args: Arguments that each call has.
    """

    def __init__(
        self, runtime: ToolRuntimeServiceClient, group: str, name: str, args: Mapping[str, Any]
    ) -> None:
        self._runtime = runtime
        self._group = group
        self._name = name
        self._args = args

    async def __call__(self, arguments: Mapping[str, Any], call: Call) -> Given:
        """Run it."""
        request = t.InvokeToolRequest(tool_name=self._name, toolgroup_id=self._group)
        return await invoke(self._runtime, request, {**arguments, **self._args}, call)


async def group_tools(
    named: NamedGroup, group: str, runtime: ToolRuntimeServiceClient, more: More, call: Call
) -> list[ToolHere]:
    """Return the tools that a config names.

    Args:
        named: What it says.
        group: What the tools service calls the group.
        runtime: The service that runs them.
        more: Takes what calls gave besides what the model is told.
        call: On whose behalf.

    Raises:
        NotFound: There is no such group, or it has no such tool.
        FleetError: Who has the tools cannot be asked.
    """
    listed = await runtime.list_runtime_tools(t.ListRuntimeToolsRequest(tool_group_id=group), call)
    wanted = [one for one in listed.data if named.tool in (None, one.name)]
    if named.tool is not None and not wanted:
        known = ", ".join(one.name for one in listed.data) or "none"
        raise NotFound(
            f"The tool group '{named.group}' has no tool '{named.tool}'. Its tools are: {known}.",
            code="tool_not_found",
            param="toolgroups",
        )
    return [
        ToolHere(_definition(one), GroupTool(runtime, group, one.name, named.args), more)
        for one in wanted
    ]


def _definition(tool: t.ToolDef) -> i.FunctionDefinition:
    schema = tool.input_schema
    is_there = bytes(schema) not in (b"", b"null")
    return i.FunctionDefinition(
        name=tool.name,
        description=tool.description,
        parameters=schema if is_there else _NO_ARGUMENTS,
    )
