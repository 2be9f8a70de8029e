"""A small HTTP/1.1 server (RFC 9112), for callers on this machine."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from fleet_recorder.http_request import HttpRequest, RequestParser, UnreadableError

# In bytes.
_READ = 64 * 1024
# Answers without a body (RFC 9112, section 6.3).
_BODILESS = (204, 304)


class Responder:
    """Writes one answer, as it comes.

    Attributes:
        begun: Whether the caller has seen a part of it.
    """

    def __init__(self, request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        self.begun = False
        self._request = request
        self._writer = writer
        self._chunked = self._empty = False

    async def begin(self, status: int, headers: Sequence[tuple[str, str]]) -> None:
        """Send the status and the headers. Without a `content-length` the body goes in chunks."""
        self.begun = True
        sized = any(name == "content-length" for name, _ in headers)
        self._empty = status in _BODILESS or self._request.verb == "HEAD"
        self._chunked = self._request.chunks and not sized and not self._empty
        lines = [f"{name}: {value}" for name, value in headers]
        if self._chunked:
            lines.append("transfer-encoding: chunked")
        if not self._request.lasting:
            lines.append("connection: close")
        head = "\r\n".join([f"HTTP/1.1 {status} ", *lines, "", ""])
        self._writer.write(head.encode("latin-1", "replace"))
        await self._writer.drain()

    async def write(self, data: bytes) -> None:
        """Send a part of the body, at least a byte, when the caller has room for it."""
        if not self._empty:
            self._writer.write(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)
            await self._writer.drain()

    async def end(self) -> None:
        """Say that all was sent."""
        if self._chunked:
            self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    def abort(self) -> None:
        """Hang up, so that the caller sees that the answer is not whole."""
        self._writer.transport.abort()


Handler: TypeAlias = Callable[[HttpRequest, Responder], Coroutine[Any, Any, None]]


class HttpServer:
    """Answers requests on the loopback interface. A caller who leaves early cancels the handler."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[Any]] = set()

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port.

        Raises:
            OSError: The port is taken.
        """
        self._server = await asyncio.start_server(self._accepted, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def aclose(self) -> None:
        """Hang up on everybody."""
        if self._server:
            self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            await self._serve(_Connection(reader, writer))
        except (ConnectionError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()

    async def _serve(self, connection: "_Connection") -> None:
        try:
            while request := await connection.request():
                responder = Responder(request, connection.writer)
                there = await connection.while_there(self._handler(request, responder))
                if not there or not request.lasting:
                    return
        except UnreadableError as error:
            head = f"HTTP/1.1 {error}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            connection.writer.write(head.encode())
            await connection.writer.drain()


class _Connection:
    """Reads requests, and notices when the caller leaves."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self._reader = reader
        self._parser = RequestParser()

    async def request(self) -> HttpRequest | None:
        """Return the next request; nothing if the caller left."""
        while not self._parser.whole:
            data = await self._reader.read(_READ)
            if not data:
                return None
            self._parser.feed(data)
            if self._parser.take_expectation():
                self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return self._parser.whole.popleft()

    async def while_there(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do some work, unless the caller leaves meanwhile. Say whether it was done."""
        working = asyncio.create_task(work)
        # A caller who sends the next request already is not watched any more, but read no further either.
        watching = asyncio.create_task(self._reader.read(_READ))
        try:
            await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
            if watching.done() and not watching.result() and not working.done():
                return False
            await working
            if watching.done():
                self._parser.feed(watching.result())
            return True
        finally:
            working.cancel()
            watching.cancel()
            await asyncio.wait((working, watching))
            with suppress(asyncio.CancelledError, ConnectionError):
                watching.result()
