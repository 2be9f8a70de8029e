"""What Milvus' failures mean to our callers."""

import grpc
from pymilvus import Status
from pymilvus.exceptions import ConnectError, ErrorCode, MilvusException, MilvusUnavailableException

from fleet_runtime.errors import FleetError, NotFound, Unavailable, Unimplemented, UpstreamFailed

FAILURES = (MilvusException, grpc.RpcError)
"""What the client raises when Milvus does not do what it is asked."""

# In characters.
_LONGEST = 1000
_UNAUTHORIZED = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)
_BUSY = (
    Status.CONNECT_FAILED,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    ErrorCode.RATE_LIMIT,
)


def meant(error: Exception) -> FleetError:
    """Return the error that one of `FAILURES` means."""
    if isinstance(error, ConnectError | MilvusUnavailableException):
        return Unavailable("Milvus cannot be reached.")
    if isinstance(error, MilvusException):
        return _refused(error.code, error.message)
    if isinstance(error, grpc.aio.AioRpcError):
        return _refused(error.code(), error.details() or "")
    return Unavailable("Milvus cannot be reached.")


def _refused(code: object, words: str) -> FleetError:
    said = words[:_LONGEST] or "it does not say why"
    if code == ErrorCode.COLLECTION_NOT_FOUND:
        return NotFound(f"Milvus has no such collection; create it first: {said}")
    if code == grpc.StatusCode.UNIMPLEMENTED:
        return Unimplemented(f"This Milvus is too old, or too small, for that: {said}")
    if code in _BUSY:
        return Unavailable(f"Milvus cannot be reached, or has too much to do: {said}")
    if code in _UNAUTHORIZED:
        return UpstreamFailed(
            "Milvus refused the token that is configured for it, or wants one.",
            status=502,
            code="engine_unauthorized",
        )
    return UpstreamFailed(f"Milvus refused: {said}", status=502, code="engine_refused")
