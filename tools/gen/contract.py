"""The contract as the generators see it: packages, messages, services, each with its comment."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

OPTIONS = "fleet.api.v1"
EMPTY = ".google.protobuf.Empty"

Comments = dict[tuple[int, ...], str]


@dataclass(frozen=True)
class Field:
    """One field of a message.

    Attributes:
        value: For a map, what its values are; else the field itself.
    """

    proto: FieldDescriptorProto
    value: FieldDescriptorProto
    doc: str
    options: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name, in JSON too."""
        return self.proto.name

    @property
    def is_map(self) -> bool:
        """Whether it is a map."""
        return self.value is not self.proto

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return self.proto.label == FieldDescriptorProto.LABEL_REPEATED and not self.is_map

    @property
    def message(self) -> str:
        """The name of the message that it, or each of its items, is; empty for scalars."""
        return self.value.type_name.rpartition(".")[2]

    @property
    def nullable(self) -> bool:
        """Whether it is printed as `null` when unset."""
        return bool(self.options.get("nullable"))

    @property
    def required(self) -> bool:
        """Whether JSON must have it."""
        if self.is_list or self.is_map:
            return not (self.options.get("omit_empty") or self.nullable)
        return not self.proto.proto3_optional


@dataclass(frozen=True)
class Message:
    """One message."""

    name: str
    doc: str
    fields: tuple[Field, ...]
    options: dict[str, Any]

    @property
    def transparent(self) -> bool:
        """Whether its JSON is that of its field: a union, or a bare list."""
        return bool(self.options.get("union") or self.options.get("bare"))


@dataclass(frozen=True)
class Method:
    """One RPC that is an operation of its own, with its streaming twin if it has one.

    Attributes:
        routes: HTTP verb and path template of each of its REST routes, the main one first.
        upload: Whether it takes a file.
        download: Whether it gives one out.
        websocket: Whether callers may hold a WebSocket open at its paths.
    """

    proto: MethodDescriptorProto
    doc: str
    routes: tuple[tuple[str, str], ...]
    has_body: bool
    twin: MethodDescriptorProto | None
    upload: bool = False
    download: bool = False
    websocket: bool = False

    @property
    def name(self) -> str:
        """Its name in Python."""
        return snake(self.proto.name)

    @property
    def only_streams(self) -> bool:
        """Whether it always answers with a stream, which REST callers get as lines of JSON, or as a file."""
        return self.proto.server_streaming

    @property
    def empty(self) -> bool:
        """Whether it answers with nothing."""
        return self.proto.output_type == EMPTY

    @property
    def request(self) -> str:
        """The name of its request's message."""
        return self.proto.input_type.rpartition(".")[2]

    @property
    def answer(self) -> str:
        """The name of its answer's message."""
        return self.proto.output_type.rpartition(".")[2]

    @property
    def chunk(self) -> str | None:
        """The name of its chunks' message, if it can stream."""
        if self.only_streams:
            return self.answer
        return self.twin.output_type.rpartition(".")[2] if self.twin else None


@dataclass(frozen=True)
class Service:
    """One service."""

    name: str
    doc: str
    methods: tuple[Method, ...]
    dialect: str = ""
    """Whose conventions its REST face follows, as `fleet_runtime.dialect` names them; empty for OpenAI's."""


@dataclass
class Package:
    """All of one API: the files of one proto package."""

    name: str
    files: list[str] = field(default_factory=list)
    homes: dict[str, str] = field(default_factory=dict)
    """The file of each message."""
    messages: dict[str, Message] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)


def read(files: FileDescriptorSet) -> list[Package]:
    """Return the packages of the fleet in `files`, which must have source info."""
    packages: dict[str, Package] = {}
    for file in files.file:
        if file.package.startswith("fleet.") and file.package != OPTIONS:
            _read_file(file, packages.setdefault(file.package, Package(file.package)))
    return list(packages.values())


def snake(name: str) -> str:
    """Return `CamelCase` as `camel_case`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _read_file(file: FileDescriptorProto, package: Package) -> None:
    comments = _comments(file)
    package.files.append(file.name)
    for place, message in enumerate(file.message_type):
        package.homes[message.name] = file.name
        package.messages[message.name] = _message(message, (4, place), comments)
    for place, service in enumerate(file.service):
        methods = tuple(_methods(service, (6, place), comments))
        doc = comments.get((6, place), "")
        package.services.append(Service(service.name, doc, methods, _dialect(service)))


def _message(message: DescriptorProto, path: tuple[int, ...], comments: Comments) -> Message:
    maps = {n.name: n.field[1] for n in message.nested_type if n.options.map_entry}
    fields = tuple(
        Field(
            f,
            maps.get(f.type_name.rpartition(".")[2], f),
            comments.get((*path, 2, place), ""),
            _options(f.options),
        )
        for place, f in enumerate(message.field)
    )
    return Message(message.name, comments.get(path, ""), fields, _options(message.options))


def _methods(
    service: ServiceDescriptorProto, path: tuple[int, ...], comments: Comments
) -> Iterator[Method]:
    twins = {_options(m.options).get("streams"): m for m in service.method}
    for place, method in enumerate(service.method):
        options = _options(method.options)
        if "streams" not in options:
            rule = method.options.Extensions[annotations_pb2.http]
            yield Method(
                method,
                comments.get((*path, 2, place), ""),
                tuple(_routes(rule)),
                bool(rule.body),
                twins.get(method.name),
                bool(options.get("upload")),
                bool(options.get("download")),
                bool(options.get("websocket")),
            )


def _dialect(service: ServiceDescriptorProto) -> str:
    """Return the short name of the dialect that `service` follows."""
    options: Any = service.options  # the stubs do not know what extensions have
    for option, number in options.ListFields():
        if option.is_extension and option.file.package == OPTIONS and option.name == "dialect":
            name: str = option.enum_type.values_by_number[number].name
            return name.removeprefix("DIALECT_")
    return ""


def _routes(rule: Any) -> Iterator[tuple[str, str]]:
    verb = rule.WhichOneof("pattern")
    if verb:
        yield verb.upper(), getattr(rule, verb)
    for binding in rule.additional_bindings:
        yield from _routes(binding)


def _options(options: Any) -> dict[str, Any]:
    """Return our own options among `options`, by their short names."""
    return {
        f.name: list(value) if f.is_repeated else value
        for f, value in options.ListFields()
        if f.is_extension and f.file.package == OPTIONS
    }


def _comments(file: FileDescriptorProto) -> Comments:
    """Return the comments of a file by the path of what they are about."""
    return {
        tuple(location.path): "\n".join(
            line.removeprefix(" ") for line in location.leading_comments.rstrip().split("\n")
        )
        for location in file.source_code_info.location
        if location.leading_comments
    }
