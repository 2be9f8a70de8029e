"""Whose conventions REST callers expect: what errors look like, and how a stream's events are named and ended."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from fleet_runtime.errors import FleetError

ANTHROPIC_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}
SERVERS_FAULT = 500
EVENTS = "text/event-stream; charset=utf-8"
LINES = "application/x-jsonl"

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Dialect:
    """The conventions of one API.

    Attributes:
        envelope: Returns the body that tells callers of an error.
        event_field: The field of each message of a stream that names its event; events have no names without it.
        end: What ends a stream.
        media_type: What a stream is: events, or lines of JSON.
    """

    envelope: Callable[[FleetError], dict[str, Any]]
    event_field: str | None = None
    end: bytes = b""
    media_type: str = EVENTS

    def in_lines(self) -> "Dialect":
        """Return these conventions for streams that are lines of JSON: https://jsonlines.org."""
        return replace(self, event_field=None, end=b"", media_type=LINES)

    def event(self, message: Any, data: bytes) -> bytes:
        """Return `message` of a stream, whose JSON is `data`, as a server-sent event or a line."""
        if self.media_type == LINES:
            return data + b"\n"
        if self.event_field is None:
            return b"data: %b\n\n" % data
        return _named(getattr(message, self.event_field), data)

    def error_event(self, error: FleetError) -> bytes:
        """Return the event, or the line, that tells of `error` within a stream."""
        body = self.envelope(error)
        if self.media_type == LINES:
            return _encode(body) + b"\n"
        if self.event_field is None:
            return b"data: %b\n\n" % _encode(body)
        return _named("error", _encode({self.event_field: "error"} | body))


def _named(name: str, data: bytes) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), data)


def _openai(error: FleetError) -> dict[str, Any]:
    """Return OpenAI's envelope: https://platform.openai.com/docs/guides/error-codes."""
    told = {
        "message": error.message,
        "type": error.type,
        "param": error.param,
        "code": error.code,
    }
    return {"error": told}


def _anthropic(error: FleetError) -> dict[str, Any]:
    """Return Anthropic's envelope: https://docs.claude.com/en/api/errors."""
    usual = "invalid_request_error" if error.status < SERVERS_FAULT else "api_error"
    kind = ANTHROPIC_TYPES.get(error.status, usual)
    return {"type": "error", "error": {"type": kind, "message": error.message}}


def _google(error: FleetError) -> dict[str, Any]:
    """Return Google's envelope: https://google.aip.dev/193."""
    told = {"code": error.status, "message": error.message, "status": error.grpc_code.name}
    return {"error": told}


OPENAI = Dialect(_openai, end=b"data: [DONE]\n\n")
ANTHROPIC = Dialect(_anthropic, event_field="type")
GOOGLE = Dialect(_google, event_field="event_type")
LLAMA_STACK = Dialect(_openai)
OPENAI_RESPONSES = Dialect(_openai, event_field="type", end=b"data: [DONE]\n\n")
