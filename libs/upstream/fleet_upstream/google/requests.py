"""Chat completion requests as Google's requests to generate content.

Format: https://ai.google.dev/api/generate-content#request-body
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.google.contents import contents
from fleet_upstream.google.thinking import before_gemini_3, thinking_config
from fleet_upstream.native.conversation import Conversation
from fleet_upstream.native.fields import most_tokens, refuse, stops, wrong
from fleet_upstream.native.tools import NO_PARAMETERS, Function, Offered, offered

_UNKNOWN = ("ignore_eos", "logit_bias", "min_p", "repetition_penalty")
_JSON = "application/json"
_MODES = {"auto": "AUTO", "required": "ANY", "none": "NONE"}
_GENERATION = "generationConfig"


def check(request: m.ChatCompletionRequest) -> None:
    """Raise `InvalidArgument` if `request` asks for what the vendor has nothing for."""
    refuse(request, "Google", _UNKNOWN)
    if request.service_tier in ("flex", "priority"):
        raise wrong("service_tier", "must be 'auto' or 'default' here")


def body(
    request: m.ChatCompletionRequest,
    call: Call,
    told: Conversation,
    kept: Mapping[str, msgspec.Raw],
) -> dict[str, Any]:
    """Return the body of the request; fields that the contract does not know are put beside it.

    Args:
        request: What the caller asks; `check` passed it.
        call: Its call.
        told: Its messages.
        kept: As for `contents`.
    """
    extra: dict[str, Any] = dict(unknown_fields(request, call) or {})
    own = extra.pop(_GENERATION, None)
    generation = _generation(request) | (msgspec.json.decode(own, type=dict) if own else {})
    fields = {
        "systemInstruction": {"parts": [{"text": told.system}]} if told.system else None,
        "contents": contents(told.turns, kept, signed=not before_gemini_3(request.model)),
        _GENERATION: _set(generation),
        **_tools(offered(request)),
        **extra,
    }
    return _set(fields)


def _set(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _generation(request: m.ChatCompletionRequest) -> dict[str, Any]:
    """Return how the answer is to be generated."""
    return {
        "frequencyPenalty": request.frequency_penalty,
        "logprobs": request.top_logprobs or None,
        "maxOutputTokens": most_tokens(request),
        "presencePenalty": request.presence_penalty,
        "responseLogprobs": request.logprobs or None,
        "seed": request.seed,
        "stopSequences": stops(request),
        "temperature": request.temperature,
        "thinkingConfig": thinking_config(request),
        "topK": request.top_k if request.top_k and request.top_k > 0 else None,
        "topP": request.top_p,
    } | _format(request.response_format)


def _format(wanted: m.ResponseFormat | None) -> dict[str, Any]:
    """Return what the text of the answer must look like."""
    if wanted is None or wanted.type == "text":
        return {}
    if wanted.type == "json_object":
        return {"responseMimeType": _JSON}
    if wanted.type != "json_schema" or wanted.json_schema is None:
        raise wrong("response_format.type", "must be 'text', 'json_object' or 'json_schema'")
    schema = wanted.json_schema.schema
    return {"responseMimeType": _JSON} | (
        {} if schema is ABSENT else {"responseJsonSchema": schema}
    )


def _tools(told: Offered) -> dict[str, Any]:
    """Return the fields `tools` and `toolConfig`.

    The vendor has no way to ask for one call alone; of several only the first is passed on then.
    """
    if not told.functions:
        return {}
    config: dict[str, Any] = {"mode": _MODES.get(told.mode, "AUTO")}
    if told.mode == "auto" and any(function.strict for function in told.functions):
        config["mode"] = "VALIDATED"
    if told.name:
        config["allowedFunctionNames"] = [told.name]
    return {
        "tools": [{"functionDeclarations": list(map(_declaration, told.functions))}],
        "toolConfig": {"functionCallingConfig": config},
    }


def _declaration(function: Function) -> dict[str, Any]:
    declaration: dict[str, Any] = {"name": function.name}
    if function.description:
        declaration["description"] = function.description
    if function.parameters is not NO_PARAMETERS:
        declaration["parametersJsonSchema"] = function.parameters
    return declaration
