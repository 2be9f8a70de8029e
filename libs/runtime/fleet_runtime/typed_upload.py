"""Uploads as gRPC callers make them: the fields in the first message, pieces of the file in any."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any, Generic, TypeVar

import grpc
import msgspec
from google.protobuf.message import Message

StructT = TypeVar("StructT", bound=msgspec.Struct)


class TypedForm(Generic[StructT]):
    """Messages that are coming in, as a `Source` of an `Upload`.

    Args:
        arriving: The messages.
        kind: Their type.
        read: Returns what the first one says, checked.
        context: Of the call.
    """

    def __init__(
        self,
        arriving: AsyncIterator[Any],
        kind: type[Message],
        read: Callable[[Message], StructT],
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> None:
        self._arriving = arriving
        self._kind = kind
        self._read = read
        self._context = context
        self._first: Any = None
        # A caller cannot leave out what has no presence.
        self._optional = kind.DESCRIPTOR.fields_by_name["file"].has_presence
        self._has_file = not self._optional

    @property
    def has_file(self) -> bool:
        """Whether a file has come so far."""
        return self._has_file

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Yield the pieces of the file; end with the messages, and raise if the caller left."""
        async for message in self._arriving:
            if self._optional and message.HasField("file"):
                self._has_file = True
            piece: bytes = message.file
            if self._first is None:
                message.file = b""
                self._first = message
            if piece:
                yield piece
        # gRPC says of a caller who leaves, or is out of time, that the messages are at their end; that this is the
        # call's end too, it says a moment later. Only sending something tells the one from the other.
        await self._context.send_initial_metadata(())

    def fields(self) -> StructT:
        """Return the checked fields of the first message."""
        return self._read(self._kind() if self._first is None else self._first)
