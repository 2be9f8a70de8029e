"""Chat completion requests as requests to Converse.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.bedrock.blocks import has_tools, messages
from fleet_upstream.native.conversation import Conversation
from fleet_upstream.native.fields import most_tokens, refuse, stops, wrong
from fleet_upstream.native.tools import Function, Offered, offered

_UNSERVED = (
    "frequency_penalty",
    "ignore_eos",
    "logit_bias",
    "logprobs",
    "min_p",
    "presence_penalty",
    "repetition_penalty",
    "seed",
)
# Fields of Converse that callers may send by these names; what else OpenAI's API does not know is for the model itself.
_OURS_TOO = ("guardrailConfig", "performanceConfig", "promptVariables", "requestMetadata")
_FOR_MODEL = "additionalModelRequestFields"
_EFFORTS = {"low", "medium", "high", "xhigh"}


def to_converse(
    request: m.ChatCompletionRequest,
    call: Call,
    told: Conversation,
    thoughts: Mapping[str, msgspec.Raw],
) -> bytes:
    """Return the body of the request to Converse or ConverseStream that `request` is.

    Args:
        request: The request.
        call: Its call.
        told: Its messages.
        thoughts: What the model thought in earlier turns; see `messages`.

    Raises:
        InvalidArgument: It asks for what Bedrock has nothing for.
    """
    refuse(request, "Bedrock", _UNSERVED)
    extra = unknown_fields(request, call) or {}
    tools = offered(request)
    fields = {
        "messages": messages(told.turns, thoughts),
        "system": [{"text": told.system}] if told.system else None,
        "inferenceConfig": _sampling(request),
        "toolConfig": _tools(tools, called=has_tools(told.turns)),
        "outputConfig": _output(request),
        "serviceTier": _tier(request),
        _FOR_MODEL: _for_model(request, tools, extra),
        **{name: extra[name] for name in _OURS_TOO if name in extra},
    }
    return msgspec.json.encode({name: value for name, value in fields.items() if value})


def _sampling(request: m.ChatCompletionRequest) -> dict[str, Any]:
    fields = {
        "maxTokens": most_tokens(request),
        "temperature": request.temperature,
        "topP": request.top_p,
        "stopSequences": stops(request),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _tools(told: Offered, *, called: bool) -> dict[str, Any] | None:
    """Return what may be called. Bedrock knows no `none`: where no tools are to be called, it is told of none."""
    if told.mode == "none" and told.functions and called:
        raise wrong("tool_choice", "cannot be 'none' on Bedrock once tools were called")
    if not told.functions or told.mode == "none":
        return None
    if told.name:
        choice: dict[str, Any] = {"tool": {"name": told.name}}
    else:
        choice = {"any": {}} if told.mode == "required" else {"auto": {}}
    return {"tools": [_tool(function) for function in told.functions], "toolChoice": choice}


def _tool(function: Function) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "name": function.name,
        "inputSchema": {"json": function.parameters},
    }
    if function.description:
        spec["description"] = function.description
    if function.strict:
        spec["strict"] = True
    return {"toolSpec": spec}


def _output(request: m.ChatCompletionRequest) -> dict[str, Any]:
    """Return what the answer must look like, and how much thought goes into it."""
    output: dict[str, Any] = {}
    effort = request.reasoning_effort
    if effort is not None:
        if effort not in _EFFORTS:
            known = ", ".join(sorted(_EFFORTS))
            raise wrong("reasoning_effort", f"must be one of {known} on Bedrock")
        output["effort"] = effort
    wanted = request.response_format
    if wanted and wanted.type != "text":
        output["textFormat"] = _format(wanted)
    return output


def _format(wanted: m.ResponseFormat) -> dict[str, Any]:
    schema = wanted.json_schema
    if wanted.type != "json_schema" or schema is None or schema.schema is ABSENT:
        raise wrong("response_format", "must be of type 'json_schema', with a schema, on Bedrock")
    # Bedrock takes the schema as a text.
    told = {"schema": bytes(schema.schema).decode()}
    about = {"name": schema.name, "description": schema.description}
    told |= {name: value for name, value in about.items() if value}
    return {"type": "json_schema", "structure": {"jsonSchema": told}}


def _tier(request: m.ChatCompletionRequest) -> dict[str, str] | None:
    tier = request.service_tier
    return None if tier in (None, "auto") else {"type": str(tier)}


def _for_model(
    request: m.ChatCompletionRequest, tools: Offered, extra: dict[str, msgspec.Raw]
) -> dict[str, Any]:
    """Return what goes to the model itself, by the names of its vendor."""
    fields: dict[str, Any] = {
        name: value for name, value in extra.items() if name not in (*_OURS_TOO, _FOR_MODEL)
    }
    if _FOR_MODEL in extra:
        fields |= msgspec.json.decode(extra[_FOR_MODEL], type=dict[str, msgspec.Raw])
    if request.top_k is not None and request.top_k > 0:
        fields |= _top_k(request.model, request.top_k)
    if tools.alone and tools.functions:
        fields |= _alone(request.model)
    return fields


def _top_k(model: str, top_k: int) -> dict[str, Any]:
    """Return how a model is told `top_k`, for which Converse has no field.

    Format: https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html for Nova,
    https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html for others.
    """
    return {"inferenceConfig": {"topK": top_k}} if "amazon.nova" in model else {"top_k": top_k}


def _alone(model: str) -> dict[str, Any]:
    """Return how a model is told to call one tool only, which Anthropic's can be told alone.

    Format: https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use
    """
    if "anthropic." not in model:
        raise wrong("parallel_tool_calls", "cannot be false with this model on Bedrock")
    return {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}}
