"""Streamed answers of the inference service as the old API has them."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.legacy.answers import (
    chat_logprobs,
    completion_logprobs,
    metrics,
    stop_reason,
    to_call,
)


async def to_chat_chunks(
    chunks: AsyncGenerator[m.ChatCompletionChunk, None],
) -> AsyncGenerator[m.LegacyChatChunk, None]:
    """Yield the events of one answer. Closing the generator closes `chunks`."""
    events: _Events | None = None
    async with aclosing(chunks):
        async for chunk in chunks:
            if events is None:
                events = _Events()
                yield _event("start", _text(""))
            for event in events.of(chunk):
                yield event
    for event in events.closing() if events else ():
        yield event


async def to_completion_chunks(
    chunks: AsyncGenerator[m.Completion, None],
) -> AsyncGenerator[m.LegacyCompletionChunk, None]:
    """Yield the pieces of one continued text; why it ended, and its cost, come last."""
    finish, usage = "stop", None
    async with aclosing(chunks):
        async for chunk in chunks:
            usage = chunk.usage or usage
            for choice in chunk.choices:
                finish = choice.finish_reason or finish
                if choice.text:
                    logprobs = completion_logprobs(choice.logprobs)
                    yield m.LegacyCompletionChunk(delta=choice.text, logprobs=logprobs)
    yield m.LegacyCompletionChunk(delta="", stop_reason=stop_reason(finish), metrics=metrics(usage))


class _Events:
    """The events of one answer: text as it comes, and calls in pieces and then whole."""

    def __init__(self) -> None:
        self._call: m.ToolCall | None = None
        self._finish = "stop"
        self._usage: m.Usage | None = None

    def of(self, chunk: m.ChatCompletionChunk) -> Iterator[m.LegacyChatChunk]:
        """Yield the events that `chunk` is."""
        self._usage = chunk.usage or self._usage
        for choice in chunk.choices:
            self._finish = choice.finish_reason or self._finish
            text = choice.delta.content or choice.delta.refusal
            if text:
                yield _event("progress", _text(text), chat_logprobs(choice.logprobs))
            for call in choice.delta.tool_calls or ():
                yield from self._called(call)

    def closing(self) -> Iterator[m.LegacyChatChunk]:
        """Yield the events at the end of the answer."""
        yield from self._succeeded()
        last = _event("complete", _text(""))
        last.event.stop_reason = stop_reason(self._finish)
        last.metrics = metrics(self._usage)
        yield last

    def _called(self, piece: m.ToolCall) -> Iterator[m.LegacyChatChunk]:
        call = self._call
        if call is None or (piece.index or 0) != (call.index or 0):
            yield from self._succeeded()
            call = self._call = m.ToolCall(
                index=piece.index, id=piece.id, function=m.FunctionCall()
            )
            yield _event("progress", _call_delta("", "started"))
        if piece.function and call.function:
            call.function.name = call.function.name or piece.function.name
            text = piece.function.arguments or ""
            call.function.arguments = (call.function.arguments or "") + text
            if text:
                yield _event("progress", _call_delta(text, "in_progress"))

    def _succeeded(self) -> Iterator[m.LegacyChatChunk]:
        """Yield the whole call that was being told, if one was."""
        if self._call is not None:
            yield _event("progress", _call_delta(to_call(self._call), "succeeded"))
            self._call = None


def _text(text: str) -> m.LegacyDelta:
    return m.LegacyDelta(type="text", text=text)


def _call_delta(call: m.LegacyToolCallDelta, status: str) -> m.LegacyDelta:
    return m.LegacyDelta(type="tool_call", tool_call=call, parse_status=status)


def _event(
    kind: str, delta: m.LegacyDelta, logprobs: list[m.LegacyTokenLogprobs] | None = None
) -> m.LegacyChatChunk:
    return m.LegacyChatChunk(
        event=m.LegacyChatEvent(event_type=kind, delta=delta, logprobs=logprobs)
    )
