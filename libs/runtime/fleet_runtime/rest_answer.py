"""Answers as HTTP callers get them: one JSON body, a stream of events, a file, nothing, or an error."""

import json
import math
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, TypeAlias

import grpc
import msgspec
from google.api.httpbody_pb2 import HttpBody

from fleet_runtime.call import Call
from fleet_runtime.coalesce import LIMIT, coalesce
from fleet_runtime.dialect import Dialect
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.errors import FleetError
from fleet_runtime.rest_request import JSON

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]

# What tells the gateway's filter of the HTTP status that is meant.
STATUS = "x-fleet-status"
NO_CONTENT, ACCEPTED = "204", "202"

_encode = msgspec.json.Encoder().encode


async def write_body(body: bytes, context: Context) -> None:
    """Write one JSON body, in messages that the gateway passes."""
    await context.write(HttpBody(content_type=JSON, data=body[:LIMIT]))
    for start in range(LIMIT, len(body), LIMIT):
        await context.write(HttpBody(data=body[start : start + LIMIT]))


async def write_nothing(context: Context, *, never: bool) -> None:
    """Answer with no body.

    The gateway's filter makes a 204 of it, and a 202 where an answer was due: then the request was taken, and there is
    nothing to say to it. `never` says that the operation never has an answer.
    """
    await context.send_initial_metadata(((STATUS, NO_CONTENT if never else ACCEPTED),))


async def write_events(stream: Any, dialect: Dialect, call: Call, context: Context) -> None:
    """Write a stream as the dialect has streams, and close it whatever happens."""
    encoded = isinstance(stream, EncodedStream)
    events = stream.events if encoded else coalesce(_framed(stream, dialect))
    async with aclosing(events):
        async for batch in events:
            if call.first_chunk is None:
                call.first_chunk = time.perf_counter()
                await context.write(HttpBody(content_type=dialect.media_type, data=batch))
            else:
                await context.write(HttpBody(data=batch))
    # A stream without a single chunk is still a stream.
    kind = dialect.media_type if call.first_chunk is None else ""
    if kind or dialect.end:
        await context.write(HttpBody(content_type=kind, data=dialect.end))


async def _framed(
    stream: AsyncGenerator[Any, None], dialect: Dialect
) -> AsyncGenerator[bytes, None]:
    """Yield each message of `stream` as one event."""
    async with aclosing(stream):
        async for message in stream:
            yield dialect.event(message, json_of(message))


def json_of(answer: Any) -> bytes:
    """Return an answer, or a chunk of one, as JSON."""
    return answer.json if isinstance(answer, Encoded) else _encode(answer)


async def refuse(error: FleetError, dialect: Dialect, context: Context, *, begun: bool) -> None:
    """Tell the caller of `error`: as the answer, or inside the stream once that has begun."""
    if begun:
        # HTTP callers do not see the status at the end of a stream: the transfer would end as if all were well.
        await context.write(HttpBody(data=dialect.error_event(error)))
    # In ASCII, as headers are.
    body = json.dumps(dialect.envelope(error), separators=(",", ":"))
    trailers = [("x-fleet-error", body), (STATUS, str(error.status))]
    if error.retry_after is not None:
        trailers.append(("retry-after", str(math.ceil(error.retry_after))))
    await context.abort(error.grpc_code, error.message, tuple(trailers))
