"""The events of Anthropic's stream as chunks of a chat completion.

Format: https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_upstream.anthropic.answers import Block, Cost, finish_reason, kept
from fleet_upstream.anthropic.schemas import ANSWER_TOOL
from fleet_upstream.native.chunks import Chunks, wants_usage
from fleet_upstream.native.ending import drain
from fleet_upstream.refusals import broke_off, garbage

Keep = Callable[[dict[str, msgspec.Raw]], Awaitable[None]]
"""Keeps what the vendor wants back with the next turn; as `completion` returns it."""


class Delta(msgspec.Struct):
    """What is new; `type` says which of the other fields is set, and there is none in `message_delta`."""

    type: str = ""
    text: str = ""
    thinking: str = ""
    signature: str = ""
    partial_json: str = ""
    stop_reason: str | None = None
    stop_sequence: str | None = None


class Head(msgspec.Struct):
    """The answer before its content."""

    usage: Cost = msgspec.field(default_factory=Cost)


class Event(msgspec.Struct):
    """One event; `type` says which of the other fields are set."""

    type: str
    message: Head | None = None
    content_block: msgspec.Raw = msgspec.Raw(b"{}")
    delta: Delta | None = None
    usage: Cost | None = None


_events = msgspec.json.Decoder(Event)


async def chunks(
    events: AsyncGenerator[bytes, None], request: m.ChatCompletionRequest, keep: Keep
) -> AsyncGenerator[m.ChatCompletionChunk, None]:
    """Yield the chunks of one answer. Closing the generator closes `events`.

    Raises:
        UpstreamFailed: The stream ends before the answer does, or is none.
    """
    answer = _Answer(request)
    async with aclosing(events):
        async for data in events:
            if not data:
                continue
            event = _event(data)
            if event.type == "message_stop":
                await keep(answer.kept())
                for chunk in answer.closing():
                    yield chunk
                await drain(events)
                return
            for chunk in answer.of(event):
                yield chunk
    raise broke_off()


def _event(data: bytes) -> Event:
    try:
        return _events.decode(data)
    except msgspec.DecodeError:
        raise garbage() from None


class _Block:
    """A content block, as far as it came: texts are kept in pieces, as joining each would cost their square."""

    def __init__(self, start: msgspec.Raw) -> None:
        self._fields: dict[str, Any] = msgspec.json.decode(start)
        self._pieces: list[str] = []
        self.type: str = self._fields.get("type", "")
        self.id: str = self._fields.get("id", "")
        self.name: str = self._fields.get("name", "")

    def grow(self, delta: Delta) -> str:
        """Take `delta`, and return what of it is new text."""
        if delta.type == "signature_delta":
            self._fields["signature"] = delta.signature
        text = delta.text or delta.thinking or delta.partial_json
        if text:
            self._pieces.append(text)
        return text

    @property
    def empty(self) -> bool:
        """Whether no text came."""
        return not self._pieces

    def whole(self) -> dict[str, Any]:
        """Return the block as it would have come in one."""
        text = "".join(self._pieces)
        if self.type == "tool_use":
            return self._fields | {"input": msgspec.Raw(text.encode() or b"{}")}
        return self._fields | ({self.type: text} if self.type in ("text", "thinking") else {})


class _Answer:
    """One answer, as far as it came."""

    def __init__(self, request: m.ChatCompletionRequest) -> None:
        self._chunks = Chunks(request.model)
        self._wants_usage = wants_usage(request)
        self._cost = Cost()
        self._end = Delta()
        self._blocks: list[_Block] = []
        self._calls = 0

    def of(self, event: Event) -> Iterator[m.ChatCompletionChunk]:
        """Yield the chunks that `event` is."""
        if event.type == "message_start":
            self._cost = event.message.usage if event.message else self._cost
            yield self._chunks.opening()
        elif event.type == "content_block_start":
            yield from self._open(_Block(event.content_block))
        elif event.type == "content_block_delta" and event.delta and self._blocks:
            text = self._blocks[-1].grow(event.delta)
            if text:
                yield self._said(self._blocks[-1], text)
        elif event.type == "content_block_stop" and self._blocks:
            yield from self._close(self._blocks[-1])
        elif event.type == "message_delta":
            self._end = event.delta or self._end
            self._cost = self._cost.later(event.usage)

    def closing(self) -> Iterator[m.ChatCompletionChunk]:
        """Yield the chunks at the end."""
        reason = finish_reason(self._end.stop_reason, called=self._calls > 0)
        yield self._chunks.closing(reason, stop_reason=self._end.stop_sequence)
        if self._wants_usage:
            yield self._chunks.cost(self._cost.usage())

    def kept(self) -> dict[str, msgspec.Raw]:
        """Return what the vendor wants back."""
        blocks = [Block(block.type, id=block.id) for block in self._blocks]
        whole = [block.whole() for block in self._blocks]
        return kept(blocks, msgspec.Raw(msgspec.json.encode(whole)))

    def _open(self, block: _Block) -> Iterator[m.ChatCompletionChunk]:
        self._blocks.append(block)
        if block.type == "tool_use" and block.name != ANSWER_TOOL:
            yield self._chunks.call(self._calls, block.id, block.name)
            self._calls += 1

    def _said(self, block: _Block, text: str) -> m.ChatCompletionChunk:
        """Return new text of `block`, which may be a thought, or the arguments of a call."""
        if block.type == "thinking":
            return self._chunks.thought(text)
        if block.type == "tool_use" and block.name != ANSWER_TOOL:
            return self._chunks.arguments(self._calls - 1, text)
        return self._chunks.text(text)

    def _close(self, block: _Block) -> Iterator[m.ChatCompletionChunk]:
        """End a block: a call without arguments has an empty object, which is not streamed."""
        if block.type == "tool_use" and block.empty:
            yield self._said(block, "{}")
