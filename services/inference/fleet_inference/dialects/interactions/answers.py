"""Chat completions as Google's interactions.

Format: https://ai.google.dev/api/interactions-api#Resource:Interaction
"""

from collections.abc import Iterator

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.arguments import arguments_object
from fleet_inference.dialects.times import moment, now


def to_interaction(answer: m.ChatCompletion) -> m.Interaction:
    """Return the first choice of `answer` as an interaction."""
    return m.Interaction(
        id=answer.id,
        created=moment(answer.created),
        updated=now(),
        model=answer.model,
        outputs=list(_outputs(answer.choices[0].message)),
        usage=to_usage(answer.usage),
    )


def to_usage(usage: m.Usage | None) -> m.InteractionUsage:
    """Return what an answer cost."""
    if usage is None:
        return m.InteractionUsage(total_input_tokens=0, total_output_tokens=0, total_tokens=0)
    read, made = usage.prompt_tokens_details, usage.completion_tokens_details
    return m.InteractionUsage(
        total_input_tokens=usage.prompt_tokens,
        total_output_tokens=usage.completion_tokens,
        total_tokens=usage.total_tokens,
        total_cached_tokens=read.cached_tokens if read else None,
        total_thought_tokens=made.reasoning_tokens if made else None,
    )


def _outputs(message: m.AssistantMessage) -> Iterator[m.InteractionContent]:
    if message.reasoning_content:
        summary = [m.InteractionText(text=message.reasoning_content)]
        yield m.InteractionContent(type="thought", summary=summary)
    text = message.content or message.refusal
    if text:
        yield m.InteractionContent(type="text", text=text)
    for call in message.tool_calls or ():
        function = call.function or m.FunctionCall()
        yield m.InteractionContent(
            type="function_call",
            id=call.id or "",
            name=function.name or "",
            arguments=msgspec.Raw(arguments_object(function.arguments)),
        )
