"""Noting what an answer cost, for the log line and the metrics."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.encoded import Encoded, EncodedStream, event_data


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _HasUsage(msgspec.Struct):
    usage: _Usage | None = None


_decoder = msgspec.json.Decoder(_HasUsage)
_usage = msgspec.json.Decoder(_Usage | None)


def noted(answer: Any, call: Call) -> Any:
    """Return `answer` or stream of answers, whose usage is noted in `call` as it passes."""
    if isinstance(answer, Encoded):
        note(_told(answer), call)
        return answer
    if isinstance(answer, EncodedStream):
        return EncodedStream(_noted_events(answer.events, call))
    if isinstance(answer, msgspec.Struct):
        note(getattr(answer, "usage", None), call)
        return answer
    return _noted_chunks(answer, call)


def note(usage: m.Usage | m.EmbeddingUsage | _Usage | None, call: Call) -> None:
    """Note `usage` in `call`."""
    for name in ("prompt_tokens", "completion_tokens"):
        tokens = getattr(usage, name, None)
        if tokens is not None:
            call.notes[name] = tokens


def _told(message: Encoded[Any]) -> _Usage | None:
    """Return the usage that `message` tells. A model server may tell it as it likes: nobody's answer fails for it."""
    try:
        if message.fields is None:
            return _decoder.decode(message.json).usage
        usage = message.fields.get("usage")
        return _usage.decode(usage) if usage else None
    except msgspec.DecodeError:
        return None


async def _noted_events(
    events: AsyncGenerator[bytes, None], call: Call
) -> AsyncGenerator[bytes, None]:
    async with aclosing(events):
        async for batch in events:
            # Few events have it, so only those are decoded.
            if b'"usage"' in batch:
                for data in event_data(batch):
                    note(_told(Encoded(data)), call)
            yield batch


async def _noted_chunks(chunks: AsyncGenerator[Any, None], call: Call) -> AsyncGenerator[Any, None]:
    async with aclosing(chunks):
        async for chunk in chunks:
            note(chunk.usage, call)
            yield chunk
