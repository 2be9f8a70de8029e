"""Chat completion requests in the format `COHERE`: a message, what was said before, and what tools returned.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/CohereChatRequest
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.encoded import ABSENT
from fleet_upstream.native.arguments import as_object
from fleet_upstream.native.conversation import Conversation, Text, ToolReturn, ToolUse, Turn
from fleet_upstream.native.fields import most_tokens, refuse, refuse_tier, stops, wrong
from fleet_upstream.native.tools import Function, Offered, offered, refuse_strict
from fleet_upstream.oci.generic import streaming

VENDOR = "Cohere on Oracle Cloud"
_UNSERVED = (
    "ignore_eos",
    "logit_bias",
    "logprobs",
    "min_p",
    "reasoning_effort",
    "repetition_penalty",
)
# The types of parameters, by JSON Schema's names for them.
_TYPES = {
    "array": "List",
    "boolean": "bool",
    "integer": "int",
    "number": "float",
    "object": "Dict",
    "string": "str",
}


def to_cohere(
    request: m.ChatCompletionRequest, told: Conversation, extra: Mapping[str, msgspec.Raw]
) -> dict[str, Any]:
    """Return what `request` asks; the arguments are those of `to_generic`.

    Raises:
        InvalidArgument: It asks for what the format has nothing for.
    """
    refuse(request, VENDOR, _UNSERVED)
    refuse_tier(request, VENDOR)
    fields: dict[str, Any] = {
        **_conversation(told),
        "preambleOverride": told.system or None,
        "maxTokens": most_tokens(request),
        **sampling(request),
        "responseFormat": json_format(request.response_format),
        "tools": _tools(offered(request)),
        **streaming(request),
    }
    named = {name: value for name, value in fields.items() if value is not None}
    return {**extra, "apiFormat": "COHERE", **named}


def sampling(request: m.ChatCompletionRequest) -> dict[str, Any]:
    """Return how tokens are chosen and what ends the answer; nothing for what `request` leaves open."""
    return {
        "temperature": request.temperature,
        "topP": request.top_p,
        "topK": request.top_k if request.top_k and request.top_k > 0 else None,
        "frequencyPenalty": request.frequency_penalty,
        "presencePenalty": request.presence_penalty,
        "seed": request.seed,
        "stopSequences": stops(request),
    }


def json_format(wanted: m.ResponseFormat | None) -> dict[str, Any] | None:
    """Return what the text of the answer must look like; a schema is a part of the one format that there is."""
    if wanted is None or wanted.type == "text":
        return None
    told: dict[str, Any] = {"type": "JSON_OBJECT"}
    if wanted.json_schema and wanted.json_schema.schema is not ABSENT:
        told["schema"] = wanted.json_schema.schema
    return told


def _conversation(told: Conversation) -> dict[str, Any]:
    """Return the last turn, and the turns before it. Where tools answered last, nobody says anything."""
    if not told.turns or told.turns[-1].role != "user":
        raise wrong("messages", f"must end with a user's message or a tool's for {VENDOR}")
    calls = {call.id: call for turn in told.turns for call in turn.calls()}
    *before, last = told.turns
    fields: dict[str, Any] = {
        "message": _said(last),
        "chatHistory": [message for turn in before for message in _history(turn, calls)],
    }
    results = _results(last, calls)
    return fields | {"toolResults": results} if results else fields


def _history(turn: Turn, calls: Mapping[str, ToolUse]) -> Sequence[dict[str, Any]]:
    """Return a turn that is over: tools answer before the user speaks."""
    if turn.role == "assistant":
        message: dict[str, Any] = {"role": "CHATBOT", "message": _said(turn)}
        used = [_call(call) for call in turn.calls()]
        return [message | {"toolCalls": used} if used else message]
    results, said = _results(turn, calls), _said(turn)
    answered = [{"role": "TOOL", "toolResults": results}] if results else []
    return answered + ([{"role": "USER", "message": said}] if said else [])


def _said(turn: Turn) -> str:
    """Return the texts of a turn, a line each."""
    for item in turn.items:
        if not isinstance(item, Text | ToolUse | ToolReturn):
            raise wrong(item.param, f"is no text, and {VENDOR} takes nothing else")
    return "\n".join(item.text for item in turn.items if isinstance(item, Text))


def _results(turn: Turn, calls: Mapping[str, ToolUse]) -> list[dict[str, Any]]:
    return [
        {"call": _call(calls[item.id]), "outputs": [{"output": item.text}]}
        for item in turn.items
        if isinstance(item, ToolReturn)
    ]


def _call(call: ToolUse) -> dict[str, Any]:
    return {"name": call.name, "parameters": msgspec.Raw(as_object(call.arguments))}


def _tools(told: Offered) -> list[dict[str, Any]] | None:
    """Return what may be called. The format knows no choice: where nothing is to be called, nothing is offered."""
    if not told.functions or told.mode == "none":
        return None
    if told.mode == "required":
        raise wrong("tool_choice", f"must be 'auto' or 'none' for {VENDOR}")
    if told.alone:
        raise wrong("parallel_tool_calls", f"cannot be false for {VENDOR}")
    refuse_strict(told, VENDOR)
    return [_tool(function) for function in told.functions]


def _tool(function: Function) -> dict[str, Any]:
    schema = msgspec.json.decode(function.parameters)
    needed = schema.get("required", ())
    return {
        "name": function.name,
        "description": function.description or function.name,
        "parameterDefinitions": {
            name: _parameter(told, needed=name in needed)
            for name, told in schema.get("properties", {}).items()
        },
    }


def _parameter(schema: Mapping[str, Any], *, needed: bool) -> dict[str, Any]:
    """Return a parameter. What a type cannot say of it, such as the fields of an object, its description says."""
    about = {name: value for name, value in schema.items() if name not in ("type", "description")}
    texts = [schema.get("description")]
    if about:
        texts.append(f"JSON Schema: {msgspec.json.encode(schema).decode()}")
    kind = schema.get("type")
    return {
        "type": _TYPES.get(kind, "str") if isinstance(kind, str) else "str",
        "description": " ".join(filter(None, texts)),
        "isRequired": needed,
    }
