"""The typed face: the proto service itself, for gRPC and gRPC-Web callers and for calls between services."""

import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import aclosing
from typing import Any, TypeAlias

import grpc
import msgspec
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from fleet_runtime.boundary import Boundary
from fleet_runtime.call import Call
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.errors import FleetError
from fleet_runtime.operation import Binding, MessageType
from fleet_runtime.reading import reading
from fleet_runtime.typed_upload import TypedForm
from fleet_runtime.upload import Upload

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]

DOMAIN = "llama-fleet"
# In seconds: a year, longer than any deadline that is meant.
NEVER = 365 * 24 * 3600.0

_encode = msgspec.json.Encoder().encode


class TypedFace:
    """Serves one operation to gRPC callers."""

    def __init__(self, binding: Binding, service: str, boundary: Boundary) -> None:
        self._operation = binding.operation
        self._do = binding.method
        self._service = service
        self._boundary = boundary
        self._decoder = msgspec.json.Decoder(binding.operation.request.struct)

    async def unary(self, message: Message, context: Context) -> Message:
        """Answer `message` with one message."""
        call = _call(f"/{self._service}/{self._operation.rpc}", context)

        async def work() -> Message:
            return await self._answer(self._request(message, call, stream=None), call, context)

        return await self._run(call, work(), context)

    async def stream_in(self, arriving: AsyncIterator[Message], context: Context) -> Message:
        """Answer what arrives, a file with its fields, with one message."""
        call = _call(f"/{self._service}/{self._operation.rpc}", context)

        def read(message: Message) -> Any:
            return self._request(message, call, stream=None)

        upload = Upload(TypedForm(arriving, self._operation.request.proto, read, context))

        async def work() -> Message:
            try:
                return await self._answer(upload, call, context)
            finally:
                await upload.aclose()

        return await self._run(call, work(), context)

    async def _run(
        self, call: Call, work: Coroutine[Any, Any, Message], context: Context
    ) -> Message:
        async def refuse(error: FleetError) -> Message:
            await abort(error, context)
            raise AssertionError  # abort raises

        return await self._boundary.run(call, work, refuse)

    async def _answer(self, request: Any, call: Call, context: Context) -> Message:
        answer = _to_proto(await self._do(request, call), self._operation.answer)
        end_with(call, context)
        return answer

    async def stream(self, message: Message, context: Context) -> None:
        """Answer `message` with a stream, written to `context`."""
        call = _call(f"/{self._service}/{self._operation.stream_rpc}", context)

        async def work() -> None:
            request = self._request(message, call, stream=True)
            await _write_stream(await self._do(request, call), self._operation.chunk, call, context)

        async def refuse(error: FleetError) -> None:
            await abort(error, context)

        await self._boundary.run(call, work(), refuse)

    def _request(self, message: Message, call: Call, *, stream: bool | None) -> Any:
        """Return the request, checked as REST callers' are."""
        with reading():
            request = self._decoder.decode(_encode(self._operation.request.from_proto(message)))
        if self._operation.chunk and not self._operation.only_streams:
            request.stream = stream
        call.received = request
        return request

    def handlers(self) -> dict[str, Any]:
        """Return the gRPC handlers by the names of their methods."""
        operation, request = self._operation, self._operation.request.proto
        found: dict[str, Any] = {}
        if operation.upload:
            found[operation.rpc] = grpc.stream_unary_rpc_method_handler(
                self.stream_in,
                request_deserializer=request.FromString,
                response_serializer=operation.answer.proto.SerializeToString,
            )
        elif not operation.only_streams:
            found[operation.rpc] = grpc.unary_unary_rpc_method_handler(
                self.unary,
                request_deserializer=request.FromString,
                response_serializer=operation.answer.proto.SerializeToString,
            )
        if operation.stream_rpc and operation.chunk:
            found[operation.stream_rpc] = grpc.unary_stream_rpc_method_handler(
                self.stream,
                request_deserializer=request.FromString,
                response_serializer=operation.chunk.proto.SerializeToString,
            )
        return found


def _call(method: str, context: Context) -> Call:
    left = context.time_remaining()
    # Without a deadline gRPC says either nothing, or a time of many thousand years.
    deadline = None if left is None or left > NEVER else time.monotonic() + left
    return Call(method, context.invocation_metadata() or (), deadline)


def _to_proto(answer: Any, kind: MessageType[Any]) -> Message:
    struct = answer.decode(kind.struct) if isinstance(answer, Encoded) else answer
    return kind.to_proto(struct)


async def _write_stream(
    stream: Any, kind: MessageType[Any] | None, call: Call, context: Context
) -> None:
    """Write the messages of `stream`, and close it whatever happens."""
    if kind is None:
        raise TypeError(f"{call.method} has no type for its chunks")
    chunks = stream.decode(kind.struct) if isinstance(stream, EncodedStream) else stream
    async with aclosing(chunks):
        async for chunk in chunks:
            if call.first_chunk is None:
                call.first_chunk = time.perf_counter()
            await context.write(_to_proto(chunk, kind))
    end_with(call, context)


def end_with(call: Call, context: Context) -> None:
    """End the answer with the metadata that the operation left for it."""
    if call.trailers:
        context.set_trailing_metadata(tuple(call.trailers))


async def abort(error: FleetError, context: Context) -> None:
    """End the call with the status of `error` and its details."""
    status = to_status(error)
    details = ("grpc-status-details-bin", status.SerializeToString())
    await context.abort(error.grpc_code, error.message, (details,))


def to_status(error: FleetError) -> Status:
    """Return the `google.rpc.Status` that says what `error` says.

    `ErrorInfo.reason` is the error's code; `ErrorInfo.metadata` has `type`, `param` and the HTTP `status`.
    """
    metadata = {"type": error.type, "status": str(error.status)}
    if error.param is not None:
        metadata["param"] = error.param
    packed = [AnyMessage()]
    packed[0].Pack(ErrorInfo(reason=error.code or "", domain=DOMAIN, metadata=metadata))
    if error.retry_after is not None:
        retry = RetryInfo()
        retry.retry_delay.FromMilliseconds(int(error.retry_after * 1000))
        packed.append(AnyMessage())
        packed[1].Pack(retry)
    return Status(code=error.grpc_code.value[0], message=error.message, details=packed)


def typed_handlers(service: str, bindings: Sequence[Binding], boundary: Boundary) -> dict[str, Any]:
    """Return the gRPC handlers of `service`, a typed face."""
    handlers: dict[str, Any] = {}
    for binding in bindings:
        handlers |= TypedFace(binding, service, boundary).handlers()
    return handlers
