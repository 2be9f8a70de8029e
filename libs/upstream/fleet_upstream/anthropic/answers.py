"""Anthropic's messages as chat completions.

Format: https://platform.claude.com/docs/en/api/messages#response
"""

import msgspec

from fleet.inference.v1 import messages as m
from fleet_upstream.anthropic.schemas import ANSWER_TOOL
from fleet_upstream.native.chunks import completion_id, now, usage
from fleet_upstream.refusals import garbage

FINISH_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
    "pause_turn": "stop",
}
"""OpenAI's reasons by the vendor's."""


class OutputDetails(msgspec.Struct):
    """What is known of the tokens produced."""

    thinking_tokens: int | None = None


class Cost(msgspec.Struct):
    """What an answer cost, in tokens. Those from the cache and those written to it are counted apart."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    output_tokens_details: OutputDetails | None = None

    def later(self, other: "Cost | None") -> "Cost":
        """Return this, with what `other` says in its place: counts in a stream are running totals."""
        if other is None:
            return self
        names = self.__struct_fields__
        told = {name: getattr(other, name) for name in names if getattr(other, name) is not None}
        return msgspec.structs.replace(self, **told)

    def usage(self) -> m.Usage:
        """Return it as OpenAI counts."""
        cached = self.cache_read_input_tokens
        read = (self.input_tokens or 0) + (cached or 0) + (self.cache_creation_input_tokens or 0)
        details = self.output_tokens_details
        thought = details.thinking_tokens if details else None
        return usage(read, self.output_tokens or 0, cached, thought)


class Block(msgspec.Struct):
    """A content block; `type` says which of the other fields are set."""

    type: str
    text: str = ""
    thinking: str = ""
    signature: str = ""
    id: str = ""
    name: str = ""
    input: msgspec.Raw = msgspec.Raw(b"{}")


class Message(msgspec.Struct):
    """An answer."""

    content: msgspec.Raw
    usage: Cost
    stop_reason: str | None = None
    stop_sequence: str | None = None


def completion(answer: Message, model: str) -> tuple[m.ChatCompletion, dict[str, msgspec.Raw]]:
    """Return `answer` as a chat completion, and what of it the vendor wants back with the next turn.

    That is its whole content, by the id of its first call, where the model thought before it called.
    """
    blocks = _blocks(answer.content)
    message = _message(blocks)
    reason = finish_reason(answer.stop_reason, called=bool(message.tool_calls))
    choice = m.Choice(
        finish_reason=reason, index=0, message=message, stop_reason=answer.stop_sequence
    )
    told = m.ChatCompletion(
        id=completion_id(),
        choices=[choice],
        created=now(),
        model=model,
        usage=answer.usage.usage(),
    )
    return told, kept(blocks, answer.content)


def _blocks(content: msgspec.Raw) -> list[Block]:
    try:
        return msgspec.json.decode(content, type=list[Block])
    except msgspec.DecodeError:
        raise garbage() from None


def _message(blocks: list[Block]) -> m.AssistantMessage:
    calls = [block for block in blocks if block.type == "tool_use" and block.name != ANSWER_TOOL]
    written = [
        bytes(block.input).decode()
        for block in blocks
        if block.type == "tool_use" and block.name == ANSWER_TOOL
    ]
    text = "".join(written) or "".join(block.text for block in blocks)
    return m.AssistantMessage(
        content=None if calls and not text else text,
        reasoning_content="".join(block.thinking for block in blocks) or None,
        tool_calls=list(map(_call, calls)) or None,
    )


def _call(block: Block) -> m.ToolCall:
    arguments = bytes(block.input).decode()
    function = m.FunctionCall(name=block.name, arguments=arguments)
    return m.ToolCall(id=block.id, type="function", function=function)


def finish_reason(stop_reason: str | None, *, called: bool) -> str:
    """Return why an answer ended, by OpenAI's names; an answer that the model called a tool to write calls none."""
    reason = FINISH_REASONS.get(stop_reason or "", "stop")
    return "stop" if reason == "tool_calls" and not called else reason


def kept(blocks: list[Block], content: msgspec.Raw) -> dict[str, msgspec.Raw]:
    """Return `content` by the id of its first call, if the model thought and called."""
    thought = any(block.type in ("thinking", "redacted_thinking") for block in blocks)
    calls = [block.id for block in blocks if block.type == "tool_use"]
    return {calls[0]: content} if thought and calls else {}
