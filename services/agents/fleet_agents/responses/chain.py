"""What a response has before it that goes on from another one."""

from collections.abc import Iterable, Sequence
from typing import Any

from fleet.agents.v1 import messages as m
from fleet_agents.responses.steps import Step
from fleet_agents.responses.store import Stored


def steps_of(chain: Iterable[Stored], tools: Sequence[m.ResponseTool]) -> list[Step]:
    """Return the steps of responses, oldest first, without lists of tools that do not hold any more.

    Args:
        chain: The responses.
        tools: The tools of the response that goes on from them. Lists of MCP servers that it names otherwise, or of
            which it allows other tools, are left out, so that those servers are asked anew.
    """
    now = {tool.server_label: _meant(tool) for tool in tools if tool.type == "mcp"}
    steps: list[Step] = []
    for stored in chain:
        changed = {
            tool.server_label
            for tool in stored.response.tools
            if tool.type == "mcp" and now.get(tool.server_label) != _meant(tool)
        }
        steps += [step for step in stored.history() if not _lists(step, changed)]
    return steps


def _meant(tool: m.ResponseTool) -> tuple[Any, ...]:
    """Return which server is meant, and which tools of it."""
    return tool.server_url, tool.connector_id, tool.allowed_tools


def _lists(step: Step, labels: set[str | None]) -> bool:
    """Whether a step lists the tools of one of these servers."""
    item = step.item
    return item is not None and item.type == "mcp_list_tools" and item.server_label in labels
