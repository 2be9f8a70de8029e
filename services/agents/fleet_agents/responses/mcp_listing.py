"""Asking MCP servers for their tools, before the model can be offered them."""

from collections.abc import AsyncGenerator
from typing import Literal

import msgspec

from fleet.agents.v1 import messages as m
from fleet_agents.items.ids import item_id
from fleet_agents.responses.events import Event, item_added, item_done, tool
from fleet_agents.responses.steps import Step
from fleet_agents.responses.tools.mcp_server import McpServer
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError


async def listing(
    server: McpServer, place: int, step: Step, call: Call
) -> AsyncGenerator[Event, None]:
    """Ask a server for its tools, and yield the events of that.

    Args:
        server: The server.
        place: The place of the list among the output, from 0.
        step: Takes the list.
        call: On whose behalf.

    Raises:
        FleetError: The server cannot be asked.
    """
    kind: Literal["mcp_list_tools"] = "mcp_list_tools"
    item = m.Item(type=kind, id=item_id(kind), server_label=server.label, tools=[])
    step.item = item
    yield item_added(place, msgspec.structs.replace(item))
    yield tool(f"{kind}.in_progress", place, item)
    try:
        item.tools = await server.tools(call)
    except FleetError as error:
        item.error = error.message
        yield tool(f"{kind}.failed", place, item)
        yield item_done(place, item)
        raise
    yield tool(f"{kind}.completed", place, item)
    yield item_done(place, item)
