"""Files that go out over HTTP: bytes with their type and their name."""

import re
import time
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

from google.api.httpbody_pb2 import HttpBody

from fleet_runtime.call import Call
from fleet_runtime.coalesce import LIMIT
from fleet_runtime.rest_answer import Context

OCTETS = "application/octet-stream"
# Printable ASCII that begins as a media type does: anything else would be no header.
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;[ -~]*)?", re.ASCII)
# No `HttpBody`, and no other message: a field that ends before its length.
NO_MESSAGE = b"\x0a"


async def write_file(stream: Any, call: Call, context: Context) -> None:
    """Write the bytes of a stream of messages with `data`, and close it whatever happens.

    The first message may say the file's `content_type` and `filename`. What fails before it is an ordinary error.
    """
    async with aclosing(stream):
        first = await anext(stream, None)
        await context.send_initial_metadata(_headers(getattr(first, "filename", None)))
        call.first_chunk = time.perf_counter()
        kind = _media_type(getattr(first, "content_type", None))
        await _write(first.data if first else b"", kind, context)
        async for piece in stream:
            await _write(piece.data, "", context)


async def break_off(context: Context) -> None:
    """Break the transfer off, so that the caller does not take what came for the whole file.

    A status at the end would not do: HTTP callers do not see it. At a message that is none, Envoy's transcoder resets
    the stream.
    """
    await context.write(NO_MESSAGE)


def to_bytes(message: HttpBody | bytes) -> bytes:
    """Return a message as it is sent."""
    return message if isinstance(message, bytes) else message.SerializeToString()


def disposition(filename: str) -> str:
    """Return the header that names a file: https://www.rfc-editor.org/rfc/rfc6266.

    The name comes twice: in ASCII, for what reads no more, and in full.
    """
    plain = re.sub(r'[^ -~]|["\\%]', "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _headers(filename: str | None) -> tuple[tuple[str, str], ...]:
    # What callers have uploaded is never shown as a page of ours, whatever type it claims.
    named = disposition(filename) if filename else "attachment"
    return (("content-disposition", named), ("x-content-type-options", "nosniff"))


def _media_type(claimed: str | None) -> str:
    return claimed if claimed and MEDIA_TYPE.fullmatch(claimed) else OCTETS


async def _write(data: bytes, kind: str, context: Context) -> None:
    """Write `data` in messages that the gateway passes."""
    for start in range(0, max(len(data), 1), LIMIT):
        await context.write(HttpBody(content_type=kind, data=data[start : start + LIMIT]))
        kind = ""
