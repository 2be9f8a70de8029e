"""Tools that the caller runs."""

from typing import Any

import msgspec

from fleet.agents.v1 import messages as m
from fleet_agents.responses.tools.functions import Function
from fleet_runtime.encoded import ABSENT

# Types that callers write in Python's words.
_JSON_TYPES = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
}


def client_tool(tool: m.AgentClientTool) -> Function:
    """Return a tool that the caller runs."""
    return Function(
        m.ResponseTool(
            type="function",
            name=tool.name,
            description=tool.description,
            parameters=_schema(tool),
        )
    )


def _schema(tool: m.AgentClientTool) -> msgspec.Raw:
    """Return the JSON Schema of a tool's arguments."""
    if tool.input_schema is not ABSENT and bytes(tool.input_schema) != b"null":
        return tool.input_schema
    parameters = tool.parameters or []
    schema = {
        "type": "object",
        "properties": {one.name: _property(one) for one in parameters},
        "required": [one.name for one in parameters if one.required is not False],
    }
    return msgspec.Raw(msgspec.json.encode(schema))


def _property(parameter: m.AgentToolParameter) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    kind = _JSON_TYPES.get(parameter.parameter_type, parameter.parameter_type)
    if (
        kind in _JSON_TYPES.values()
    ):  # others mean nothing to a model, and are refused by some servers
        schema["type"] = kind
    if parameter.description is not None:
        schema["description"] = parameter.description
    if parameter.default is not ABSENT and bytes(parameter.default) != b"null":
        schema["default"] = parameter.default
    return schema
