"""ConverseStream's events as chunks of a chat completion.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import Any, TypeAlias

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.bedrock.answers import Cost, finish_reason
from fleet_upstream.bedrock.blocks import kept
from fleet_upstream.bedrock.frames import Frame, FrameCutter
from fleet_upstream.native.chunks import Chunks, wants_usage
from fleet_upstream.refusals import broke_off, garbage

Keep: TypeAlias = Callable[[dict[str, msgspec.Raw]], Awaitable[None]]
"""Keeps what goes back with the next turn."""

_STATUSES = {
    "internalServerException": 500,
    "modelStreamErrorException": 424,
    "modelTimeoutException": 408,
    "serviceUnavailableException": 503,
    "throttlingException": 429,
    "validationException": 400,
}


class _ToolStart(msgspec.Struct, rename="camel"):
    tool_use_id: str
    name: str


class _Start(msgspec.Struct, rename="camel"):
    tool_use: _ToolStart | None = None


class _Input(msgspec.Struct):
    input: str = ""


class _Reasoning(msgspec.Struct, rename="camel"):
    text: str = ""
    signature: str = ""
    redacted_content: str = ""


class _Delta(msgspec.Struct, rename="camel"):
    text: str | None = None
    tool_use: _Input | None = None
    reasoning_content: _Reasoning | None = None


class _Event(msgspec.Struct, rename="camel"):
    """What an event of any kind may carry."""

    content_block_index: int = 0
    start: _Start | None = None
    delta: _Delta | None = None
    stop_reason: str | None = None
    usage: Cost | None = None
    message: str = ""


_decode = msgspec.json.Decoder(_Event).decode


async def to_chunks(
    pieces: AsyncGenerator[bytes, None], request: m.ChatCompletionRequest, keep: Keep
) -> AsyncGenerator[m.ChatCompletionChunk, None]:
    """Yield the chunks that the event stream in `pieces` is. Closing the generator closes `pieces`.

    Raises:
        UpstreamFailed: An event is an error, or the stream ends before the answer does.
    """
    cutter, answer = FrameCutter(), _Answer(request)
    async with aclosing(pieces):
        async for piece in pieces:
            for frame in cutter.feed(piece):
                for chunk in answer.of(frame):
                    yield chunk
    if not (answer.ended and cutter.between):
        raise broke_off()
    await keep(answer.kept())


class _Answer:
    """One answer, while it comes.

    Attributes:
        ended: Whether its last event came.
    """

    def __init__(self, request: m.ChatCompletionRequest) -> None:
        self.ended = False
        self._chunks = Chunks(request.model)
        self._wants_usage = wants_usage(request)
        self._calls = _Calls()
        # By the index of its block.
        self._thoughts: dict[int, _Reasoning] = {}

    def of(self, frame: Frame) -> Iterator[m.ChatCompletionChunk]:
        """Yield the chunks that a frame is."""
        event = _event(frame)
        index = event.content_block_index
        kind = frame.headers.get(":event-type")
        if kind == "messageStart":
            yield self._chunks.opening()
        elif kind == "contentBlockStart" and event.start and event.start.tool_use:
            use = event.start.tool_use
            yield self._chunks.call(self._calls.open(index, use), use.tool_use_id, use.name)
        elif kind == "contentBlockDelta" and event.delta:
            yield from self._said(index, event.delta)
        elif kind == "contentBlockStop" and self._calls.is_bare(index):
            yield self._chunks.arguments(self._calls.place(index), "{}")
        elif kind == "messageStop":
            self.ended = True
            yield self._chunks.closing(finish_reason(event.stop_reason or ""))
        elif kind == "metadata" and event.usage and self._wants_usage:
            yield self._chunks.cost(event.usage.usage())

    def kept(self) -> dict[str, msgspec.Raw]:
        """Return what goes back with the next turn."""
        return kept([_block(thought) for thought in self._thoughts.values()], self._calls.ids)

    def _said(self, index: int, delta: _Delta) -> Iterator[m.ChatCompletionChunk]:
        if delta.text:
            yield self._chunks.text(delta.text)
        if delta.reasoning_content:
            yield from self._thought(index, delta.reasoning_content)
        if delta.tool_use and delta.tool_use.input and self._calls.has(index):
            place = self._calls.argued(index)
            yield self._chunks.arguments(place, delta.tool_use.input)

    def _thought(self, index: int, new: _Reasoning) -> Iterator[m.ChatCompletionChunk]:
        thought = self._thoughts.setdefault(index, _Reasoning())
        thought.text += new.text
        thought.signature += new.signature
        thought.redacted_content += new.redacted_content
        if new.text:
            yield self._chunks.thought(new.text)


class _Calls:
    """The calls of one answer, by the index of the block that each is.

    Attributes:
        ids: Their ids, in order.
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._places: dict[int, int] = {}
        self._bare: set[int] = set()

    def open(self, index: int, start: _ToolStart) -> int:
        """Note a new call, and return its place among the calls."""
        self._places[index] = len(self.ids)
        self._bare.add(index)
        self.ids.append(start.tool_use_id)
        return self._places[index]

    def argued(self, index: int) -> int:
        """Note that the call has arguments, and return its place."""
        self._bare.discard(index)
        return self._places[index]

    def has(self, index: int) -> bool:
        """Say whether a block is a call."""
        return index in self._places

    def is_bare(self, index: int) -> bool:
        """Say whether a block is a call to which no arguments came."""
        return index in self._bare

    def place(self, index: int) -> int:
        """Return the place of a call."""
        return self._places[index]


def _block(thought: _Reasoning) -> dict[str, Any]:
    """Return what was thought as a block of a message has it."""
    if thought.redacted_content:
        return {"redactedContent": thought.redacted_content}
    signed = {"signature": thought.signature} if thought.signature else {}
    return {"reasoningText": {"text": thought.text, **signed}}


def _event(frame: Frame) -> _Event:
    """Read a frame. Raises `UpstreamFailed` at one that is an error."""
    headers = frame.headers
    if headers.get(":message-type") == "error":
        raise UpstreamFailed(
            headers.get(":error-message") or "The model server broke off the answer.",
            status=502,
            code=headers.get(":error-code"),
        )
    try:
        event = _decode(frame.payload)
    except msgspec.DecodeError:
        raise garbage() from None
    if headers.get(":message-type") == "exception":
        kind = headers.get(":exception-type", "")
        raise UpstreamFailed(
            event.message or "The model server broke off the answer.",
            status=_STATUSES.get(kind, 502),
            code=kind or None,
        )
    return event
