"""Putting the caller's name for a model where a provider put its own."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec

from fleet_runtime.encoded import Encoded, EncodedStream, event_data

# A JSON key and its string value. Within a JSON string the quotes would be escaped, so this never matches text.
_MODEL = re.compile(rb'"model"\s*:\s*("(?:[^"\\]|\\.)*")')


class _Told(msgspec.Struct):
    model: msgspec.Raw = msgspec.Raw()


_decoder = msgspec.json.Decoder(_Told)


def named(answer: Any, model: str) -> Any:
    """Return `answer` or stream of answers with `model` as the name of the model."""
    if isinstance(answer, Encoded):
        old = _field(answer)
        return Encoded(answer.json.replace(old, _renamed(model))) if old else answer
    if isinstance(answer, EncodedStream):
        return EncodedStream(_named_events(answer.events, model))
    if isinstance(answer, msgspec.Struct):
        answer.model = model  # type: ignore[attr-defined]  # every answer that has a model has this field
        return answer
    return _named_chunks(answer, model)


def _renamed(model: str) -> bytes:
    return b'"model":' + msgspec.json.encode(model)


def _field(message: Encoded[Any]) -> bytes | None:
    """Return the field with the model's name as `message` writes it, if it has one beside its other fields.

    Deeper down there may be others, of other models.
    """
    name = _name(message)
    return next((found[0] for found in _MODEL.finditer(message.json) if found[1] == name), None)


def _name(message: Encoded[Any]) -> bytes | None:
    """Return the model's name as `message` writes it."""
    if message.fields is not None:
        return bytes(message.fields.get("model", b""))
    try:
        return bytes(_decoder.decode(message.json).model)
    except msgspec.DecodeError:
        return None


async def _named_events(
    events: AsyncGenerator[bytes, None], model: str
) -> AsyncGenerator[bytes, None]:
    """Replace the provider's name, which the first event tells, in all events."""
    old, new = None, _renamed(model)
    async with aclosing(events):
        async for batch in events:
            old = old or next(filter(None, map(_field, map(Encoded, event_data(batch)))), None)
            yield batch.replace(old, new) if old else batch


async def _named_chunks(chunks: AsyncGenerator[Any, None], model: str) -> AsyncGenerator[Any, None]:
    async with aclosing(chunks):
        async for chunk in chunks:
            chunk.model = model
            yield chunk
