"""Chat completions as Anthropic's messages.

Format: https://docs.claude.com/en/api/messages#response
"""

from collections.abc import Iterator

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.arguments import arguments_object

STOP_REASONS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}


def to_message(answer: m.ChatCompletion) -> m.Message:
    """Return the first choice of `answer` as a message."""
    choice = answer.choices[0]
    return m.Message(
        id=message_id(answer.id),
        model=answer.model,
        content=list(_blocks(choice.message)),
        stop_reason=stop_reason(choice.finish_reason, stop_sequence(choice.stop_reason)),
        stop_sequence=stop_sequence(choice.stop_reason),
        usage=to_usage(answer.usage),
    )


def message_id(completion_id: str) -> str:
    """Return the name of a message after that of the chat completion that it is."""
    return "msg_" + completion_id.removeprefix("chatcmpl-")


def stop_sequence(found: m.StopReason | None) -> str | None:
    """Return the stop sequence that ended an answer, where the model's server tells."""
    return found if isinstance(found, str) else None


def stop_reason(finish_reason: str, sequence: str | None) -> str:
    """Return why an answer ended, in Anthropic's words."""
    if finish_reason == "stop" and sequence is not None:
        return "stop_sequence"
    return STOP_REASONS.get(finish_reason, "end_turn")


def to_usage(usage: m.Usage | None) -> m.MessageUsage:
    """Return what an answer cost. Anthropic counts tokens from the cache apart."""
    if usage is None:
        return m.MessageUsage(input_tokens=0, output_tokens=0)
    details = usage.prompt_tokens_details
    cached = details.cached_tokens if details else None
    return m.MessageUsage(
        input_tokens=usage.prompt_tokens - (cached or 0),
        output_tokens=usage.completion_tokens,
        cache_read_input_tokens=cached,
    )


def _blocks(message: m.AssistantMessage) -> Iterator[m.ContentBlock]:
    if message.reasoning_content:
        yield m.ContentBlock(type="thinking", thinking=message.reasoning_content, signature="")
    text = message.content or message.refusal
    if text:
        yield m.ContentBlock(type="text", text=text)
    for call in message.tool_calls or ():
        function = call.function or m.FunctionCall()
        yield m.ContentBlock(
            type="tool_use",
            id=call.id or "",
            name=function.name or "",
            input=msgspec.Raw(arguments_object(function.arguments)),
        )
