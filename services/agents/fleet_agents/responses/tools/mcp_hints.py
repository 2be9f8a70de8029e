"""What a server that speaks the Model Context Protocol says of its tools, besides what they do.

Format: https://modelcontextprotocol.io/specification/2025-06-18/schema#toolannotations
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet.agents.v1 import messages as m


def only_reads(tool: m.McpTool) -> bool:
    """Whether a server says that a tool changes nothing."""
    return _hints(tool).get("readOnlyHint") is True


def is_repeatable(tool: m.McpTool) -> bool:
    """Whether a server says that a tool changes nothing, or that twice is as once."""
    return only_reads(tool) or _hints(tool).get("idempotentHint") is True


def _hints(tool: m.McpTool) -> Mapping[str, Any]:
    found: Mapping[str, Any] = msgspec.json.decode(tool.annotations or b"null") or {}
    return found
