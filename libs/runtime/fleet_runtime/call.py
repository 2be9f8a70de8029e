"""What is known of a call besides its request."""

import time
from collections.abc import Iterable
from typing import Any, TypeAlias

import msgspec
from opentelemetry.propagate import inject
from opentelemetry.trace import Span, set_span_in_context

from fleet_runtime.access.caller import current

Metadata: TypeAlias = Iterable[tuple[str, str | bytes]]

# What follows a call to the other services and to model servers.
TRACE_HEADERS = ("traceparent", "tracestate", "x-request-id")
# Keys of the caller's own, for providers. OGX renamed the header; both families are read.
PROVIDER_DATA_HEADERS = ("x-llamastack-provider-data", "x-ogx-provider-data")


class Call:
    """One call, from its arrival to its one log line.

    Attributes:
        method: The full gRPC name.
        body: The request's JSON as a REST caller wrote it, byte for byte; `None` for gRPC callers.
        received: The request as it was decoded, before anything changed it.
        notes: What the log line, the metrics and the span say of the call besides its outcome.
        started: When it arrived, by `time.perf_counter`, in seconds.
        first_chunk: When the first chunk of its answer went out, by the same clock.
        span: Its span, where spans are made.
        memory: What the connection that it came by remembers; only WebSockets remember anything.
        trailers: Metadata that ends the answer: what a provider tells whoever called this service.
    """

    __slots__ = (
        "_deadline",
        "_first",
        "_metadata",
        "body",
        "first_chunk",
        "memory",
        "method",
        "notes",
        "received",
        "span",
        "started",
        "trailers",
    )

    def __init__(self, method: str, metadata: Metadata = (), deadline: float | None = None) -> None:
        self.method = method
        self.body: bytes | None = None
        self.received: msgspec.Struct | None = None
        self.notes: dict[str, Any] = {}
        self.started = time.perf_counter()
        self.first_chunk: float | None = None
        self.span: Span | None = None
        self.memory: dict[str, Any] | None = None
        self.trailers: list[tuple[str, str | bytes]] = []
        self._metadata: tuple[tuple[str, str | bytes], ...] = tuple(metadata)
        self._first = dict(reversed(self._metadata))
        self._deadline = deadline

    def header(self, name: str) -> str | None:
        """Return the first header or metadata entry called `name`, which is in lower case."""
        value = self._first.get(name)
        return value.decode(errors="replace") if isinstance(value, bytes) else value

    def retold(self, request: msgspec.Struct) -> "Call":
        """Return this call as one that asks `request`, into which what the caller wrote was translated.

        What is noted of either is noted of both.
        """
        told = Call(self.method, self._metadata, self._deadline)
        told.received, told.notes = request, self.notes
        told.started, told.span = self.started, self.span
        return told

    def within(self, seconds: float) -> "Call":
        """Return this call as one that may take no longer than `seconds` from now, nor than it may itself.

        What is noted of either is noted of both.
        """
        ends = time.monotonic() + seconds
        if self._deadline is not None:
            ends = min(ends, self._deadline)
        bounded = Call(self.method, self._metadata, ends)
        bounded.body, bounded.received = self.body, self.received
        bounded.notes, bounded.trailers, bounded.memory = self.notes, self.trailers, self.memory
        bounded.started, bounded.first_chunk = self.started, self.first_chunk
        bounded.span = self.span
        return bounded

    def enter(self, span: Span) -> None:
        """Take `span` as this call's: what is called from here on continues it."""
        self.span = span

    def trace(self) -> list[tuple[str, str]]:
        """Return the headers by which the next hop continues this call's trace."""
        own: dict[str, str] = {}
        if self.span:
            inject(own, set_span_in_context(self.span))
        return list(own.items()) + self._headers(n for n in TRACE_HEADERS if n not in own)

    def provider_data(self) -> dict[str, Any]:
        """Return the keys that the caller sent for providers. Never to be logged or kept."""
        for name in PROVIDER_DATA_HEADERS:
            text = self.header(name)
            if text:
                data = _json_object(text)
                if data is not None:
                    return data
        return {}

    def forwarded(self) -> list[tuple[str, str]]:
        """Return what a call to another service of the fleet carries on: the trace, who calls, and their keys."""
        return self.trace() + current().headers() + self._headers(PROVIDER_DATA_HEADERS)

    def _headers(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """Return the headers of these names that came, each as often as it did."""
        came = [name for name in names if name in self._first]
        return (
            [(n, v) for n, v in self._metadata if n in came and isinstance(v, str)] if came else []
        )

    def seconds_left(self) -> float | None:
        """Return the time until the caller gives up, if the caller said so."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())


def _json_object(text: str) -> dict[str, Any] | None:
    """Return the JSON object that `text` is, or nothing: a broken header is as good as none."""
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    return data if isinstance(data, dict) else None
