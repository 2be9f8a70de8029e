"""Calls as a service hands them to its providers."""

import json
from typing import Any, TypeVar

import msgspec

from fleet_runtime.call import Call, Metadata

StructT = TypeVar("StructT", bound=msgspec.Struct)


def rest_call(
    kind: type[StructT], body: bytes | dict[str, Any], metadata: Metadata = ()
) -> tuple[StructT, Call]:
    """Return the request that a REST caller's `body` is, and its call."""
    call = Call("/test/Rest", metadata)
    call.body = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = msgspec.json.decode(call.body, type=kind)
    call.received = request
    return request, call


def grpc_call(
    request: StructT, metadata: Metadata = (), deadline: float | None = None
) -> tuple[StructT, Call]:
    """Return `request` and its call, as from a gRPC caller. `deadline` is by `time.monotonic`."""
    call = Call("/test/Typed", metadata, deadline)
    call.received = request
    return request, call
