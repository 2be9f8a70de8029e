"""What is recorded: a request as far as it decides the answer, and its answers piece by piece."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Fields: TypeAlias = list[tuple[str, str | bytes]]
"""Headers or metadata in order, their names in lower case."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request without its secrets.

    Attributes:
        verb: The HTTP verb, or `RPC` for a gRPC call.
        path: The path with its query, or the full name of the gRPC method.
        body: The body as JSON has it: an object, a text, or what stands for bytes.
        test: Which test asked. Requests of different tests are never taken for each other.
    """

    verb: str
    path: str
    body: Any = None
    test: str = ""

    @property
    def model(self) -> str | None:
        """The model that the body names, for people who read recordings."""
        model = self.body.get("model") if isinstance(self.body, dict) else None
        return model if isinstance(model, str) else None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer as it arrived: a read of a stream, or a message of a gRPC call.

    Attributes:
        ms: How long after the piece before it, or for the first after the request, in milliseconds.
        data: Its bytes.
    """

    ms: int
    data: bytes


@dataclass(slots=True)
class Answer:
    """What the server answered.

    Attributes:
        status: The HTTP status. A gRPC call's own status is among its trailers: `grpc-status`, `grpc-message`.
        headers: The headers, or the metadata that begins the answer.
        pieces: The body.
        trailers: What ends the answer.
        complete: Whether all of it came: the server may have hung up, or the caller.
        exact: The digest of the very request, before anything in it was normalised.
    """

    status: int
    headers: Fields
    pieces: list[Piece] = field(default_factory=list)
    trailers: Fields = field(default_factory=list)
    complete: bool = False
    exact: str = ""


@dataclass(slots=True)
class Recording:
    """All answers that one request got, in the order in which it was asked."""

    asked: Asked
    answers: list[Answer] = field(default_factory=list)
