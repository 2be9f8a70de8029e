"""Noting what an answer cost, for the log line and the metrics."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.encoded import Encoded, EncodedStream, event_data


class _HasUsage(msgspec.Struct):
    usage: m.Usage | None = None


_decoder = msgspec.json.Decoder(_HasUsage)


def noted(answer: Any, call: Call) -> Any:
    """Return `answer` or stream of answers, whose usage is noted in `call` as it passes."""
    if isinstance(answer, Encoded):
        note(_decoder.decode(answer.json).usage, call)
        return answer
    if isinstance(answer, EncodedStream):
        return EncodedStream(_noted_events(answer.events, call))
    if isinstance(answer, msgspec.Struct):
        note(getattr(answer, "usage", None), call)
        return answer
    return _noted_chunks(answer, call)


def note(usage: m.Usage | m.EmbeddingUsage | None, call: Call) -> None:
    """Note `usage` in `call`."""
    if usage:
        call.notes["prompt_tokens"] = usage.prompt_tokens
        if isinstance(usage, m.Usage):
            call.notes["completion_tokens"] = usage.completion_tokens


async def _noted_events(
    events: AsyncGenerator[bytes, None], call: Call
) -> AsyncGenerator[bytes, None]:
    async with aclosing(events):
        async for batch in events:
            # Few events have it, so only those are decoded.
            if b'"usage"' in batch:
                for data in event_data(batch):
                    note(_decoder.decode(data).usage, call)
            yield batch


async def _noted_chunks(chunks: AsyncGenerator[Any, None], call: Call) -> AsyncGenerator[Any, None]:
    async with aclosing(chunks):
        async for chunk in chunks:
            note(chunk.usage, call)
            yield chunk
