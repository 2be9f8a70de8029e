"""The events of Oracle's stream as chunks of a chat completion.

Format: https://docs.oracle.com/iaas/Content/generative-ai/chat-models.htm

Each event is a part of the answer, padded to hide its length. The last one says why the answer ended, and in the format
`COHERE` repeats all of it. Those of the format `COHEREV2` are as Cohere's own client reads them:
https://github.com/cohere-ai/cohere-python/blob/main/src/cohere/oci_client.py
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.native.chunks import Chunks, call_id, wants_usage
from fleet_upstream.oci.answers import Call, Cost, Message, Part
from fleet_upstream.oci.reasons import check_reason, finish_reason
from fleet_upstream.refusals import broke_off, garbage


class Event(msgspec.Struct, rename="camel"):
    """An event, in any format; or an error, which has a code and whose message is a text."""

    message: Message | str | None = None
    text: str = ""
    tool_calls: list[Call] | None = None
    finish_reason: str | None = None
    error_message: str | None = None
    usage: Cost | None = None
    code: str | int | None = None

    def said(self) -> Message:
        """Return what is new. Raises `UpstreamFailed` if it is an error, or ends the answer with one."""
        check_reason(self.finish_reason or "", self.error_message)
        if isinstance(self.message, str):
            code = str(self.code or "")
            status = int(code) if code.isdecimal() else 502
            raise UpstreamFailed(self.message, status=status, code=code or None)
        return self.message or Message([Part(self.text)], self.tool_calls)


_decode = msgspec.json.Decoder(Event).decode


async def to_chunks(
    events: AsyncGenerator[bytes, None], request: m.ChatCompletionRequest
) -> AsyncGenerator[m.ChatCompletionChunk, None]:
    """Yield the chunks that `events` are. Closing the generator closes `events`.

    Raises:
        UpstreamFailed: An event is an error, or the stream ends before the answer does.
    """
    answer = _Answer(request)
    async with aclosing(events):
        async for data in events:
            if data:
                for chunk in answer.of(_event(data)):
                    yield chunk
    if not answer.ended:
        raise broke_off()
    for chunk in answer.closing():
        yield chunk


class _Answer:
    """One answer, while it comes.

    Attributes:
        ended: Whether its end came.
    """

    def __init__(self, request: m.ChatCompletionRequest) -> None:
        self.ended = False
        self._chunks = Chunks(request.model)
        self._wants_usage = wants_usage(request)
        self._cost: Cost | None = None
        self._begun = self._said = False
        # The id of each call; the last one's arguments may still come.
        self._calls: list[str] = []

    def of(self, event: Event) -> Iterator[m.ChatCompletionChunk]:
        """Yield the chunks that an event is."""
        said = event.said()
        self._cost = event.usage or self._cost
        if not self._begun:
            self._begun = True
            yield self._chunks.opening()
        repeated = event.finish_reason is not None and not isinstance(event.message, Message)
        if said.thoughts:
            yield self._chunks.thought(said.thoughts)
        if said.text and not (repeated and self._said):
            self._said = True
            yield self._chunks.text(said.text)
        known = tuple(self._calls)
        for call in said.tool_calls or ():
            if not (event.finish_reason and _told(call, known, repeated=repeated)):
                yield from self._called(call)
        if event.finish_reason:
            self.ended = True
            called = bool(self._calls)
            yield self._chunks.closing(finish_reason(event.finish_reason, called=called))

    def closing(self) -> Iterator[m.ChatCompletionChunk]:
        """Yield what comes after all events."""
        if self._cost and self._wants_usage:
            yield self._chunks.cost(self._cost.usage())

    def _called(self, call: Call) -> Iterator[m.ChatCompletionChunk]:
        """Yield the beginning of a call, or what goes on in the last one."""
        if call.tool and not (call.id and self._calls and call.id == self._calls[-1]):
            self._calls.append(call.id or call_id())
            yield self._chunks.call(len(self._calls) - 1, self._calls[-1], call.tool)
        if not self._calls:
            raise garbage()
        if call.text:
            yield self._chunks.arguments(len(self._calls) - 1, call.text)


def _told(call: Call, known: tuple[str, ...], *, repeated: bool) -> bool:
    """Say whether a call in the last event came before: its id did, or all is repeated where calls have none."""
    return call.id in known if call.id and call.tool else repeated and bool(known)


def _event(data: bytes) -> Event:
    try:
        return _decode(data)
    except msgspec.DecodeError:
        raise garbage() from None
