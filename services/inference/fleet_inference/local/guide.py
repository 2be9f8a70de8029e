"""What an answer must look like, as a grammar for guided decoding."""

from collections.abc import Sequence
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_engine.grammar import Grammar, Grammars
from fleet_inference.local.prompt import CALL_BEGIN, CALL_END
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument

ANY_ARGUMENTS = {"type": "object"}


async def grammar_of(request: m.ChatCompletionRequest, grammars: Grammars) -> Grammar | None:
    """Return the grammar that holds the answer to what `request` asks for, if it asks for anything.

    Raises:
        InvalidArgument: It names a tool or a format that there is not.
        fleet_engine.errors.InvalidGrammar: A schema cannot be compiled.
    """
    if request.tools:
        return await grammars.structural_tag(_calls(request, request.tools))
    wanted = request.response_format
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return await grammars.json_object()
    if wanted.type == "json_schema" and wanted.json_schema:
        schema = wanted.json_schema.schema
        return await (
            grammars.json_object() if schema is ABSENT else grammars.json_schema(_schema(schema))
        )
    raise InvalidArgument(
        f"'{wanted.type}' is no response format; use 'text', 'json_object' or 'json_schema'.",
        code="invalid_value",
        param="response_format.type",
    )


def _calls(request: m.ChatCompletionRequest, tools: Sequence[m.Tool]) -> dict[str, Any]:
    """Return the structural tag for an answer that may call, or must call, some of `tools`."""
    functions = [tool.function for tool in tools if tool.function]
    choice = request.tool_choice or "auto"
    if isinstance(choice, m.NamedToolChoice):
        functions = [_named(functions, choice)]
    tags = [_tag(function) for function in functions]
    if choice == "auto":
        return {
            "type": "structural_tag",
            "format": {
                "type": "triggered_tags",
                "triggers": [CALL_BEGIN.strip()],
                "tags": tags,
                "stop_after_first": request.parallel_tool_calls is False,
            },
        }
    return {
        "type": "structural_tag",
        "format": {
            "type": "tags_with_separator",
            "separator": "\n",
            "tags": tags,
            "at_least_one": True,
            "stop_after_first": choice != "required" or request.parallel_tool_calls is False,
        },
    }


def _named(
    functions: Sequence[m.FunctionDefinition], choice: m.NamedToolChoice
) -> m.FunctionDefinition:
    name = choice.function.name if choice.function else choice.name
    for function in functions:
        if function.name == name:
            return function
    raise InvalidArgument(
        f"'tool_choice' names the function '{name}', which is not among 'tools'.",
        code="invalid_value",
        param="tool_choice",
    )


def _tag(function: m.FunctionDefinition) -> dict[str, Any]:
    name = msgspec.json.encode(function.name).decode()
    parameters = function.parameters
    schema = ANY_ARGUMENTS if parameters is ABSENT else _schema(parameters)
    return {
        "type": "tag",
        "begin": f'{CALL_BEGIN}{{"name": {name}, "arguments": ',
        # Free white space invites small models to never stop indenting.
        "content": {"type": "json_schema", "json_schema": schema, "max_whitespace_cnt": 1},
        "end": "}" + CALL_END,
    }


def _schema(text: msgspec.Raw) -> Any:
    schema = msgspec.json.decode(text)
    if not isinstance(schema, dict | bool):
        raise InvalidArgument("A JSON Schema is an object.", code="invalid_value")
    return schema
