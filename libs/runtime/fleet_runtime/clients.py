"""Calling the other services of the fleet, by name, through the typed face.

`FLEET_ADDRESSES` says where they are on one machine (`runner=127.0.0.1:5002`, several replicas of one joined by `;`).
Without it a name is a headless Kubernetes Service, and calls are spread over its pods.
"""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from fleet_runtime.call import Call, Metadata
from fleet_runtime.errors import (
    DeadlineExceeded,
    FleetError,
    InvalidArgument,
    Unavailable,
    UpstreamFailed,
)
from fleet_runtime.grpc_options import OPTIONS
from fleet_runtime.names import looked_up
from fleet_runtime.operation import Operation
from fleet_runtime.sending import send_upload, upload_messages

PORT = 8080
# In seconds. The longest that a call without a deadline of its own may take.
TIMEOUT = 600.0

# In seconds: how often it is looked who the replicas of a service are. Who is to end goes on for longer.
LOOK_AGAIN = 2.0

Heard: TypeAlias = Callable[[Metadata], None]
"""Is told the metadata that ended an answer."""

# Only what says that nothing was done is tried again, and only before the first message came back. gRPC says the same
# where a connection broke, and nobody knows.
_RETRIES = {
    "name": [{}],
    "retryPolicy": {
        "maxAttempts": 5,
        "initialBackoff": "0.05s",
        "maxBackoff": "1s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    },
}


def places(environ: Mapping[str, str] = os.environ) -> dict[str, list[str]]:
    """Return the places of the replicas of services on this machine, by the services' names."""
    entries = (e.split("=", 1) for e in environ.get("FLEET_ADDRESSES", "").split(",") if e)
    return {name: [place for place in text.split(";") if place] for name, text in entries}


def addresses(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the gRPC targets of services on this machine, by name."""
    return {name: target(";".join(found)) for name, found in places(environ).items()}


def target(places: str) -> str:
    """Return the gRPC target for one or more places of one kind, joined by `;`."""
    if places.startswith("unix:"):
        return places
    scheme = "ipv6:" if places.startswith("[") else "ipv4:"
    return scheme + places.replace(";", ",")


class Channel:
    """Connections to all replicas of a service, or to one of them, kept open and shared by all calls.

    Args:
        service: The service's name.
        at: The one replica to call, as `host:port`. Whoever chooses it also decides what to try again.
        heard: Is told the metadata that ended each answer.
        once: What must not be done twice, and so is never tried again: proto services, each with an operation.

    Attributes:
        service: The service's name.
        grpc: The plain gRPC channel, for one call: the next may need another.
    """

    def __init__(
        self,
        service: str,
        at: str | None = None,
        heard: Heard | None = None,
        once: Iterable[tuple[str, Operation]] = (),
    ) -> None:
        self.service = service
        self._heard = heard
        known = target(at) if at else addresses().get(service)
        policy = () if at else (("grpc.service_config", _service_config(once)),)
        self._open = partial(
            grpc.aio.insecure_channel,
            known or f"dns:///{service}:{PORT}",
            options=(
                *OPTIONS,
                *policy,
                # In milliseconds; by default a service that was away is looked for after up to two minutes.
                ("grpc.initial_reconnect_backoff_ms", 100),
                ("grpc.max_reconnect_backoff_ms", 500),
                # In milliseconds; by default whoever replaces a pod is not looked for until the last look is 30 s old.
                ("grpc.dns_min_time_between_resolutions_ms", 500),
                # By default the target, which for several replicas is no valid `:authority`.
                ("grpc.default_authority", service),
            ),
        )
        self.grpc: grpc.aio.Channel = self._open()
        self._tasks = set() if known else {asyncio.create_task(self._follow())}

    async def aclose(self, grace: float | None = None) -> None:
        """Close the connections; calls that are open may go on for `grace` seconds."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.grpc.close(grace)

    def connected(self) -> bool:
        """Whether there is a connection; if there is none, one is tried."""
        state = self.grpc.get_state(try_to_connect=True)
        return state is grpc.ChannelConnectivity.READY

    async def unary(self, service: str, operation: Operation, request: Any, call: Call) -> Any:
        """Call `operation` of the proto service `service`, and return its answer.

        Raises:
            FleetError: As the called service raised it; `Unavailable` if it could not be reached.
        """
        method = self.grpc.unary_unary(
            f"/{service}/{operation.rpc}",
            request_serializer=operation.request.proto.SerializeToString,
            response_deserializer=operation.answer.proto.FromString,
        )
        running = method(
            _to_proto(request, operation),
            timeout=_timeout(call),
            metadata=call.forwarded(),
        )
        try:
            answer = await running
            await self._hear(running)
        except grpc.aio.AioRpcError as error:
            raise from_status(error, self.service) from None
        return operation.answer.from_proto(answer)

    async def upload(
        self,
        service: str,
        operation: Operation,
        request: Any,
        call: Call,
        content: AsyncIterable[bytes] | None = None,
    ) -> Any:
        """Call `operation`, which takes a file, and return its answer.

        Args:
            service: The full name of the proto service.
            operation: The operation.
            request: The fields; a small file may be among them.
            call: The call on whose behalf this one is.
            content: The file, piece by piece, each asked for when the one before is on its way. Where it raises, the
                called service keeps nothing.

        Raises:
            FleetError: As for `unary`.
        """
        method = self.grpc.stream_unary(
            f"/{service}/{operation.rpc}",
            request_serializer=operation.request.proto.SerializeToString,
            response_deserializer=operation.answer.proto.FromString,
        )
        running = method(timeout=_timeout(call), metadata=call.forwarded())
        try:
            messages = upload_messages(_to_proto(request, operation), content)
            answer = await send_upload(running, messages)
            await self._hear(running)
        except grpc.aio.AioRpcError as error:
            raise from_status(error, self.service) from None
        return operation.answer.from_proto(answer)

    async def stream(
        self, service: str, operation: Operation, request: Any, call: Call
    ) -> AsyncGenerator[Any, None]:
        """Call the streaming twin of `operation`, and yield its chunks. Closing the generator cancels the call.

        Raises:
            FleetError: As for `unary`.
        """
        if operation.chunk is None:
            raise TypeError(f"{operation.rpc} has no stream")
        method = self.grpc.unary_stream(
            f"/{service}/{operation.stream_rpc}",
            request_serializer=operation.request.proto.SerializeToString,
            response_deserializer=operation.chunk.proto.FromString,
        )
        running = method(
            _to_proto(request, operation),
            timeout=_timeout(call),
            metadata=call.forwarded(),
        )
        try:
            async for chunk in running:
                yield operation.chunk.from_proto(chunk)
            await self._hear(running)
        except grpc.aio.AioRpcError as error:
            raise from_status(error, self.service) from None
        finally:
            running.cancel()

    async def _follow(self) -> None:
        """Call the replicas that there are now, whenever they are others than before.

        A gRPC channel looks for others when a connection breaks. Those of a replica that is to end break last: it has
        refused calls by then.
        """
        known = await looked_up(self.service, PORT)
        while True:
            await asyncio.sleep(LOOK_AGAIN)
            found = await looked_up(self.service, PORT)
            if found and found != known:
                known = found
                # Connections to those that stay are shared.
                retiring = asyncio.create_task(self._retire(self.grpc))
                self._tasks.add(retiring)
                retiring.add_done_callback(self._tasks.discard)
                self.grpc = self._open()

    async def _retire(self, channel: grpc.aio.Channel) -> None:
        """Close a channel that gets no more calls, when the last of those that it has must have ended."""
        try:
            await asyncio.sleep(TIMEOUT)
        finally:
            await channel.close()

    async def _hear(self, ended: Any) -> None:
        """Pass on the metadata of a call that ended well, if anybody listens."""
        if self._heard:
            self._heard(await ended.trailing_metadata() or ())


def _service_config(once: Iterable[tuple[str, Operation]]) -> str:
    """Return how calls are spread, and tried again.

    Format: https://github.com/grpc/grpc/blob/master/doc/service_config.md
    """
    names = [{"service": service, "method": operation.rpc} for service, operation in once]
    methods = [{"name": names}, _RETRIES] if names else [_RETRIES]
    return json.dumps({"loadBalancingConfig": [{"round_robin": {}}], "methodConfig": methods})


def _to_proto(request: Any, operation: Operation) -> Message:
    try:
        return operation.request.to_proto(request)
    except ValueError as error:
        # What a REST caller wrote may be JSON and still no proto: numbers over 64 bits, JSON text that is not UTF-8.
        raise InvalidArgument(
            f"A value of the request does not fit: {error}.", code="invalid_value"
        ) from None


def _timeout(call: Call) -> float:
    left = call.seconds_left()
    return TIMEOUT if left is None else left


def from_status(error: grpc.aio.AioRpcError, service: str) -> FleetError:
    """Return the error that the called service raised, or if it raised none, what kept the call from it."""
    info, retry_after = _details(error)
    message = error.details() or ""
    if info is None:
        if error.code() is grpc.StatusCode.UNAVAILABLE:
            return Unavailable(
                f"The service {service!r} cannot be reached; try again shortly.",
                code="service_unavailable",
            )
        if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
            return DeadlineExceeded(
                f"The service {service!r} did not answer in time.", code="service_timeout"
            )
        return UpstreamFailed(message, status=500, code="internal_error")
    return UpstreamFailed(
        message,
        status=int(info.metadata.get("status", "500")),
        type=info.metadata.get("type"),
        code=info.reason or None,
        param=info.metadata.get("param"),
        retry_after=retry_after,
    )


def _details(error: grpc.aio.AioRpcError) -> tuple[ErrorInfo | None, float | None]:
    """Return the `ErrorInfo` of a status, and the seconds after which to try again."""
    info: ErrorInfo | None = None
    retry_after: float | None = None
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin" or not isinstance(value, bytes):
            continue
        for detail in Status.FromString(value).details:
            if detail.Is(ErrorInfo.DESCRIPTOR):
                info = ErrorInfo()
                detail.Unpack(info)
            elif detail.Is(RetryInfo.DESCRIPTOR):
                retry = RetryInfo()
                detail.Unpack(retry)
                retry_after = retry.retry_delay.ToMilliseconds() / 1000
    return info, retry_after
