"""What the gateway must know of the contract, from its descriptor."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypeAlias

from google.api import annotations_pb2
from google.api.http_pb2 import HttpRule
from google.protobuf.descriptor_pb2 import (
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

from fleet.api.v1 import options_pb2


@dataclass(frozen=True, slots=True)
class Service:
    """A gRPC service of the contract.

    Attributes:
        name: Its full name, such as `fleet.inference.v1.InferenceService`.
        methods: The names of its methods.
        lasting: Those of them that may last: they stream, or answer whole what another streams.
        uploads: Those of them whose requests stream.
        paths: The REST paths, with wildcards for variables, and their verbs; only REST faces, which
            are for the transcoder alone, have any.
        websockets: Those of the paths at which callers may hold a WebSocket open.
        routes: The paths again, by method.
    """

    name: str
    methods: tuple[str, ...]
    lasting: frozenset[str]
    uploads: frozenset[str] = frozenset()
    paths: tuple[tuple[str, str], ...] = ()
    websockets: tuple[str, ...] = ()
    routes: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def rest(self) -> bool:
        """Whether it is a REST face."""
        return bool(self.paths)


Contract: TypeAlias = Mapping[str, tuple[Service, ...]]
"""The services of each API, by the API's name as in `vector_io`."""


def rest_face() -> bytes:
    """Return the descriptor set of the contract with its REST faces."""
    return (resources.files("fleet") / "rest.binpb").read_bytes()


@cache
def takes_websockets(api: str) -> bool:
    """Whether callers may hold WebSockets open to the services of an API."""
    services = read_contract(rest_face()).get(api.replace("-", "_"), ())
    return any(service.websockets for service in services)


def read_contract(descriptor: bytes) -> Contract:
    """Read a descriptor set with REST faces, as `make gen` writes it."""
    contract: dict[str, tuple[Service, ...]] = {}
    for file in FileDescriptorSet.FromString(descriptor).file:
        if not file.package.startswith("fleet."):
            continue
        api = file.package.split(".")[1]
        for service in file.service:
            known = contract.get(api, ())
            found = _service(f"{file.package}.{service.name}", service, known)
            contract[api] = (*known, found)
    return contract


def _service(name: str, service: ServiceDescriptorProto, known: Sequence[Service]) -> Service:
    """Return what `service` is. If it is a REST face, then its service is `known` already."""
    methods = tuple(method.name for method in service.method)
    for typed in known:
        if name == f"{typed.name}Rest":
            return Service(
                name,
                methods,
                typed.lasting,
                typed.uploads,
                tuple(_paths(service.method)),
                tuple(path for path, _ in _paths(filter(_has_websocket, service.method))),
                tuple((m.name, tuple(path for path, _ in _paths([m]))) for m in service.method),
            )
    uploads = frozenset(method.name for method in service.method if method.client_streaming)
    return Service(name, methods, _lasting(service), uploads)


def _lasting(service: ServiceDescriptorProto) -> frozenset[str]:
    """Name the methods that stream, and those whose streaming twins they are."""
    streaming = [m for m in service.method if m.client_streaming or m.server_streaming]
    twins = (method.options.Extensions[options_pb2.streams] for method in streaming)
    return frozenset(method.name for method in streaming) | frozenset(filter(None, twins))


def _has_websocket(method: MethodDescriptorProto) -> bool:
    return bool(method.options.Extensions[options_pb2.websocket])


def _paths(methods: Iterable[MethodDescriptorProto]) -> Iterator[tuple[str, str]]:
    """Yield path and verb of every binding."""
    for method in methods:
        rule = method.options.Extensions[annotations_pb2.http]
        for binding in (rule, *rule.additional_bindings):
            yield _path(binding)


def _path(rule: HttpRule) -> tuple[str, str]:
    kind = rule.WhichOneof("pattern") or ""
    if kind == "custom":
        return rule.custom.path, rule.custom.kind.upper()
    return getattr(rule, kind), kind.upper()
