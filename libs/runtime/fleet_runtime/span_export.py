"""Sending spans to where `OTEL_EXPORTER_OTLP_ENDPOINT` says, https://opentelemetry.io/docs/specs/otlp/."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def exporting_tracer(service: str) -> trace.Tracer:
    """Return what makes spans of the service of that name, and sends them in batches from a thread of its own."""
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("fleet_runtime")
