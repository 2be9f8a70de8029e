"""The REST face: for each service with REST paths, a twin that only Envoy's transcoder sees.

Its methods take and give bytes, `google.api.HttpBody → stream google.api.HttpBody`, on the same
paths: the exact JSON is the service's own, and one method answers both whole and as a stream.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor_pb2 import (
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

ANNOTATIONS = "google/api/annotations.proto"
HTTP_BODY = "google/api/httpbody.proto"
OPTIONS = "fleet/api/v1/options.proto"
# Envoy turns the details of an error into JSON, and needs their types for it.
ERROR_DETAILS = "google/rpc/error_details.proto"
BODY_TYPE = ".google.api.HttpBody"
VARIABLE = re.compile(r"\{[^{}=]+(?:=([^{}]+))?\}")


def rest_face(typed: FileDescriptorSet) -> FileDescriptorSet:
    """Return `typed` with a service `<Service>Rest` for each service with REST paths.

    Args:
        typed: All files of the contract, with their imports (`protoc --include_imports`).

    Raises:
        ValueError: A file that Envoy needs is not among them.
    """
    missing = {ANNOTATIONS, HTTP_BODY, ERROR_DETAILS} - {file.name for file in typed.file}
    if missing:
        raise ValueError(f"the descriptor set lacks {', '.join(sorted(missing))}")
    return FileDescriptorSet(file=[*typed.file, *_rest_files(typed)])


def write_rest_face(typed: FileDescriptorSet, path: Path) -> None:
    """Write the REST face of `typed` to `path`, the same bytes each time."""
    path.write_bytes(rest_face(typed).SerializeToString(deterministic=True))


def _rest_files(typed: FileDescriptorSet) -> Iterator[FileDescriptorProto]:
    """Yield, for each file with annotated methods, one that holds their twins."""
    for file in typed.file:
        services = [
            _twin(service) for service in file.service if any(map(_annotated, service.method))
        ]
        if services:
            yield FileDescriptorProto(
                name=file.name.removesuffix(".proto") + "_rest.proto",
                package=file.package,
                syntax="proto3",
                dependency=[ANNOTATIONS, HTTP_BODY, OPTIONS],
                service=services,
            )


def _annotated(method: MethodDescriptorProto) -> bool:
    return method.options.HasExtension(annotations_pb2.http)


def _twin(service: ServiceDescriptorProto) -> ServiceDescriptorProto:
    methods = [_raw(method) for method in service.method if _annotated(method)]
    return ServiceDescriptorProto(name=f"{service.name}Rest", method=methods)


def _raw(method: MethodDescriptorProto) -> MethodDescriptorProto:
    """Return `method` over bytes, on the same paths. What uploads by chunks goes on doing so."""
    raw = MethodDescriptorProto(
        name=method.name,
        input_type=BODY_TYPE,
        output_type=BODY_TYPE,
        client_streaming=method.client_streaming,
        server_streaming=True,
    )
    raw.options.CopyFrom(method.options)
    rule = _relaxed(method.options.Extensions[annotations_pb2.http])
    raw.options.Extensions[annotations_pb2.http].CopyFrom(rule)
    return raw


def _relaxed(rule: http_pb2.HttpRule) -> http_pb2.HttpRule:
    """Return `rule` with wildcards for variables, and the whole body as bytes.

    `HttpBody` has no fields for the variables: the service reads the path again, from
    `x-envoy-original-path`.
    """
    relaxed = http_pb2.HttpRule(
        body="*" if rule.body else "",
        additional_bindings=[_relaxed(other) for other in rule.additional_bindings],
    )
    kind = rule.WhichOneof("pattern")
    if kind == "custom":
        custom = rule.custom
        relaxed.custom.CopyFrom(
            http_pb2.CustomHttpPattern(kind=custom.kind, path=_wildcards(custom.path))
        )
    elif kind:
        setattr(relaxed, kind, _wildcards(getattr(rule, kind)))
    return relaxed


def _wildcards(path: str) -> str:
    """Return `path` with `**` for `{id=**}`, and `*` for `{id}`."""
    return VARIABLE.sub(lambda variable: variable[1] or "*", path)
