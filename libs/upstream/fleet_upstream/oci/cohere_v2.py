"""Chat completion requests in the format `COHEREV2`, of Cohere's models from Command A on.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/CohereChatRequestV2
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_upstream.native.conversation import (
    Conversation,
    Item,
    Text,
    ToolReturn,
    ToolUse,
    Turn,
)
from fleet_upstream.native.fields import most_tokens, refuse, refuse_tier, wrong
from fleet_upstream.native.media import File, Picture, Recording
from fleet_upstream.native.tools import Function, Offered, offered
from fleet_upstream.oci.cohere import VENDOR, json_format, sampling
from fleet_upstream.oci.generic import data_url, streaming

BUDGETS: Mapping[str, int | None] = {"minimal": 512, "low": 1024, "medium": 4096, "high": None}
"""What a model may think for each of OpenAI's efforts, in tokens; ours, as the vendor names none. `high` is without a
limit, as the model has it anyhow."""

_UNSERVED = ("ignore_eos", "logit_bias", "logprobs", "min_p", "repetition_penalty")


def to_cohere_v2(
    request: m.ChatCompletionRequest, told: Conversation, extra: Mapping[str, msgspec.Raw]
) -> dict[str, Any]:
    """Return what `request` asks; the arguments are those of `to_generic`.

    Raises:
        InvalidArgument: It asks for what the format has nothing for.
    """
    refuse(request, VENDOR, _UNSERVED)
    refuse_tier(request, VENDOR)
    fields: dict[str, Any] = {
        "messages": list(_messages(told)),
        "maxTokens": most_tokens(request),
        **sampling(request),
        "thinking": _thinking(request.reasoning_effort),
        "responseFormat": json_format(request.response_format),
        **_tools(offered(request)),
        **streaming(request),
    }
    named = {name: value for name, value in fields.items() if value is not None}
    return {**extra, "apiFormat": "COHEREV2", **named}


def _thinking(effort: str | None) -> dict[str, Any] | None:
    if effort is None:
        return None
    if effort == "none":
        return {"type": "DISABLED"}
    if effort not in BUDGETS:
        known = ", ".join(("none", *BUDGETS))
        raise wrong("reasoning_effort", f"must be one of {known} for {VENDOR}")
    budget = BUDGETS[effort]
    return {"type": "ENABLED"} | ({"tokenBudget": budget} if budget else {})


def _messages(told: Conversation) -> Iterator[dict[str, Any]]:
    if told.system:
        yield {"role": "SYSTEM", "content": [_text(told.system)]}
    for turn in told.turns:
        yield from _turn(turn)


def _turn(turn: Turn) -> Iterator[dict[str, Any]]:
    """Yield the messages that a turn is: each tool answers in one of its own."""
    for item in turn.items:
        if isinstance(item, ToolReturn):
            yield {"role": "TOOL", "toolCallId": item.id, "content": [_text(item.text)]}
    said = [_content(item) for item in turn.items if not isinstance(item, ToolUse | ToolReturn)]
    calls = [_call(call) for call in turn.calls()]
    if not (said or calls):
        return
    message: dict[str, Any] = {"role": turn.role.upper(), "content": said}
    if calls:
        message["toolCalls"] = calls
        if turn.thoughts:
            message["toolPlan"] = turn.thoughts
    yield message


def _text(text: str) -> dict[str, Any]:
    return {"type": "TEXT", "text": text}


def _content(item: Item) -> dict[str, Any]:
    if isinstance(item, Text):
        return _text(item.text)
    if isinstance(item, Picture):
        return {"type": "IMAGE_URL", "imageUrl": _image(item)}
    if isinstance(item, File | Recording):
        raise wrong(item.param, f"is no text and no picture, and {VENDOR} takes nothing else")
    raise TypeError(item)  # calls and their answers are not said


def _image(picture: Picture) -> dict[str, Any]:
    detail = {"detail": picture.detail.upper()} if picture.detail else {}
    return {"url": picture.url or data_url(picture), **detail}


def _call(call: ToolUse) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "FUNCTION", "function": function}


def _tools(told: Offered) -> dict[str, Any]:
    """Return what may be called, and how. A tool that is named is the only one that is offered."""
    if not told.functions:
        return {}
    if told.alone:
        raise wrong("parallel_tool_calls", f"cannot be false for {VENDOR}")
    functions = [f for f in told.functions if told.name in (None, f.name)]
    fields: dict[str, Any] = {"tools": [_tool(function) for function in functions]}
    if told.mode != "auto":
        fields["toolsChoice"] = told.mode.upper()
    if any(function.strict for function in functions):
        fields["isStrictToolsEnabled"] = True
    return fields


def _tool(function: Function) -> dict[str, Any]:
    about = {"description": function.description} if function.description else {}
    told = {"name": function.name, "parameters": function.parameters, **about}
    return {"type": "FUNCTION", "function": told}
