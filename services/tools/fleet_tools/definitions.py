"""Tools as callers see them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet.tools.v1 import messages as m
from fleet_tools.provider import Tool

_NULL = b"null"


def definition(tool: Tool, group: str | None) -> m.ToolDef:
    """Return a tool of a group, or of no group."""
    return m.ToolDef(
        toolgroup_id=group,
        name=tool.name,
        description=tool.description,
        input_schema=msgspec.Raw(msgspec.json.encode(tool.input_schema)),
        output_schema=_object(tool.output_schema),
        metadata=_object(tool.metadata),
    )


def _object(value: Mapping[str, Any] | None) -> msgspec.Raw:
    """Return a JSON object as messages hold it; `null` if there is nothing in it."""
    return msgspec.Raw(msgspec.json.encode(value) if value else _NULL)
