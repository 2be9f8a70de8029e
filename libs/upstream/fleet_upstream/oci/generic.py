"""Chat completion requests in the format `GENERIC`, which all models but Cohere's speak.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/GenericChatRequest
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.encoded import ABSENT
from fleet_upstream.native.chunks import wants_usage
from fleet_upstream.native.conversation import (
    Conversation,
    Item,
    Text,
    ToolReturn,
    ToolUse,
    Turn,
)
from fleet_upstream.native.fields import most_tokens, refuse, stops, wrong
from fleet_upstream.native.media import File, Picture, Recording
from fleet_upstream.native.tools import Function, Offered, offered, refuse_strict

VENDOR = "Oracle Cloud"
_UNSERVED = ("ignore_eos", "logprobs", "min_p", "repetition_penalty")
_EFFORTS = ("none", "minimal", "low", "medium", "high")
_TIERS = ("auto", "default", "priority")


def to_generic(
    request: m.ChatCompletionRequest, told: Conversation, extra: Mapping[str, msgspec.Raw]
) -> dict[str, Any]:
    """Return what `request` asks.

    Args:
        request: The request.
        told: Its messages.
        extra: Fields that OpenAI's API does not know; they are sent on as they are.

    Raises:
        InvalidArgument: It asks for what the format has nothing for.
    """
    refuse(request, VENDOR, _UNSERVED)
    fields: dict[str, Any] = {
        "messages": list(_messages(told)),
        **_length(request),
        "temperature": request.temperature,
        "topP": request.top_p,
        "topK": request.top_k if request.top_k and request.top_k > 0 else None,
        "frequencyPenalty": request.frequency_penalty,
        "presencePenalty": request.presence_penalty,
        "logitBias": request.logit_bias,
        "seed": request.seed,
        "stop": stops(request),
        "reasoningEffort": word(request.reasoning_effort, "reasoning_effort", _EFFORTS),
        "serviceTier": word(request.service_tier, "service_tier", _TIERS),
        "responseFormat": _format(request.response_format),
        **_tools(offered(request)),
        **streaming(request),
    }
    named = {name: value for name, value in fields.items() if value is not None}
    return {**extra, "apiFormat": "GENERIC", **named}


def word(value: str | None, param: str, known: tuple[str, ...]) -> str | None:
    """Return one of the words that Oracle knows, as it writes them. Raises `InvalidArgument` at any other."""
    if value is not None and value not in known:
        raise wrong(param, f"must be one of {', '.join(known)} on {VENDOR}")
    return value and value.upper()


def streaming(request: m.ChatCompletionRequest) -> dict[str, Any]:
    """Return how the answer is to come."""
    if not request.stream:
        return {}
    return {"isStream": True, "streamOptions": {"isIncludeUsage": wants_usage(request)}}


def _length(request: m.ChatCompletionRequest) -> dict[str, int | None]:
    """Return the most tokens to produce: OpenAI's models there take OpenAI's newer name alone."""
    name = "maxCompletionTokens" if request.model.startswith("openai.") else "maxTokens"
    return {name: most_tokens(request)}


def _messages(told: Conversation) -> Iterator[dict[str, Any]]:
    if told.system:
        yield {"role": "SYSTEM", "content": [_text(told.system)]}
    for turn in told.turns:
        yield from _turn(turn)


def _turn(turn: Turn) -> Iterator[dict[str, Any]]:
    """Yield the messages that a turn is: each tool answers in one of its own."""
    said = [_content(item) for item in turn.items if not isinstance(item, ToolUse | ToolReturn)]
    calls = [_call(call) for call in turn.calls()]
    for item in turn.items:
        if isinstance(item, ToolReturn):
            yield {"role": "TOOL", "toolCallId": item.id, "content": [_text(item.text)]}
    if said or calls:
        message: dict[str, Any] = {"role": turn.role.upper()}
        message |= {"content": said} if said else {}
        message |= {"toolCalls": calls} if calls else {}
        yield message


def _text(text: str) -> dict[str, Any]:
    return {"type": "TEXT", "text": text}


def _call(call: ToolUse) -> dict[str, Any]:
    return {"type": "FUNCTION", "id": call.id, "name": call.name, "arguments": call.arguments}


def _content(item: Item) -> dict[str, Any]:
    if isinstance(item, Text):
        return _text(item.text)
    if isinstance(item, Picture):
        return {"type": "IMAGE", "imageUrl": {"url": item.url or data_url(item)}}
    if isinstance(item, File):
        return {"type": "DOCUMENT", "documentUrl": {"url": data_url(item)}}
    if isinstance(item, Recording):
        return {"type": "AUDIO", "audioUrl": {"url": data_url(item)}}
    raise TypeError(item)  # calls and their answers are not said


def data_url(item: Picture | File | Recording) -> str:
    """Return the bytes of `item` as a URL (RFC 2397); an empty one where it has none."""
    inline = item.inline
    return f"data:{inline.kind};base64,{inline.data}" if inline else ""


def _tools(told: Offered) -> dict[str, Any]:
    """Return what may be called, and how."""
    if not told.functions:
        return {}
    refuse_strict(told, VENDOR)
    choice = {"type": told.mode.upper()}
    if told.name:
        choice = {"type": "FUNCTION", "name": told.name}
    fields = {"tools": [_tool(function) for function in told.functions], "toolChoice": choice}
    return fields | ({"isParallelToolCalls": False} if told.alone else {})


def _tool(function: Function) -> dict[str, Any]:
    about = {"description": function.description} if function.description else {}
    return {
        "type": "FUNCTION",
        "name": function.name,
        "parameters": function.parameters,
        **about,
    }


def _format(wanted: m.ResponseFormat | None) -> dict[str, Any] | None:
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return {"type": "JSON_OBJECT"}
    schema = wanted.json_schema
    if wanted.type != "json_schema" or schema is None or schema.schema is ABSENT:
        raise wrong("response_format", "must be 'text', 'json_object' or 'json_schema'")
    told: dict[str, Any] = {"name": schema.name or "answer", "schema": schema.schema}
    if schema.description:
        told["description"] = schema.description
    if schema.strict is not None:
        told["isStrict"] = schema.strict
    return {"type": "JSON_SCHEMA", "jsonSchema": told}
