"""Putting the caller's name for a model where a provider put its own."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec

from fleet_runtime.encoded import Encoded, EncodedStream

# A JSON key and its string value. Within a JSON string the quotes would be escaped, so this never matches text.
_MODEL = re.compile(rb'"model"\s*:\s*"((?:[^"\\]|\\.)*)"')


def named(answer: Any, model: str) -> Any:
    """Return `answer` or stream of answers with `model` as the name of the model."""
    if isinstance(answer, Encoded):
        return Encoded(_MODEL.sub(_field(model), answer.json, count=1))
    if isinstance(answer, EncodedStream):
        return EncodedStream(_named_events(answer.events, model))
    if isinstance(answer, msgspec.Struct):
        answer.model = model  # type: ignore[attr-defined]  # every answer that has a model has this field
        return answer
    return _named_chunks(answer, model)


def _field(model: str) -> Any:
    text = b'"model":' + msgspec.json.encode(model)
    return lambda _: text


async def _named_events(
    events: AsyncGenerator[bytes, None], model: str
) -> AsyncGenerator[bytes, None]:
    """Replace the provider's name, which the first event tells, in all events."""
    old = new = b""
    async with aclosing(events):
        async for batch in events:
            if not old:
                found = _MODEL.search(batch)
                if found:
                    old, new = found[0], _field(model)(found)
            yield batch.replace(old, new) if old else batch


async def _named_chunks(chunks: AsyncGenerator[Any, None], model: str) -> AsyncGenerator[Any, None]:
    async with aclosing(chunks):
        async for chunk in chunks:
            chunk.model = model
            yield chunk
