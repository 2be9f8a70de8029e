"""How an answer is held to a JSON Schema.

Newer models take the schema itself, as long as every object in it forbids further properties and nothing has bounds.
For all others, and for older models, the answer is what the model calls a tool of that schema with.
Format: https://platform.claude.com/docs/en/build-with-claude/structured-outputs
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.encoded import ABSENT
from fleet_upstream.anthropic.models import Model
from fleet_upstream.native.fields import wrong

ANSWER_TOOL = "write_answer"
"""The tool whose arguments are the answer."""
_ANY_OBJECT = msgspec.Raw(b'{"type":"object"}')
# Keywords that the vendor does not take.
_BOUNDS = frozenset(
    {"exclusiveMaximum", "exclusiveMinimum", "maxItems", "maxLength", "maximum"}
    | {"minLength", "minimum", "multipleOf", "uniqueItems"}
)
# Keywords that hold schemas by names of the caller's, and those that hold no schemas.
_BY_NAME = frozenset({"$defs", "definitions", "properties"})
_VALUES = frozenset({"const", "default", "enum", "examples"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the answer must look like.

    Attributes:
        schema: The schema.
        native: Whether the model is given the schema itself, and not a tool.
        description: What it is for.
    """

    schema: msgspec.Raw
    native: bool
    description: str


def wanted(request: m.ChatCompletionRequest, model: Model) -> Wanted | None:
    """Return what the answer must look like; nothing if that is free text.

    Raises:
        InvalidArgument: The format is an unknown one, or must be followed exactly and the model cannot.
    """
    asked = request.response_format
    if asked is None or asked.type == "text":
        return None
    if asked.type == "json_object":
        return Wanted(_ANY_OBJECT, native=False, description="Writes the answer, a JSON object.")
    if asked.type != "json_schema" or asked.json_schema is None:
        raise wrong("response_format.type", "must be 'text', 'json_object' or 'json_schema'")
    told = asked.json_schema
    schema = _ANY_OBJECT if told.schema is ABSENT else told.schema
    able = model.can.structured_outputs.supported
    if told.strict and not able:
        raise wrong("response_format.json_schema.strict", f"is nothing that '{model.id}' knows")
    native = able and (bool(told.strict) or expressible(msgspec.json.decode(schema)))
    return Wanted(schema, native, told.description or "Writes the answer.")


def expressible(schema: Any) -> bool:
    """Say whether the vendor takes `schema` as it is: all objects closed, and no bounds on numbers and lengths."""
    if isinstance(schema, list):
        return all(map(expressible, schema))
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return False
    if not _BOUNDS.isdisjoint(schema):
        return False
    named = (schema[name] for name in _BY_NAME if isinstance(schema.get(name), dict))
    inner = [value for name, value in schema.items() if name not in _BY_NAME | _VALUES]
    return all(map(expressible, inner)) and all(
        expressible(one) for each in named for one in each.values()
    )
