"""Requests of the old API as those of the inference service."""

from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.legacy.content import text_of, to_message
from fleet_inference.dialects.refusals import needed, unserved
from fleet_runtime.encoded import ABSENT

MODES = ("auto", "required", "none")
# What the old server took where the strategy `top_p` left it out.
TOP_P = 0.95
# Types that callers write in Python's words.
JSON_TYPES = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
}


def to_chat(request: m.LegacyChatRequest) -> m.ChatCompletionRequest:
    """Return what `request` asks, for the inference service.

    Raises:
        InvalidArgument: It asks for what nobody serves any more.
    """
    sampling = request.sampling_params or m.LegacySamplingParams()
    logprobs = request.logprobs
    return m.ChatCompletionRequest(
        model=request.model_id,
        messages=[to_message(message) for message in request.messages],
        max_completion_tokens=sampling.max_tokens or None,
        repetition_penalty=_penalty(sampling),
        stop=sampling.stop or None,
        tools=[_tool(tool) for tool in request.tools or ()] or None,
        tool_choice=_choice(request),
        response_format=_format(request.response_format),
        logprobs=True if logprobs else None,
        top_logprobs=logprobs.top_k if logprobs else None,
        **_strategy(sampling),
    )


def to_completion(request: m.LegacyCompletionRequest) -> m.CompletionRequest:
    """Return what `request` asks, for the inference service.

    Raises:
        InvalidArgument: It asks for what nobody serves any more.
    """
    if request.response_format is not None:
        raise unserved(request.response_format.type, "response_format", "none at all")
    sampling = request.sampling_params or m.LegacySamplingParams()
    return m.CompletionRequest(
        model=request.model_id,
        prompt=text_of(request.content, "content"),
        max_tokens=sampling.max_tokens or None,
        repetition_penalty=_penalty(sampling),
        stop=sampling.stop or None,
        logprobs=(request.logprobs.top_k or 0) if request.logprobs else None,
        **_strategy(sampling),
    )


def _strategy(sampling: m.LegacySamplingParams) -> dict[str, Any]:
    """Return the fields that choose tokens as the strategy does."""
    strategy = sampling.strategy
    if strategy is None or strategy.type == "greedy":
        return {"temperature": 0.0}
    if strategy.type == "top_k":
        return {"top_k": needed(strategy.top_k, "sampling_params.strategy.top_k")}
    top_p = TOP_P if strategy.top_p is None else strategy.top_p
    return {"temperature": strategy.temperature, "top_p": top_p}


def _penalty(sampling: m.LegacySamplingParams) -> float | None:
    """Return the penalty, unless it is none: SDKs always send 1, which not all model servers take."""
    return None if sampling.repetition_penalty in (None, 1.0) else sampling.repetition_penalty


def _choice(request: m.LegacyChatRequest) -> m.ToolChoice | None:
    """Return which tool is called. SDKs always send `auto`, which is wrong without tools."""
    config = request.tool_config
    choice = config.tool_choice if config and config.tool_choice else request.tool_choice
    if choice is None or not request.tools:
        return None
    if choice in MODES:
        return choice
    return m.NamedToolChoice(type="function", function=m.FunctionName(name=choice))


def _tool(tool: m.LegacyToolDefinition) -> m.Tool:
    parameters = tool.parameters or {}
    schema = {
        "type": "object",
        "properties": {name: _property(parameter) for name, parameter in parameters.items()},
        "required": [name for name, p in parameters.items() if p.required is not False],
    }
    function = m.FunctionDefinition(
        name=tool.tool_name,
        description=tool.description,
        parameters=msgspec.Raw(msgspec.json.encode(schema)),
    )
    return m.Tool(type="function", function=function)


def _property(parameter: m.LegacyToolParameter) -> dict[str, Any]:
    """Return the JSON Schema of a parameter."""
    schema: dict[str, Any] = {"type": JSON_TYPES.get(parameter.param_type, parameter.param_type)}
    if parameter.description is not None:
        schema["description"] = parameter.description
    if parameter.default is not ABSENT and bytes(parameter.default) != b"null":
        schema["default"] = parameter.default
    return schema


def _format(wanted: m.LegacyResponseFormat | None) -> m.ResponseFormat | None:
    if wanted is None:
        return None
    if wanted.type != "json_schema" or wanted.json_schema is ABSENT:
        raise unserved(wanted.type, "response_format", "json_schema")
    schema = m.JsonSchema(name="response", schema=wanted.json_schema, strict=True)
    return m.ResponseFormat(type="json_schema", json_schema=schema)
