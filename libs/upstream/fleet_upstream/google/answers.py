"""Google's generated content as chat completions.

Format: https://ai.google.dev/api/generate-content#generatecontentresponse
"""

from dataclasses import dataclass

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.google.contents import KeptCall
from fleet_upstream.google.generated import Candidate, FunctionCall, Generated, Part
from fleet_upstream.native.chunks import call_id, completion_id, now

FILTERED = frozenset(
    {
        "BLOCKLIST",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
        "IMAGE_SAFETY",
        "LANGUAGE",
        "PROHIBITED_CONTENT",
        "RECITATION",
        "SAFETY",
        "SPII",
    }
)
"""Reasons why an answer ended that mean that it may not be said."""
FAILED = frozenset(
    {
        "MALFORMED_FUNCTION_CALL",
        "MALFORMED_RESPONSE",
        "MISSING_THOUGHT_SIGNATURE",
        "TOO_MANY_TOOL_CALLS",
        "UNEXPECTED_TOOL_CALL",
    }
)
"""Reasons that mean that there is no answer."""


@dataclass(frozen=True, slots=True)
class Called:
    """A call, under the id by which we tell of it, and what the vendor wants back of it."""

    id: str
    function: FunctionCall
    kept: KeptCall

    @property
    def arguments(self) -> str:
        """The JSON text of the arguments."""
        return bytes(self.function.args).decode()


def calls(parts: list[Part]) -> list[Called]:
    """Return the calls among `parts`, each by the vendor's id or a new one."""
    return [
        Called(
            part.function_call.id or call_id(),
            part.function_call,
            KeptCall(part.function_call.id, part.thought_signature),
        )
        for part in parts
        if part.function_call
    ]


def kept(called: list[Called]) -> dict[str, msgspec.Raw]:
    """Return what the vendor wants back with the next turn, by the ids of the calls."""
    return {call.id: msgspec.Raw(msgspec.json.encode(call.kept)) for call in called}


def said(parts: list[Part], *, thought: bool) -> str:
    """Return the text that was said, or thought."""
    return "".join(part.text or "" for part in parts if part.thought == thought)


def completion(
    answer: Generated, request: m.ChatCompletionRequest
) -> tuple[m.ChatCompletion, dict[str, msgspec.Raw]]:
    """Return `answer` as a chat completion, and what the vendor wants back with the next turn.

    Raises:
        UpstreamFailed: The model made nothing that is an answer.
    """
    candidate = answer.candidate
    parts = candidate.content.parts
    called = passed_on(calls(parts), request)
    text = said(parts, thought=False)
    message = m.AssistantMessage(
        content=None if called and not text else text,
        reasoning_content=said(parts, thought=True) or None,
        tool_calls=list(map(_tool_call, called)) or None,
    )
    choice = m.Choice(
        finish_reason=finish_reason(candidate, called=bool(called)),
        index=0,
        message=message,
        logprobs=candidate.logprobs(),
    )
    told = m.ChatCompletion(
        id=completion_id(),
        choices=[choice],
        created=now(),
        model=request.model,
        usage=answer.usage_metadata.usage(),
    )
    return told, kept(called)


def passed_on(
    called: list[Called], request: m.ChatCompletionRequest, before: int = 0
) -> list[Called]:
    """Return those of `called` that the caller wants; `before` is how many there were before them."""
    return called[: max(0, 1 - before)] if request.parallel_tool_calls is False else called


def _tool_call(call: Called) -> m.ToolCall:
    function = m.FunctionCall(name=call.function.name, arguments=call.arguments)
    return m.ToolCall(id=call.id, type="function", function=function)


def finish_reason(candidate: Candidate, *, called: bool) -> str:
    """Return why an answer ended, by OpenAI's names.

    Raises:
        UpstreamFailed: The model made nothing that is an answer; trying again may help.
    """
    reason = candidate.finish_reason
    if reason in FAILED:
        raise UpstreamFailed(
            candidate.finish_message or f"The model's answer was no answer: {reason}.",
            status=502,
            code=reason.lower(),
        )
    if reason in FILTERED:
        return "content_filter"
    if reason == "MAX_TOKENS":
        return "length"
    return "tool_calls" if called else "stop"
