"""Chunks of a chat completion as the events of Google's stream.

Format: https://ai.google.dev/gemini-api/docs/interactions/streaming, before its version with steps
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.arguments import arguments_object
from fleet_inference.dialects.interactions.answers import to_usage
from fleet_inference.dialects.times import moment, now


async def to_events(
    chunks: AsyncGenerator[m.ChatCompletionChunk, None],
) -> AsyncGenerator[m.InteractionEvent, None]:
    """Yield the events of one interaction. Closing the generator closes `chunks`."""
    events: _Events | None = None
    async with aclosing(chunks):
        async for chunk in chunks:
            if events is None:
                events = _Events(chunk)
                yield events.opening()
            for event in events.of(chunk):
                yield event
    for event in events.closing() if events else ():
        yield event


class _Events:
    """The events of one interaction: items follow one another, each opened and closed.

    Text is told as it comes; a call when it is whole, as Google tells its arguments as an object.
    """

    def __init__(self, first: m.ChatCompletionChunk) -> None:
        self._first = first
        self._place = -1
        self._open: str | None = None
        self._call: m.ToolCall | None = None
        self._usage: m.Usage | None = None

    def opening(self) -> m.InteractionEvent:
        """Return the event at the start of the interaction."""
        return self._state("interaction.start", "in_progress", None)

    def of(self, chunk: m.ChatCompletionChunk) -> Iterator[m.InteractionEvent]:
        """Yield the events that `chunk` is."""
        self._usage = chunk.usage or self._usage
        for choice in chunk.choices:
            if choice.index == 0:
                yield from self._said(choice.delta)

    def closing(self) -> Iterator[m.InteractionEvent]:
        """Yield the events at the end of the interaction."""
        yield from self._close()
        yield self._state("interaction.complete", "completed", to_usage(self._usage))

    def _said(self, delta: m.Delta) -> Iterator[m.InteractionEvent]:
        if delta.reasoning_content:
            yield from self._in_item("thought", m.InteractionContent(type="thought"))
            thought = m.InteractionText(text=delta.reasoning_content)
            yield self._delta(m.InteractionDelta(type="thought_summary", content=thought))
        text = delta.content or delta.refusal
        if text:
            yield from self._in_item("text", m.InteractionContent(type="text", text=""))
            yield self._delta(m.InteractionDelta(type="text", text=text))
        for call in delta.tool_calls or ():
            yield from self._called(call)

    def _called(self, piece: m.ToolCall) -> Iterator[m.InteractionEvent]:
        call, function = self._call, piece.function or m.FunctionCall()
        if call is None or (piece.index or 0) != (call.index or 0):
            yield from self._close()
            name = function.name or ""
            self._call = m.ToolCall(
                index=piece.index,
                id=piece.id or "",
                function=m.FunctionCall(name=name, arguments=function.arguments or ""),
            )
            content = m.InteractionContent(type="function_call", id=piece.id or "", name=name)
            yield from self._in_item("function_call", content)
        elif call.function:
            call.function.arguments = (call.function.arguments or "") + (function.arguments or "")

    def _in_item(self, kind: str, content: m.InteractionContent) -> Iterator[m.InteractionEvent]:
        """Open an item with `content`, unless one of its kind is open."""
        if kind != self._open:
            yield from self._close()
            self._open = kind
            self._place += 1
            yield m.InteractionEvent(event_type="content.start", index=self._place, content=content)

    def _close(self) -> Iterator[m.InteractionEvent]:
        if self._open is None:
            return
        if self._open == "function_call" and self._call and self._call.function:
            function = self._call.function
            delta = m.InteractionDelta(
                type="function_call",
                id=self._call.id,
                name=function.name,
                arguments=msgspec.Raw(arguments_object(function.arguments)),
            )
            yield self._delta(delta)
        self._open = self._call = None
        yield m.InteractionEvent(event_type="content.stop", index=self._place)

    def _delta(self, delta: m.InteractionDelta) -> m.InteractionEvent:
        return m.InteractionEvent(event_type="content.delta", index=self._place, delta=delta)

    def _state(
        self, event_type: str, status: str, usage: m.InteractionUsage | None
    ) -> m.InteractionEvent:
        state = m.InteractionState(
            id=self._first.id,
            status=status,
            created=moment(self._first.created),
            updated=now(),
            model=self._first.model,
            usage=usage,
        )
        return m.InteractionEvent(event_type=event_type, interaction=state)
