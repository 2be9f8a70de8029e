"""Chat completion requests as requests to `/ml/v1/text/chat`, which are much like OpenAI's.

Format: https://cloud.ibm.com/apidocs/watsonx-ai#text-chat
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.native.conversation import Conversation, conversation
from fleet_upstream.native.fields import most_tokens, refuse, refuse_tier, stops, wrong
from fleet_upstream.native.media import File
from fleet_upstream.native.tools import offered

VENDOR = "watsonx.ai"
_UNSERVED = ("ignore_eos", "min_p", "top_k")
_SAME = (
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "n",
    "presence_penalty",
    "reasoning_effort",
    "repetition_penalty",
    "response_format",
    "seed",
    "temperature",
    "top_logprobs",
    "top_p",
)
"""Fields that have the same names and values there."""


def to_chat(
    request: m.ChatCompletionRequest, call: Call, place: Mapping[str, str]
) -> dict[str, Any]:
    """Return the body of the request to watsonx.ai that `request` is.

    Fields that OpenAI's API does not know are sent on as they are.

    Args:
        request: The request.
        call: Its call.
        place: Where its cost is booked; see `Places`.

    Raises:
        InvalidArgument: It asks for what watsonx.ai has nothing for.
    """
    refuse(request, VENDOR, _UNSERVED)
    refuse_tier(request, VENDOR)
    _check_parts(conversation(request.messages))
    same = {name: getattr(request, name) for name in _SAME}
    fields = {
        **same,
        **_choice(request),
        "max_completion_tokens": most_tokens(request),
        "messages": [_message(message) for message in request.messages],
        "stop": stops(request),
    }
    return {
        **(unknown_fields(request, call) or {}),
        **{name: value for name, value in fields.items() if value is not None},
        "model_id": request.model,
        **place,
    }


def _choice(request: m.ChatCompletionRequest) -> dict[str, Any]:
    """Return what may be called, and how: a mode has a field of its own."""
    told = offered(request)
    if not told.functions:
        return {}
    if told.alone:
        raise wrong("parallel_tool_calls", f"cannot be false on {VENDOR}")
    names = {function.name for function in told.functions}
    tools = [tool for tool in request.tools or () if tool.function and tool.function.name in names]
    if told.name:
        named = m.NamedToolChoice(type="function", function=m.FunctionName(name=told.name))
        return {"tools": tools, "tool_choice": named}
    return {"tools": tools, "tool_choice_option": told.mode}


def _check_parts(told: Conversation) -> None:
    """Raise `InvalidArgument` at a part that watsonx.ai does not take."""
    for turn in told.turns:
        for item in turn.items:
            if isinstance(item, File):
                raise wrong(item.param, f"is a file, and {VENDOR} takes none; send it as text")


def _message(message: m.ChatMessage) -> m.ChatMessage:
    """Return `message` as watsonx.ai takes it: only users speak in parts, and thoughts do not come back."""
    content = message.content
    if message.role != "user" and isinstance(content, list):
        content = "\n".join(part.text or part.refusal or "" for part in content)
    return msgspec.structs.replace(message, content=content, reasoning_content=None)
