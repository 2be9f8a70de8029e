"""Chunks of a chat completion as the events of Anthropic's stream.

Format: https://docs.claude.com/en/docs/build-with-claude/streaming
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import TypeAlias

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.anthropic.answers import (
    message_id,
    stop_reason,
    stop_sequence,
    to_usage,
)

BlockKey: TypeAlias = str | int
"""What tells the blocks of one answer apart: `thinking`, `text`, or a call's place among the calls."""


async def to_events(
    chunks: AsyncGenerator[m.ChatCompletionChunk, None],
) -> AsyncGenerator[m.MessageEvent, None]:
    """Yield the events of one message. Closing the generator closes `chunks`."""
    events: _Events | None = None
    async with aclosing(chunks):
        async for chunk in chunks:
            if events is None:
                events = _Events()
                for event in _opening(chunk):
                    yield event
            for event in events.of(chunk):
                yield event
    for event in events.closing() if events else ():
        yield event


def _opening(chunk: m.ChatCompletionChunk) -> Iterator[m.MessageEvent]:
    message = m.Message(
        id=message_id(chunk.id), model=chunk.model, content=[], usage=to_usage(None)
    )
    yield m.MessageEvent(type="message_start", message=message)
    yield m.MessageEvent(type="ping")


class _Events:
    """The events of one message: blocks follow one another, each opened and closed."""

    def __init__(self) -> None:
        self._place = -1
        self._open: BlockKey | None = None
        self._finish = "stop"
        self._sequence: str | None = None
        self._usage: m.Usage | None = None

    def of(self, chunk: m.ChatCompletionChunk) -> Iterator[m.MessageEvent]:
        """Yield the events that `chunk` is."""
        self._usage = chunk.usage or self._usage
        for choice in chunk.choices:
            if choice.index == 0:
                yield from self._said(choice.delta)
                self._finish = choice.finish_reason or self._finish
                self._sequence = stop_sequence(choice.stop_reason) or self._sequence

    def closing(self) -> Iterator[m.MessageEvent]:
        """Yield the events at the end of the message."""
        yield from self._close()
        delta = m.MessageDelta(
            stop_reason=stop_reason(self._finish, self._sequence), stop_sequence=self._sequence
        )
        yield m.MessageEvent(type="message_delta", delta=delta, usage=to_usage(self._usage))
        yield m.MessageEvent(type="message_stop")

    def _said(self, delta: m.Delta) -> Iterator[m.MessageEvent]:
        if delta.reasoning_content:
            block = m.ContentBlock(type="thinking", thinking="", signature="")
            yield from self._in_block("thinking", block)
            yield self._delta(
                m.MessageDelta(type="thinking_delta", thinking=delta.reasoning_content)
            )
        text = delta.content or delta.refusal
        if text:
            yield from self._in_block("text", m.ContentBlock(type="text", text=""))
            yield self._delta(m.MessageDelta(type="text_delta", text=text))
        for call in delta.tool_calls or ():
            yield from self._called(call)

    def _called(self, call: m.ToolCall) -> Iterator[m.MessageEvent]:
        function = call.function or m.FunctionCall()
        block = m.ContentBlock(
            type="tool_use", id=call.id or "", name=function.name or "", input=msgspec.Raw(b"{}")
        )
        yield from self._in_block(call.index or 0, block)
        if function.arguments:
            delta = m.MessageDelta(type="input_json_delta", partial_json=function.arguments)
            yield self._delta(delta)

    def _in_block(self, key: BlockKey, block: m.ContentBlock) -> Iterator[m.MessageEvent]:
        """Open `block`, unless it is open already."""
        if key != self._open:
            yield from self._close()
            self._open = key
            self._place += 1
            yield m.MessageEvent(type="content_block_start", index=self._place, content_block=block)

    def _delta(self, delta: m.MessageDelta) -> m.MessageEvent:
        return m.MessageEvent(type="content_block_delta", index=self._place, delta=delta)

    def _close(self) -> Iterator[m.MessageEvent]:
        if self._open is not None:
            self._open = None
            yield m.MessageEvent(type="content_block_stop", index=self._place)
