"""Servers that speak the Model Context Protocol, as requests name them."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from fleet.agents.v1 import messages as m
from fleet.tools.v1 import messages as t
from fleet.tools.v1.operations import ToolRuntimeServiceClient
from fleet_agents.responses.steps import Said
from fleet_agents.responses.tools.mcp_hints import only_reads
from fleet_agents.responses.tools.runtime import invoke
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument


class McpServer:
    """A server as a request names it, with what the caller lets it be told.

    Args:
        asked: What the request says.
        runtime: The service that talks to it.
    """

    def __init__(self, asked: m.ResponseTool, runtime: ToolRuntimeServiceClient) -> None:
        _check(asked)
        self.label = asked.server_label or ""
        self._asked = asked
        self._runtime = runtime

    async def tools(self, call: Call) -> list[m.McpTool]:
        """Return the tools that the model may use.

        Raises:
            FleetError: The server cannot be asked.
        """
        request = t.ListRuntimeToolsRequest(**self._place())
        listed = await self._runtime.list_runtime_tools(request, call)
        return self.allowed(map(_told, listed.data))

    def allowed(self, tools: Iterable[m.McpTool]) -> list[m.McpTool]:
        """Return those of its tools that the model may use."""
        return [tool for tool in tools if _is_allowed(tool, self._asked)]

    def needs_approval(self, tool: m.McpTool) -> bool:
        """Whether a tool is run only when the caller has agreed."""
        wanted = self._asked.require_approval or "never"
        if isinstance(wanted, str):
            return wanted == "always"
        if wanted.never is not None and _is_in(tool, wanted.never):
            return False
        return wanted.always is None or _is_in(tool, wanted.always)

    async def run(self, name: str, arguments: Mapping[str, Any], call: Call) -> tuple[Said, bool]:
        """Run a tool, and return what the model is told, and whether it failed."""
        request = t.InvokeToolRequest(tool_name=name, **self._place())
        given = await invoke(self._runtime, request, arguments, call)
        return given.told, given.failed

    def _place(self) -> dict[str, Any]:
        asked = self._asked
        return {
            "authorization": asked.authorization,
            "headers": asked.headers,
            "connector_id": asked.connector_id,
            "mcp_endpoint": t.McpEndpoint(uri=asked.server_url) if asked.server_url else None,
        }


def _check(asked: m.ResponseTool) -> None:
    """Raise `InvalidArgument` where a request does not say what server is meant."""
    if not asked.server_label:
        raise InvalidArgument(
            "An 'mcp' tool needs a 'server_label'.", code="missing_server_label", param="tools"
        )
    if bool(asked.server_url) == bool(asked.connector_id):
        raise InvalidArgument(
            f"The 'mcp' tool '{asked.server_label}' needs either 'server_url' or 'connector_id'.",
            code="missing_server",
            param="tools",
        )
    if any(name.lower() == "authorization" for name in asked.headers or ()):
        raise InvalidArgument(
            f"Give the token for '{asked.server_label}' as 'authorization', not among 'headers'.",
            code="authorization_in_headers",
            param="tools",
        )


def _told(tool: t.ToolDef) -> m.McpTool:
    """Return what a server says of a tool."""
    metadata = msgspec.json.decode(tool.metadata or b"null") or {}
    annotations = metadata.get("annotations")
    return m.McpTool(
        name=tool.name,
        description=tool.description,
        input_schema=tool.input_schema or msgspec.Raw(b'{"type":"object"}'),
        annotations=ABSENT if annotations is None else _raw(annotations),
    )


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def _is_allowed(tool: m.McpTool, asked: m.ResponseTool) -> bool:
    allowed = asked.allowed_tools
    if allowed is None:
        return True
    return tool.name in allowed if isinstance(allowed, list) else _is_in(tool, allowed)


def _is_in(tool: m.McpTool, some: m.ToolFilter) -> bool:
    named = some.tool_names is None or tool.name in some.tool_names
    reads = some.read_only is None or some.read_only is only_reads(tool)
    return named and reads
