"""What Envoy asks of an authorization service, and is answered: the fields of it that are used here.

Format: `envoy.service.auth.v3`,
https://github.com/envoyproxy/envoy/blob/main/api/envoy/service/auth/v3/external_auth.proto
"""

from typing import Any

import msgspec
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

SERVICE = "envoy.service.auth.v3.Authorization"
_PACKAGE = "envoy.service.auth.v3"
# In a pool of its own, as a process may have the generated types as well. Messages of other files of Envoy's, which
# have the same fields on the wire, are in this one too. A field is a number and a type; `*` is a list, `%` a map of
# texts.
_MESSAGES: dict[str, dict[str, tuple[int, str]]] = {
    "SocketAddress": {"address": (2, "string")},
    "Address": {"socket_address": (1, "SocketAddress")},
    "Peer": {"address": (1, "Address")},
    "HttpRequest": {"method": (2, "string"), "headers": (3, "%"), "path": (4, "string")},
    "Request": {"http": (2, "HttpRequest")},
    "AttributeContext": {"source": (1, "Peer"), "request": (4, "Request")},
    "CheckRequest": {"attributes": (1, "AttributeContext")},
    "Status": {"code": (1, "int32"), "message": (2, "string")},
    "HttpStatus": {"code": (1, "int32")},
    "HeaderValue": {"key": (1, "string"), "value": (2, "string")},
    "HeaderValueOption": {"header": (1, "HeaderValue")},
    "DeniedHttpResponse": {
        "status": (1, "HttpStatus"),
        "headers": (2, "*HeaderValueOption"),
        "body": (3, "string"),
    },
    "OkHttpResponse": {
        "headers": (2, "*HeaderValueOption"),
        "headers_to_remove": (5, "*string"),
    },
    "CheckResponse": {
        "status": (1, "Status"),
        "denied_response": (2, "DeniedHttpResponse"),
        "ok_response": (3, "OkHttpResponse"),
    },
}


class Check(msgspec.Struct):
    """A call at the gateway that is to be let in, or not."""

    method: str
    path: str
    """With its query."""
    headers: dict[str, str]
    source: str


class Verdict(msgspec.Struct):
    """Whether it is."""

    status: int
    """Of HTTP: 200 if it is let in."""
    code: int
    """Of gRPC."""
    headers: list[tuple[str, str]]
    """For the service behind, if it is let in; else for the caller."""
    removed: tuple[str, ...] = ()
    """The headers that the service behind does not get."""
    body: str = ""
    """What the caller is told."""


def _types() -> tuple[type[Message], type[Message]]:
    file = descriptor_pb2.FileDescriptorProto(
        name="envoy/service/auth/v3/external_auth.proto", package=_PACKAGE, syntax="proto3"
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            _add(message, field, number, kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    request, response = (
        message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in ("CheckRequest", "CheckResponse")
    )
    return request, response


def _add(message: descriptor_pb2.DescriptorProto, name: str, number: int, kind: str) -> None:
    field = descriptor_pb2.FieldDescriptorProto
    label = field.LABEL_REPEATED if kind[0] in "*%" else field.LABEL_OPTIONAL
    if kind == "%":
        entry = message.nested_type.add(name=f"{name.title()}Entry")
        entry.options.map_entry = True
        _add(entry, "key", 1, "string")
        _add(entry, "value", 2, "string")
        kind = f"{message.name}.{entry.name}"
    kind = kind.removeprefix("*")
    plain = {"string": field.TYPE_STRING, "int32": field.TYPE_INT32}.get(kind)
    added = message.field.add(
        name=name, number=number, label=label, type=plain or field.TYPE_MESSAGE
    )
    if plain is None:
        added.type_name = f".{_PACKAGE}.{kind}"


REQUEST, RESPONSE = _types()
"""The types of the question and of the answer."""


def to_check(message: Any) -> Check:
    """Read what Envoy asks."""
    http = message.attributes.request.http
    source = message.attributes.source.address.socket_address.address
    return Check(http.method, http.path, dict(http.headers), source)


def from_verdict(verdict: Verdict) -> Message:
    """Write what Envoy is answered."""
    headers = [{"header": {"key": name, "value": value}} for name, value in verdict.headers]
    status = {"code": verdict.code, "message": verdict.body}
    if verdict.code == 0:
        return RESPONSE(
            status=status,
            ok_response={"headers": headers, "headers_to_remove": list(verdict.removed)},
        )
    denied = {"status": {"code": verdict.status}, "headers": headers, "body": verdict.body}
    return RESPONSE(status=status, denied_response=denied)
