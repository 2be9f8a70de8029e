"""One connection to a model server, and the one exchange that is on it at a time."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import cast

import msgspec

from fleet_runtime.errors import FleetError
from fleet_upstream.alarm import Alarm
from fleet_upstream.answer import AnswerParser, NotHttpError
from fleet_upstream.refusals import broke_off, garbage, late

# In bytes. Larger bodies are sent in pieces, each when the one before has left.
_LARGE = 1024 * 1024
_PIECE = 256 * 1024
# In bytes. Who reads slower than the server writes gets no more than this ahead, and what one read brings.
_AHEAD = 256 * 1024


class StreamedBody(msgspec.Struct, frozen=True):
    """A body that is too large to be held.

    Attributes:
        length: How many bytes it has.
        pieces: Yields them; called anew should they have to be sent once more.
    """

    length: int
    pieces: Callable[[], AsyncGenerator[bytes, None]]

    def __len__(self) -> int:
        return self.length


class Request(msgspec.Struct, frozen=True):
    """What is sent on a connection.

    Attributes:
        head: The request line and the headers.
        body: What follows them.
        deadline: When the answer must be whole, by the event loop's clock.
        head_only: Whether the verb is HEAD.
        last: Whether the connection is not to be used again.
    """

    head: bytes
    body: bytes | StreamedBody
    deadline: float
    head_only: bool = False
    last: bool = False


class Connection(asyncio.Protocol):
    """Speaks HTTP/1.1 (RFC 9112) over a transport.

    What it waits for ends in a `FleetError` when the server hangs up, speaks no HTTP, or is silent for too long. After
    that, as after an answer that was not read to its end, the connection is of no more use.

    Args:
        silence: The longest wait for the next byte, in seconds.
        closed: Called once when the connection is gone.

    Attributes:
        answer: The answer to the last request.
        used: Whether there was a request before the last one.
        lost: Whether the server hung up.
    """

    def __init__(self, silence: float, closed: Callable[["Connection"], None]) -> None:
        self.answer = AnswerParser()
        self.used = self.lost = False
        self._silence = silence
        self._closed = closed
        self._loop = asyncio.get_running_loop()
        self._alarm = Alarm(self._loop, self._rang)
        # Of the request no more is kept: its body may be large, and connections live on.
        self._deadline, self._last = 0.0, False
        self._failure: FleetError | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._sent = True
        self._full = self._paused = False

    # What callers do.

    async def ask(self, request: Request) -> None:
        """Send a request, and wait for the head of its answer."""
        if self._failure:
            raise self._failure
        self.answer.expect(request.head_only)
        self._deadline, self._last = request.deadline, request.last
        if isinstance(request.body, StreamedBody):
            await self._send_streamed(request.head, request.body)
        elif len(request.body) < _LARGE:
            self._transport.write(request.head + request.body)
        else:
            await self._send(request.head, request.body)
        while not self.answer.status:
            await self._wait()

    async def more(self) -> bytes:
        """Return what came of the body since the last time, at least a byte; nothing at the end."""
        if self._loop.time() > self._deadline:
            self._fail(late())
        while not self.answer.size:
            if self.answer.complete:
                return b""
            await self._wait()
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        return self.answer.take()

    def rest(self, seconds: float) -> None:
        """Wait for the next request, but no longer than `seconds`."""
        self.used = True
        self._alarm.set(self._loop.time() + seconds)

    @property
    def reusable(self) -> bool:
        """Whether another request may follow."""
        answer = self.answer
        return (
            answer.complete
            and answer.lasting
            and self._sent
            and not self._last
            and not self._paused
            and not self._transport.is_closing()
        )

    def close(self) -> None:
        """Hang up at once, whatever is under way."""
        self._fail(broke_off())

    # What the event loop says.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read on in the answer, and wake who waits for it."""
        if self.answer.complete:
            self.close()  # nobody asked
            return
        try:
            self.answer.feed(data)
        except NotHttpError:
            self._fail(garbage())
            return
        if self.answer.size > _AHEAD and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever waits know."""
        self._alarm.cancel()
        if exc is None and self._failure is None:
            self.answer.end()
        self.lost = self._failure is None
        self._fail(broke_off())
        self._closed(self)

    def pause_writing(self) -> None:
        """Note that the server reads slower than we write."""
        self._full = True

    def resume_writing(self) -> None:
        """Write on."""
        self._full = False
        self._wake()

    async def _send(self, head: bytes, body: bytes) -> None:
        """Send a large request, until the server answers: it may refuse what it has not read yet."""
        self._sent = False
        self._transport.write(head)
        rest = memoryview(body)
        while rest and not self.answer.status:
            await self._write(rest[:_PIECE])
            rest = rest[_PIECE:]
        self._sent = not rest

    async def _send_streamed(self, head: bytes, body: StreamedBody) -> None:
        """Send a request piece by piece, until the server answers."""
        self._sent, left = False, body.length
        self._transport.write(head)
        async with aclosing(body.pieces()) as pieces:
            async for piece in pieces:
                if self._failure:
                    raise self._failure
                if self.answer.status:
                    return
                await self._write(piece)
                left -= len(piece)
        self._sent = not left

    async def _write(self, piece: bytes | memoryview) -> None:
        """Write a piece, and wait until the next one may follow, or the server has answered."""
        self._transport.write(piece)
        while self._full and not self.answer.status:
            await self._wait()

    async def _wait(self) -> None:
        """Wait for anything to happen. Raises what went wrong."""
        if self._failure:
            raise self._failure
        self._waiter = self._loop.create_future()
        self._alarm.set(min(self._loop.time() + self._silence, self._deadline))
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def _fail(self, error: FleetError) -> None:
        """Hang up, and let whoever waits know why."""
        self._failure = self._failure or error
        self._transport.abort()
        self._wake()

    def _rang(self) -> None:
        """Give up a connection that rests or is waited for; else the one who holds it is late, not the server."""
        if self._waiter or self.answer.complete:
            self._fail(late())
