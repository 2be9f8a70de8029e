"""How busy an engine is, told to whoever called it in the metadata that ends the call.

Format: ORCA's `OrcaLoadReport`, in both of its forms:
https://github.com/cncf/xds/blob/main/xds/data/orca/v3/orca_load_report.proto

- `endpoint-load-metrics-bin`, for gRPC's own load balancing, which keeps it from applications:
  https://github.com/grpc/proposal/blob/master/A51-custom-backend-metrics.md
- `endpoint-load-metrics: JSON {…}`, for all others, as Envoy reads and vLLM writes it:
  https://github.com/envoyproxy/envoy/blob/main/source/common/orca/orca_parser.h
  https://docs.vllm.ai/en/stable/api/vllm/entrypoints/openai/orca_metrics/
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

Metadata: TypeAlias = Iterable[tuple[str, str | bytes]]

BINARY = "endpoint-load-metrics-bin"
TEXT = "endpoint-load-metrics"
_JSON = "JSON "


def _report_type() -> Any:
    """Return the message type, with the fields that are written here."""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="xds/data/orca/v3/orca_load_report.proto", package="xds.data.orca.v3", syntax="proto3"
    )
    report = file.message_type.add(name="OrcaLoadReport")
    report.field.add(
        name="application_utilization",
        number=9,
        type=field.TYPE_DOUBLE,
        label=field.LABEL_OPTIONAL,
    )
    report.field.add(
        name="named_metrics",
        number=8,
        type=field.TYPE_MESSAGE,
        label=field.LABEL_REPEATED,
        type_name=".xds.data.orca.v3.OrcaLoadReport.NamedMetricsEntry",
    )
    entry = report.nested_type.add(name="NamedMetricsEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
    entry.field.add(name="value", number=2, type=field.TYPE_DOUBLE, label=field.LABEL_OPTIONAL)
    # A pool of its own, as a process may have the generated type as well.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = pool.FindMessageTypeByName("xds.data.orca.v3.OrcaLoadReport")
    return message_factory.GetMessageClass(found)


_Report = _report_type()


class _Metrics(msgspec.Struct):
    num_requests_running: float
    num_requests_waiting: float = 0.0
    kv_cache_usage_perc: float = 0.0


class _Told(msgspec.Struct):
    named_metrics: _Metrics


_decoder = msgspec.json.Decoder(_Told)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How busy an engine is.

    Attributes:
        running: Answers that are being produced.
        waiting: Answers that wait for their turn.
        kv_used: The part of the KV cache that they fill, from 0 to 1.
    """

    running: int
    waiting: int
    kv_used: float

    def trailers(self) -> list[tuple[str, str | bytes]]:
        """Return it as the metadata that ends a call, in both forms. The metrics have vLLM's names."""
        metrics = {
            "num_requests_running": self.running,
            "num_requests_waiting": self.waiting,
            "kv_cache_usage_perc": self.kv_used,
        }
        fields = {"application_utilization": self.kv_used, "named_metrics": metrics}
        text = _JSON + msgspec.json.encode(fields).decode()
        return [(BINARY, _Report(**fields).SerializeToString()), (TEXT, text)]


def reported(metadata: Metadata) -> LoadReport | None:
    """Return the report among the `metadata` that ended a call, if there is a readable one.

    Nobody's call fails for an engine that reports its load badly.
    """
    for key, value in metadata:
        if key == TEXT and isinstance(value, str) and value.startswith(_JSON):
            try:
                told = _decoder.decode(value[len(_JSON) :]).named_metrics
            except msgspec.DecodeError:
                return None
            return LoadReport(
                int(told.num_requests_running),
                int(told.num_requests_waiting),
                told.kv_cache_usage_perc,
            )
    return None
