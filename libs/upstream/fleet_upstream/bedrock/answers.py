"""Converse's answers as chat completions.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax
"""

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.bedrock.blocks import kept
from fleet_upstream.native import chunks
from fleet_upstream.refusals import garbage

_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
}


class Thought(msgspec.Struct):
    """A part of what a model thought."""

    text: str = ""


class Reasoning(msgspec.Struct, rename="camel"):
    """What a model thought; parts may be encrypted, which nobody can read."""

    reasoning_text: Thought | None = None


class ToolUse(msgspec.Struct, rename="camel"):
    """A call of a tool."""

    tool_use_id: str
    name: str
    input: msgspec.Raw = msgspec.Raw(b"{}")


class Cited(msgspec.Struct):
    """A text for which there are sources."""

    content: list[Thought] = []


class Block(msgspec.Struct, rename="camel"):
    """A content block: one of its fields is set."""

    text: str | None = None
    tool_use: ToolUse | None = None
    reasoning_content: msgspec.Raw = ABSENT
    citations_content: Cited | None = None


class Message(msgspec.Struct):
    """What the model said."""

    content: list[Block] = []


class Output(msgspec.Struct):
    """What came out."""

    message: Message


class Cost(msgspec.Struct, rename="camel"):
    """What an answer cost, in tokens. Those from a cache, and those written to one, are counted apart."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_write_input_tokens: int = 0

    def usage(self) -> m.Usage:
        """Return it as OpenAI counts."""
        cached = self.cache_read_input_tokens
        read = self.input_tokens + cached + self.cache_write_input_tokens
        return chunks.usage(read, self.output_tokens, cached)


class Answer(msgspec.Struct, rename="camel"):
    """The answer of `POST /model/{modelId}/converse`."""

    output: Output
    stop_reason: str
    usage: Cost

    def completion(self, model: str) -> tuple[m.ChatCompletion, dict[str, msgspec.Raw]]:
        """Return it as a chat completion, and what of it goes back with the next turn."""
        blocks = self.output.message.content
        thoughts = [
            block.reasoning_content for block in blocks if block.reasoning_content is not ABSENT
        ]
        message = _message(blocks, "".join(map(_thought, thoughts)))
        choice = m.Choice(finish_reason=finish_reason(self.stop_reason), index=0, message=message)
        told = m.ChatCompletion(
            id=chunks.completion_id(),
            choices=[choice],
            created=chunks.now(),
            model=model,
            usage=self.usage.usage(),
        )
        calls = [block.tool_use.tool_use_id for block in blocks if block.tool_use]
        return told, kept(thoughts, calls)


def _message(blocks: list[Block], thoughts: str) -> m.AssistantMessage:
    calls = [_call(block.tool_use) for block in blocks if block.tool_use]
    text = "".join(map(_text, blocks))
    return m.AssistantMessage(
        content=text if text or not calls else None,
        tool_calls=calls or None,
        reasoning_content=thoughts or None,
    )


def finish_reason(reason: str) -> str:
    """Return why an answer ended, by OpenAI's name.

    Raises:
        UpstreamFailed: It ended because the model wrote something that cannot be read.
    """
    if reason.startswith("malformed"):
        raise UpstreamFailed(
            "The model wrote something that its server could not read; try again.",
            status=502,
            code=reason,
        )
    return _REASONS.get(reason, "stop")


def _text(block: Block) -> str:
    cited = block.citations_content.content if block.citations_content else ()
    return (block.text or "") + "".join(part.text for part in cited)


def _thought(content: msgspec.Raw) -> str:
    try:
        thought = msgspec.json.decode(content, type=Reasoning).reasoning_text
    except msgspec.DecodeError:
        raise garbage() from None
    return thought.text if thought else ""


def _call(use: ToolUse) -> m.ToolCall:
    function = m.FunctionCall(name=use.name, arguments=bytes(use.input).decode())
    return m.ToolCall(id=use.tool_use_id, type="function", function=function)
