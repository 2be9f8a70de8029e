"""The REST face: what Envoy's transcoder calls on behalf of HTTP callers.

Each RPC is `google.api.HttpBody → stream google.api.HttpBody`, so every byte of the answer is ours; one that takes a
file is `stream → stream`. The path and the query are read from `x-envoy-original-path`, which the transcoder always
sets.
"""

from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any

import grpc
from google.api.httpbody_pb2 import HttpBody

from fleet_runtime.boundary import Boundary
from fleet_runtime.call import Call
from fleet_runtime.download import break_off, to_bytes, write_file
from fleet_runtime.errors import FleetError
from fleet_runtime.form import FormReader
from fleet_runtime.operation import NOTHING, Binding, is_stream
from fleet_runtime.rest_answer import (
    Context,
    json_of,
    refuse,
    write_body,
    write_events,
    write_nothing,
)
from fleet_runtime.rest_request import RequestReader, check_type
from fleet_runtime.rest_upload import RestForm
from fleet_runtime.upload import Upload


class RestFace:
    """Serves one operation to HTTP callers."""

    def __init__(self, binding: Binding, method: str, boundary: Boundary) -> None:
        self._operation = binding.operation
        self._do = binding.method
        self._method = method
        self._boundary = boundary
        self._read = RequestReader(binding.operation)
        self._read_form = FormReader[Any](binding.operation.request.struct)

    async def __call__(self, http: HttpBody, context: Context) -> None:
        """Answer `http`, and write the answer to `context`."""
        call = Call(self._method, context.invocation_metadata() or ())

        async def work() -> None:
            if self._operation.has_body:
                check_type(http.content_type)
            await self._answer(self._read(http.data, call), call, context)

        await self._run(call, work(), context)

    async def stream_in(self, arriving: AsyncIterator[HttpBody], context: Context) -> None:
        """Answer what arrives: a file with its fields."""
        call = Call(self._method, context.invocation_metadata() or ())
        upload = Upload(RestForm(arriving, self._read_form))

        async def work() -> None:
            try:
                await self._answer(upload, call, context)
            finally:
                await upload.aclose()

        await self._run(call, work(), context)

    async def stream_out(self, arriving: AsyncIterator[HttpBody], context: Context) -> None:
        """Answer the one request that arrives, with a file."""
        await self(await anext(aiter(arriving), HttpBody()), context)

    async def _run(self, call: Call, work: Coroutine[Any, Any, None], context: Context) -> None:
        operation = self._operation

        async def tell(error: FleetError) -> None:
            begun = call.first_chunk is not None
            if begun and operation.download:
                await break_off(context)
            in_band = begun and not operation.download
            await refuse(error, operation.dialect, context, begun=in_band)

        await self._boundary.run(call, work, tell)

    async def _answer(self, request: Any, call: Call, context: Context) -> None:
        answer = await self._do(request, call)
        if self._operation.download:
            await write_file(answer, call, context)
        elif is_stream(answer):
            await write_events(answer, self._operation.dialect, call, context)
        elif answer is None:
            await write_nothing(context, never=self._operation.answer is NOTHING)
        else:
            await write_body(json_of(answer), context)
        if call.trailers:
            context.set_trailing_metadata(tuple(call.trailers))

    def handler(self) -> Any:
        """Return the gRPC handler."""
        operation = self._operation
        if operation.upload or operation.download:
            return grpc.stream_stream_rpc_method_handler(
                self.stream_in if operation.upload else self.stream_out,
                request_deserializer=HttpBody.FromString,
                response_serializer=to_bytes,
            )
        return grpc.unary_stream_rpc_method_handler(
            self.__call__,
            request_deserializer=HttpBody.FromString,
            response_serializer=HttpBody.SerializeToString,
        )


def rest_handlers(service: str, bindings: Sequence[Binding], boundary: Boundary) -> dict[str, Any]:
    """Return the gRPC handlers of `service`, a REST face, for the operations that have REST routes."""
    return {
        binding.operation.rpc: RestFace(
            binding, f"/{service}/{binding.operation.rpc}", boundary
        ).handler()
        for binding in bindings
        if binding.operation.routes
    }
