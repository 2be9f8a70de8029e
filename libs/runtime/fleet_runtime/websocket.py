"""The WebSocket face: one connection, one request after the other, each answered by a stream of frames.

A request is a text frame with a JSON object, whose `type` is `response.create`; each message of the answering stream is
a text frame as well, and so is an error: `{"type": "error", "status": …, "error": {…}}`. Fields that say which way an
answer comes are of no effect here.

Format: https://platform.openai.com/docs/guides/websocket-mode
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing, suppress
from typing import Any

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve, unix_serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from fleet_runtime.boundary import Boundary
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, InvalidArgument
from fleet_runtime.operation import Binding, BoundService
from fleet_runtime.reading import reading
from fleet_runtime.rest_answer import json_of

# In bytes, as of calls.
_LONGEST = 64 * 2**20
_CREATE = "response.create"
_IGNORED = ("type", "stream", "stream_options", "background")
# In seconds: between two pings to the caller, and until one that does not answer is taken for gone.
_PING, _PONG = 20.0, 20.0

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.encode


class WebSockets:
    """Serves operations over WebSockets.

    Args:
        services: What is served; those of their operations that may be called so.
        boundary: Where errors become answers.
    """

    def __init__(self, services: Iterable[BoundService], boundary: Boundary) -> None:
        self._boundary = boundary
        self._bindings = {
            route.template: binding
            for service in services
            for binding in service.bindings
            for route in binding.operation.routes
            if binding.operation.websocket
        }
        self._server: Server | None = None

    async def start(self, listen: str) -> None:
        """Listen at `host:port` or `unix:/path`."""
        settings: dict[str, Any] = {
            "process_request": self._refusal,
            "max_size": _LONGEST,
            "ping_interval": _PING,
            "ping_timeout": _PONG,
            # Deltas are a few bytes each: to pack them costs more than it saves.
            "compression": None,
        }
        if listen.startswith("unix:"):
            path = listen.removeprefix("unix:")
            self._server = await unix_serve(self._connection, path, **settings)
        else:
            host, _, port = listen.rpartition(":")
            self._server = await serve(self._connection, host.strip("[]"), int(port), **settings)

    async def aclose(self) -> None:
        """Close all connections."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _refusal(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse what is at no path of ours."""
        if _path(request) in self._bindings:
            return None
        return connection.respond(404, "There are no WebSockets at this path.\n")

    async def _connection(self, connection: ServerConnection) -> None:
        """Answer one request after the other."""
        request = connection.request
        if request is None:
            return
        binding = self._bindings[_path(request)]
        headers = [(name.lower(), value) for name, value in request.headers.raw_items()]
        memory: dict[str, Any] = {}
        with suppress(ConnectionClosed):
            async for frame in connection:
                call = Call(f"/{binding.operation.rpc}/WebSocket", headers)
                call.memory = memory
                await self._answered(connection, _Turn(binding, frame, call))

    async def _answered(self, connection: ServerConnection, turn: "_Turn") -> None:
        """Answer one request; a caller who leaves ends it."""

        async def refuse(error: FleetError) -> None:
            await connection.send(_encode(told(error)).decode())

        async def work() -> None:
            async with aclosing(turn.frames()) as frames:
                async for frame in frames:
                    await connection.send(frame)

        async with asyncio.TaskGroup() as group:
            answering = group.create_task(self._boundary.run(turn.call, work(), refuse))
            leaving = group.create_task(connection.wait_closed())
            await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
            answering.cancel()
            leaving.cancel()


class _Turn:
    """One request, and the frames that answer it."""

    def __init__(self, binding: Binding, frame: str | bytes, call: Call) -> None:
        self.call = call
        self._binding = binding
        self._frame = frame

    async def frames(self) -> AsyncGenerator[str, None]:
        operation = self._binding.operation
        with reading():
            fields = _checked(_fields(self._frame))
            request: Any = msgspec.json.decode(_encode(fields), type=operation.request.struct)
        request.stream = True
        self.call.received = request
        async with aclosing(await self._binding.method(request, self.call)) as stream:
            async for message in stream:
                yield json_of(message).decode()


def _checked(fields: Mapping[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
    """Return the fields of the request that a frame is."""
    kind = fields.get("type")
    if kind is None or msgspec.json.decode(kind) != _CREATE:
        raise InvalidArgument(
            f'A frame must be a JSON object with \'"type": "{_CREATE}"\'.',
            code="invalid_request",
            param="type",
        )
    return {name: value for name, value in fields.items() if name not in _IGNORED}


def told(error: FleetError) -> dict[str, Any]:
    """Return the frame that tells of an error."""
    details = {
        "code": error.code,
        "message": error.message,
        "param": error.param,
        "type": error.type,
    }
    return {"type": "error", "status": error.status, "error": details}


def _path(request: Request) -> str:
    return request.path.partition("?")[0].rstrip("/")
