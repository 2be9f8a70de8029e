"""Answers that are bytes already, and that nobody need decode to pass on."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")

ABSENT = msgspec.Raw()
"""What a field that holds any JSON is when it was left out; compare by identity."""

DATA = b"data:"
DONE = b"[DONE]"


@dataclass(frozen=True, slots=True)
class Encoded(Generic[T]):
    """A message as the JSON it came in.

    Attributes:
        fields: What its top-level fields hold, where whoever read it has looked already.
    """

    json: bytes
    fields: Mapping[str, msgspec.Raw] | None = None

    def decode(self, kind: type[T]) -> T:
        """Return the message. Raises `msgspec.DecodeError` if the bytes are no such message."""
        return msgspec.json.decode(self.json, type=kind)


@dataclass(frozen=True, slots=True)
class EncodedStream(Generic[T]):
    """A stream of messages as the server-sent events they come in.

    Each item of `events` is one or more whole events, `data: {…}` and a blank line, without the closing `[DONE]`. What
    came at once is passed on at once, so such a stream is coalesced already.
    """

    events: AsyncGenerator[bytes, None]

    async def decode(self, kind: type[T]) -> AsyncGenerator[T, None]:
        """Yield the messages. Raises `msgspec.DecodeError` at bytes that are no such message."""
        decoder = msgspec.json.Decoder(kind)
        async with aclosing(self.events) as events:
            async for batch in events:
                for data in event_data(batch):
                    yield decoder.decode(data)


def event_data(events: bytes) -> list[bytes]:
    """Return what the whole server-sent events in `events` carry, comments and other fields left out.

    Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
    """
    return [
        line[len(DATA) :].strip()
        for line in events.splitlines()
        if line.startswith(DATA) and not line.endswith(DONE)
    ]
