"""What the outside sees of a call: one log line, the metrics, and a span. All names are here.

Metrics follow gRPC's proposal A66 and OpenTelemetry's conventions for generative AI. Spans are made only where
`OTEL_EXPORTER_OTLP_ENDPOINT` says where they go.
"""

import os
import time
from functools import cache

import structlog
from opentelemetry import trace
from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind, Status, StatusCode
from prometheus_client import CollectorRegistry, Counter

from fleet_runtime.access.caller import TENANT
from fleet_runtime.call import Call
from fleet_runtime.histogram import Histogram

log = structlog.get_logger()

# In seconds: from a cache hit to a long answer.
_DURATIONS = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    30,
    60,
    120,
    300,
)
# In tokens, as OpenTelemetry's conventions advise.
_TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576)
# OpenTelemetry's names of what calls note.
_SPAN_NAMES = {
    "model": "gen_ai.request.model",
    "provider": "gen_ai.provider.name",
    "prompt_tokens": "gen_ai.usage.input_tokens",
    "completion_tokens": "gen_ai.usage.output_tokens",
}
_MODEL_LABELS = ("gen_ai_request_model", "gen_ai_provider_name")
# How many tenants have series of their own in a process. Tokens of those that come later are counted all the same.
_MOST_TENANTS = 200
# Neither is the id of any tenant.
_NO_TENANT, _OTHER_TENANTS = "_none", "_other"


class Telemetry:
    """Writes calls down for one service.

    Operations say what they know by `call.notes`: `model`, `provider`, `prompt_tokens`, `completion_tokens`, and
    whatever else belongs on the log line. Nothing of a payload ever does.
    """

    def __init__(self, service: str, registry: CollectorRegistry) -> None:
        self._tracer = _tracer(service)
        started = Counter(
            "grpc_server_call_started", "Calls begun.", ("grpc_method",), registry=registry
        )
        self._seconds = Histogram(
            "grpc_server_call_duration_seconds",
            "From the arrival of a call to its end.",
            ("grpc_method", "grpc_status"),
            _DURATIONS,
            registry,
        )
        self._first_chunk = Histogram(
            "gen_ai_server_time_to_first_token_seconds",
            "From the arrival of a call to the first chunk of its answer (TTFT).",
            _MODEL_LABELS,
            _DURATIONS,
            registry,
        )
        self._tokens = Histogram(
            "gen_ai_client_token_usage",
            "Tokens read (input) and produced (output) by a call.",
            (*_MODEL_LABELS, "gen_ai_token_type"),
            _TOKENS,
            registry,
        )
        by_tenant = Counter(
            "fleet_tenant_tokens",
            f"Tokens read and produced, by tenant: the first {_MOST_TENANTS}, and '_other'.",
            ("tenant", "gen_ai_request_model", "gen_ai_token_type"),
            registry=registry,
        )
        self._tenants: set[str] = set()
        # The library finds a series under a lock, and after more work than counting is.
        self._started = cache(started.labels)
        self._by_tenant = cache(by_tenant.labels)

    def started(self, call: Call) -> None:
        """Count `call`, and begin its span."""
        self._started(call.method).inc()
        if self._tracer:
            call.enter(_span(self._tracer, call))

    def finished(self, call: Call, outcome: str) -> None:
        """Write down `call`, which ended with the gRPC status `outcome`."""
        seconds = time.perf_counter() - call.started
        self._seconds.labels(call.method, outcome).observe(seconds)
        self._count_tokens(call)
        if call.span:
            _end(call.span, call, outcome)
        log.info(
            "rpc",
            method=call.method,
            status=outcome,
            seconds=round(seconds, 5),
            request_id=call.header("x-request-id"),
            **call.notes,
        )

    def _count_tokens(self, call: Call) -> None:
        model = call.notes.get("model")
        if model is None:
            return
        labels = (model, call.notes.get("provider", ""))
        if call.first_chunk is not None:
            self._first_chunk.labels(*labels).observe(call.first_chunk - call.started)
        for kind, note in (("input", "prompt_tokens"), ("output", "completion_tokens")):
            tokens = call.notes.get(note)
            if tokens is not None:
                self._tokens.labels(*labels, kind).observe(tokens)
                self._by_tenant(self._tenant(call), model, kind).inc(tokens)

    def _tenant(self, call: Call) -> str:
        """Return the tenant of `call` as a label: tenants may be without number, series may not."""
        tenant = call.header(TENANT)
        if not tenant:
            return _NO_TENANT
        if tenant not in self._tenants:
            if len(self._tenants) >= _MOST_TENANTS:
                return _OTHER_TENANTS
            self._tenants.add(tenant)
        return tenant


def _tracer(service: str) -> trace.Tracer | None:
    """Return what makes spans, or nothing where spans have nowhere to go."""
    if not (
        os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
        or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    ):
        return None
    # Takes as long to import as all else that a service needs of its runtime.
    from fleet_runtime.span_export import exporting_tracer  # noqa: PLC0415

    return exporting_tracer(service)


def _span(tracer: trace.Tracer, call: Call) -> trace.Span:
    """Begin the span of `call`, as a child of the caller's."""
    service, _, method = call.method.lstrip("/").partition("/")
    return tracer.start_span(
        call.method.lstrip("/"),
        context=extract(dict(call.trace())),
        kind=SpanKind.SERVER,
        attributes={"rpc.system": "grpc", "rpc.service": service, "rpc.method": method},
    )


def _end(span: trace.Span, call: Call, outcome: str) -> None:
    """End the span of `call` with all that is known of it."""
    span.set_attribute("rpc.grpc.status_code", outcome)
    for note, value in call.notes.items():
        span.set_attribute(_SPAN_NAMES.get(note, f"fleet.{note}"), value)
    if outcome not in ("OK", "CANCELLED"):
        span.set_status(Status(StatusCode.ERROR, outcome))
    span.end()
