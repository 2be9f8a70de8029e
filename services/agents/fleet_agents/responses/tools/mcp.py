"""Tools of servers that speak the Model Context Protocol: `mcp`."""

from collections.abc import Iterable
from typing import Literal

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.items.ids import item_id
from fleet_agents.responses.tools.mcp_calls import ApprovalRequest, McpCall
from fleet_agents.responses.tools.mcp_hints import is_repeatable
from fleet_agents.responses.tools.mcp_server import McpServer


class McpTool:
    """A tool of a server.

    Args:
        server: The server.
        tool: What the server says of it.
        name: What the model calls it.
    """

    def __init__(self, server: McpServer, tool: m.McpTool, name: str) -> None:
        self.definition = i.FunctionDefinition(
            name=name, description=tool.description, parameters=tool.input_schema
        )
        self._server = server
        self._tool = tool

    @property
    def server(self) -> str:
        """What the request calls its server."""
        return self._server.label

    @property
    def own_name(self) -> str:
        """What its server calls it."""
        return self._tool.name

    def called(self, place: int, call_id: str) -> McpCall | ApprovalRequest:
        """Return a new call of it, or a request to let it be called."""
        del call_id
        if self._server.needs_approval(self._tool):
            return ApprovalRequest(place, self._item("mcp_approval_request"))
        item = self._item("mcp_call")
        item.status = "in_progress"
        return self.resumed(place, item)

    def approved(self, place: int, request: m.Item) -> McpCall:
        """Return the call that the caller has agreed to."""
        item = self._item("mcp_call")
        item.status, item.approval_request_id = "in_progress", request.id
        item.arguments = request.arguments
        return self.resumed(place, item)

    def resumed(self, place: int, item: m.Item) -> McpCall:
        """Return a call that has been written before."""
        return McpCall(place, item, self._server, repeatable=is_repeatable(self._tool))

    def _item(self, kind: Literal["mcp_call", "mcp_approval_request"]) -> m.Item:
        return m.Item(
            type=kind,
            id=item_id(kind),
            server_label=self._server.label,
            name=self._tool.name,
            arguments="",
        )


def names(tools: Iterable[tuple[str, str]], taken: Iterable[str]) -> list[str]:
    """Return what the model calls some tools, each given as its server and its name: its name, where that is free."""
    used = set(taken)
    chosen = []
    for server, name in tools:
        wanted = name if name not in used else f"{server}__{name}"
        used.add(wanted)
        chosen.append(wanted)
    return chosen
