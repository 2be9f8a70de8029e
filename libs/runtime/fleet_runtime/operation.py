"""What an operation is: one async method, and all that its two faces must know of it.

The code that `make gen` writes builds these; nobody writes one by hand.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from fleet_runtime.call import Call
from fleet_runtime.dialect import OPENAI, Dialect
from fleet_runtime.encoded import Encoded, EncodedStream

T = TypeVar("T")
StructT = TypeVar("StructT", bound=msgspec.Struct)

Answer: TypeAlias = T | Encoded[T]
"""One answer: as a message, or as the JSON it came in."""

Stream: TypeAlias = AsyncGenerator[T, None] | EncodedStream[T]
"""A streamed answer: message by message, or as the events it comes in."""

Method: TypeAlias = Callable[[Any, Call], Awaitable[Any]]
"""A service's method: takes a request, or an `Upload`, and its call; returns an `Answer`, a `Stream` or nothing."""


def is_stream(answer: object) -> bool:
    """Whether an operation answered with a stream."""
    return answer is not None and not isinstance(answer, (Encoded, msgspec.Struct))


@dataclass(frozen=True, slots=True)
class MessageType(Generic[StructT]):
    """A message in both of its forms."""

    struct: type[StructT]
    proto: type[Message]
    to_proto: Callable[[Any], Message]
    from_proto: Callable[[Any], StructT]


NOTHING: MessageType[Any] = MessageType(
    type(None), Empty, to_proto=lambda _: Empty(), from_proto=lambda _: None
)
"""The answer of operations that have none: methods return `None`, and REST callers get 204."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where REST callers find an operation, such as `GET /v1/models/{model_id=**}`."""

    verb: str
    template: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a service.

    `chunk` and `stream_rpc` are set where the answer can come as a stream: then the request has a field `stream`, which
    REST callers set, and the typed face has two methods. Where both methods are one, the answer is always a stream,
    which REST callers get as lines of JSON. `dialect` is what REST callers expect besides.

    `websocket` says that REST callers may also send their requests over a WebSocket, at the same paths.

    `upload` says that the method takes an `Upload` of the request, and that REST callers send a form; `download` that
    the stream is the bytes of a file, which REST callers get as such.
    """

    rpc: str
    request: MessageType[Any]
    answer: MessageType[Any]
    routes: tuple[Route, ...]
    has_body: bool
    stream_rpc: str | None = None
    chunk: MessageType[Any] | None = None
    dialect: Dialect = OPENAI
    upload: bool = False
    download: bool = False
    websocket: bool = False

    @property
    def only_streams(self) -> bool:
        """Whether the answer is always a stream."""
        return self.stream_rpc == self.rpc


@dataclass(frozen=True, slots=True)
class Binding:
    """An operation, and the method that does it."""

    operation: Operation
    method: Method


@dataclass(frozen=True, slots=True)
class BoundService:
    """A service of the contract, by its full name, with a method for each operation."""

    name: str
    bindings: tuple[Binding, ...]
