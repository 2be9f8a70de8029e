"""The shapes in which callers know errors: Anthropic's and Google's on their own paths, OpenAI's elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

CLIENT_ERROR, SERVER_ERROR = 400, 500
ANTHROPIC_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}
# gRPC's names, https://google.aip.dev/193, by the HTTP status.
GOOGLE_STATUSES = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What callers are told instead of Envoy's own words, which name its parts."""

    status: int
    code: str | None
    message: str
    type: str = "invalid_request_error"


@dataclass(frozen=True, slots=True)
class Shape:
    """What errors look like on some paths.

    Attributes:
        name: As the error filter knows it.
        path: What its paths begin with.
        body: Returns the body that tells of a reply.
    """

    name: str
    path: str
    body: Callable[[Reply], Json]


def _openai(reply: Reply) -> Json:
    told = {"message": reply.message, "type": reply.type, "param": None, "code": reply.code}
    return {"error": told}


def _anthropic(reply: Reply) -> Json:
    usual = "invalid_request_error" if reply.status < SERVER_ERROR else "api_error"
    kind = ANTHROPIC_TYPES.get(reply.status, usual)
    return {"type": "error", "error": {"type": kind, "message": reply.message}}


def _google(reply: Reply) -> Json:
    usual = "INVALID_ARGUMENT" if reply.status < SERVER_ERROR else "INTERNAL"
    status = GOOGLE_STATUSES.get(reply.status, usual)
    return {"error": {"code": reply.status, "message": reply.message, "status": status}}


OPENAI = Shape("openai", "/", _openai)
SHAPES = (
    Shape("anthropic", "/v1/messages", _anthropic),
    Shape("google", "/v1alpha/interactions", _google),
    OPENAI,
)
"""All shapes. The first whose path it is holds."""
