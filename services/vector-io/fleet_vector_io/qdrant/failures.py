"""What Qdrant's failures mean to our callers."""

import json

import grpc
import httpx
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import (
    ApiException,
    ResponseHandlingException,
    UnexpectedResponse,
)

from fleet_runtime.errors import Conflict, FleetError, NotFound, Unavailable, UpstreamFailed

FAILURES = (ApiException, ResourceExhaustedResponse, grpc.RpcError)
"""What the client raises when Qdrant does not do what it is asked."""

# In characters.
_LONGEST = 1000
_CONFLICT = 409
_MISSING = 404
_UNAUTHORIZED = (401, 403)
_OVERLOADED = (429, 502, 503, 504)
_STATUSES = {
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
}
# Older servers say so with 400.
_THERE_ALREADY = "already exists"


def meant(error: Exception) -> FleetError:
    """Return the error that one of `FAILURES` means."""
    match error:
        case ResourceExhaustedResponse():
            wait = float(error.retry_after_s)
            return Unavailable(f"Qdrant has too much to do: {error.message}", retry_after=wait)
        case UnexpectedResponse():
            return _refused(error.status_code or 0, _said(error.content))
        case grpc.aio.AioRpcError():
            return _refused(_STATUSES.get(error.code(), 400), error.details() or "")
        case ResponseHandlingException() if isinstance(error.source, httpx.HTTPError):
            return Unavailable(f"Qdrant cannot be reached: {type(error.source).__name__}.")
        case _:
            return UpstreamFailed(
                "Qdrant answered something that is no answer; check its address.",
                status=502,
                code="upstream_garbage",
            )


def _refused(status: int, words: str) -> FleetError:
    if status == _MISSING:
        return NotFound(f"Qdrant has no such collection; create it first: {words}")
    if status == _CONFLICT or _THERE_ALREADY in words:
        return Conflict(f"Qdrant has it already: {words}")
    if status in _OVERLOADED:
        return Unavailable(f"Qdrant has too much to do, or is not ready: {words}")
    if status in _UNAUTHORIZED:
        return UpstreamFailed(
            "Qdrant refused the API key that is configured for it, or wants one.",
            status=502,
            code="engine_unauthorized",
        )
    return UpstreamFailed(f"Qdrant refused: {words}", status=502, code="engine_refused")


def _said(content: bytes) -> str:
    """Return why, as Qdrant puts it: `{"status": {"error": "…"}}`."""
    try:
        words = json.loads(content)["status"]["error"]
    except (ValueError, KeyError, TypeError):
        words = content.decode(errors="replace")
    return str(words)[:_LONGEST] or "it does not say why"
