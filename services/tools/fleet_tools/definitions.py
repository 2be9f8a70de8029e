"""Tools as callers see them."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fleet.tools.v1 import messages as m
from fleet_tools.origins import Origin
from fleet_tools.provider import Tool

_NULL = b"null"


def definition(tool: Tool, origin: Origin) -> m.ToolDef:
    """Return a tool, with where it comes from."""
    return m.ToolDef(
        toolgroup_id=origin.group,
        name=tool.name,
        description=tool.description,
        input_schema=msgspec.Raw(msgspec.json.encode(tool.input_schema)),
        output_schema=_object(tool.output_schema),
        metadata=_object(tool.metadata),
        identifier=tool.name,
        provider_id=origin.provider_id,
        provider_resource_id=tool.name,
        parameters=list(_parameters(tool.input_schema)),
    )


def _parameters(schema: Mapping[str, Any]) -> Iterator[m.ToolParameter]:
    """Yield the arguments that a schema names: callers had no schemas before Llama Stack 0.3."""
    known, required = schema.get("properties"), schema.get("required")
    for name, rule in known.items() if isinstance(known, dict) else ():
        told = rule if isinstance(rule, dict) else {}
        description = told.get("description")
        yield m.ToolParameter(
            name=name,
            parameter_type=_kind(told.get("type")),
            description=description if isinstance(description, str) else "",
            required=isinstance(required, list) and name in required,
            default=msgspec.Raw(msgspec.json.encode(told.get("default"))),
        )


def _kind(kinds: object) -> str:
    """Return the type of a value; of several, the first that it is besides `null`."""
    told = kinds if isinstance(kinds, list) else [kinds]
    return next((kind for kind in told if isinstance(kind, str) and kind != "null"), "object")


def _object(value: Mapping[str, Any] | None) -> msgspec.Raw:
    """Return a JSON object as messages hold it; `null` if there is nothing in it."""
    return msgspec.Raw(msgspec.json.encode(value) if value else _NULL)
