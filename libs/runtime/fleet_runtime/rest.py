"""The REST face: what Envoy's transcoder calls on behalf of HTTP callers.

Each RPC is `google.api.HttpBody → stream google.api.HttpBody`, so every byte of the answer is ours. The path and the
query are read from `x-envoy-original-path`, which the transcoder always sets.
"""

import json
import math
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote

import grpc
import msgspec
from google.api.httpbody_pb2 import HttpBody

from fleet_runtime.boundary import Boundary
from fleet_runtime.call import Call
from fleet_runtime.coalesce import LIMIT, coalesce
from fleet_runtime.dialect import Dialect
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.errors import FleetError, InvalidArgument, UnsupportedMediaType
from fleet_runtime.operation import Binding, Operation, is_stream
from fleet_runtime.reading import reading

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]

JSON = "application/json"

_encode = msgspec.json.Encoder().encode


class RestFace:
    """Serves one operation to HTTP callers."""

    def __init__(self, binding: Binding, method: str, boundary: Boundary) -> None:
        self._operation = binding.operation
        self._do = binding.method
        self._method = method
        self._boundary = boundary
        self._read = RequestReader(binding.operation)

    async def __call__(self, http: HttpBody, context: Context) -> None:
        """Answer `http`, and write the answer to `context`."""
        call = Call(self._method, context.invocation_metadata() or ())

        async def refuse(error: FleetError) -> None:
            dialect = self._operation.dialect
            await _refuse(error, dialect, context, begun=call.first_chunk is not None)

        await self._boundary.run(call, self._answer(http, call, context), refuse)

    async def _answer(self, http: HttpBody, call: Call, context: Context) -> None:
        if self._operation.has_body:
            check_type(http.content_type)
        request = self._read(http.data, call)
        answer = await self._do(request, call)
        if is_stream(answer):
            await _write_events(answer, self._operation.dialect, call, context)
        else:
            await _write_body(_json(answer), context)
        if call.trailers:
            context.set_trailing_metadata(tuple(call.trailers))


class RequestReader:
    """Reads requests of one operation from body, path and query."""

    def __init__(self, operation: Operation) -> None:
        self._struct: type[msgspec.Struct] = operation.request.struct
        self._decoder = msgspec.json.Decoder(self._struct) if operation.has_body else None
        self._paths = [path_pattern(route.template) for route in operation.routes]
        self._takes_path = any(pattern.groups for pattern in self._paths)

    def __call__(self, body: bytes, call: Call) -> msgspec.Struct:
        """Return the request, and keep it and its bytes in `call`.

        Raises:
            InvalidArgument: It is no such request; the error names the field.
        """
        with reading():
            if self._decoder and not self._takes_path:
                _check_utf8(body)
                request: msgspec.Struct = self._decoder.decode(body)
                call.body = body
            else:
                request = self._from_parts(body, call.header("x-envoy-original-path") or "")
        call.received = request
        return request

    def _from_parts(self, body: bytes, target: str) -> msgspec.Struct:
        """Return a request whose fields stand in the path, the query or both, and in the body if it has one."""
        path, _, query = target.partition("?")
        fields = query_fields(query) | self._path_fields(path)
        if self._decoder is None:
            return msgspec.convert(fields, self._struct, strict=False)
        sent = msgspec.json.decode(body or b"{}")
        if not isinstance(sent, dict):
            raise msgspec.ValidationError("Expected `object`")
        return msgspec.convert(sent | fields, self._struct)

    def _path_fields(self, path: str) -> dict[str, str]:
        for pattern in self._paths:
            match = pattern.fullmatch(path.rstrip("/"))
            if match:
                return {name: unquote(value) for name, value in match.groupdict().items()}
        return {}


def check_type(content_type: str) -> None:
    """Refuse what is not JSON by its header. Web pages may send other types to any address without asking first.

    Raises:
        UnsupportedMediaType: It is another type. None at all is taken for JSON.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in (JSON, ""):
        raise UnsupportedMediaType(
            f"The body must be JSON, with 'content-type: {JSON}'; it came as '{kind}'.",
            code="unsupported_media_type",
        )


def _check_utf8(body: bytes) -> None:
    """Raise `UnicodeDecodeError` at what is not UTF-8: fields that nobody here reads go on to model servers as is."""
    if not body.isascii():
        body.decode()


def path_pattern(template: str) -> re.Pattern[str]:
    """Return what matches the paths of a `google.api.http` template: `{x}` is a segment, `{x=**}` any number."""
    parts = re.split(r"\{(\w+)(=\*\*)?\}", template)
    pattern = re.escape(parts[0])
    for name, several, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        pattern += f"(?P<{name}>{'.+' if several else '[^/]+'}){re.escape(rest)}"
    return re.compile(pattern)


def query_fields(query: str) -> dict[str, Any]:
    """Return what a query string says: `a=1`, lists as `a[]=1&a[]=2`, maps as `a[key]=1`.

    Raises:
        InvalidArgument: One name comes in two of these forms.
    """
    fields: dict[str, Any] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        name, bracket, inner = key.partition("[")
        inner = inner.rstrip("]")
        if not bracket:
            fields[name] = value
            continue
        several = fields.setdefault(name, {} if inner else [])
        if inner and isinstance(several, dict):
            several[inner] = value
        elif not inner and isinstance(several, list):
            several.append(value)
        else:
            raise InvalidArgument(
                f"The query has '{name}' in two forms.", code="invalid_value", param=name
            )
    return fields


async def _write_body(body: bytes, context: Context) -> None:
    """Write one JSON body, in messages that the gateway passes."""
    await context.write(HttpBody(content_type=JSON, data=body[:LIMIT]))
    for start in range(LIMIT, len(body), LIMIT):
        await context.write(HttpBody(data=body[start : start + LIMIT]))


async def _write_events(stream: Any, dialect: Dialect, call: Call, context: Context) -> None:
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
            yield dialect.event(message, _json(message))


def _json(answer: Any) -> bytes:
    return answer.json if isinstance(answer, Encoded) else _encode(answer)


async def _refuse(error: FleetError, dialect: Dialect, context: Context, *, begun: bool) -> None:
    """Tell the caller of `error`: as the answer, or inside the stream once that has begun."""
    if begun:
        # HTTP callers do not see the status at the end of a stream: the transfer would end as if all were well.
        await context.write(HttpBody(data=dialect.error_event(error)))
    # In ASCII, as headers are.
    body = json.dumps(dialect.envelope(error), separators=(",", ":"))
    trailers = [("x-fleet-error", body), ("x-fleet-status", str(error.status))]
    if error.retry_after is not None:
        trailers.append(("retry-after", str(math.ceil(error.retry_after))))
    await context.abort(error.grpc_code, error.message, tuple(trailers))


def rest_handlers(service: str, bindings: Sequence[Binding], boundary: Boundary) -> dict[str, Any]:
    """Return the gRPC handlers of `service`, a REST face, for the operations that have REST routes."""
    return {
        binding.operation.rpc: grpc.unary_stream_rpc_method_handler(
            RestFace(binding, f"/{service}/{binding.operation.rpc}", boundary).__call__,
            request_deserializer=HttpBody.FromString,
            response_serializer=HttpBody.SerializeToString,
        )
        for binding in bindings
        if binding.operation.routes
    }
