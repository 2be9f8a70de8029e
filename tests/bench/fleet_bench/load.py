"""The client: as light as Python allows, and the same for every system under test."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import cast

from fleet_bench import wire

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
FINISH = re.compile(rb'"finish_reason": *"stop"')
NO_CONTENT = b"HTTP/1.1 204"  # ends with its head: RFC 9112, section 6.3
END_OF_CHUNKS = b"0\r\n\r\n"
PATIENCE = 120.0
"""How long an answer may take, in seconds."""

Check = Callable[[bytes], None]


class BadAnswerError(Exception):
    """The system under test did not answer what the upstream said."""


class Connection(asyncio.Protocol):
    """One kept-alive connection, with at most one request under way."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._answer is not None and _complete(self._received):
            self._answer.set_result(bytes(self._received))
            self._answer = None
            self._received.clear()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            answer = bytes(self._received[:200])
            self._answer.set_exception(BadAnswerError(f"connection lost after {answer!r}: {exc}"))

    async def call(self, request: bytes) -> bytes:
        """Send a whole request; return the whole response, head included, still in its chunks."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await asyncio.wait_for(self._answer, PATIENCE)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()


async def connect(port: int) -> Connection:
    """Open a connection to a system on loopback."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
    return connection


def chat(model: str, stream: bool) -> bytes:
    """Return a whole HTTP request for a small chat completion."""
    fields = {
        "model": model,
        "messages": [{"role": "user", "content": "Say something in Latin."}],
        "max_tokens": wire.CHUNKS,
        "stream": stream,
    }
    body = json.dumps(fields).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def check_whole(response: bytes) -> None:
    """Raise `BadAnswerError` if this is not the upstream's answer in one piece."""
    _check(response, tokens=1)


def check_stream(response: bytes) -> None:
    """Raise `BadAnswerError` if a piece of the upstream's streamed answer is missing."""
    _check(response, tokens=wire.CHUNKS)
    if not FINISH.search(response):  # not `[DONE]`: ogx leaves it out
        raise BadAnswerError(f"a stream without its end: {response[-200:]!r}")


async def drive(
    port: int, request: bytes, check: Check, concurrency: int, seconds: float
) -> list[float]:
    """Keep `concurrency` requests under way for a while; return how long each took, in seconds.

    The last requests are waited for. The connections start 1/n of a pace's tick apart, as
    independent callers would, so that paced streams do not beat in step.
    """
    connections = [await connect(port) for _ in range(concurrency)]
    end = time.perf_counter() + seconds
    apart = 1 / wire.PACE / concurrency
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_repeat(connection, request, check, place * apart, end))
                for place, connection in enumerate(connections)
            ]
    finally:
        for connection in connections:
            connection.close()
    return [took for task in tasks for took in task.result()]


async def _repeat(
    connection: Connection, request: bytes, check: Check, delay: float, end: float
) -> list[float]:
    """Call one after the other until `end`, at least once."""
    await asyncio.sleep(delay)
    took: list[float] = []
    while not took or time.perf_counter() < end:
        begun = time.perf_counter()
        response = await connection.call(request)
        took.append(time.perf_counter() - begun)
        check(response)
    return took


def _complete(received: bytearray) -> bool:
    """Say whether `received` is a whole response."""
    head = received.find(b"\r\n\r\n")
    if head < 0:
        return False
    if received.startswith(NO_CONTENT):
        return True
    if length := LENGTH.search(received, 0, head):
        return len(received) >= head + 4 + int(length[1])
    return received.endswith(END_OF_CHUNKS)


def _check(response: bytes, tokens: int) -> None:
    head, _, body = response.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise BadAnswerError(response[:500].decode(errors="replace"))
    text = body if LENGTH.search(head) else joined(body)
    if (found := text.count(wire.TOKEN.encode())) != tokens:
        raise BadAnswerError(f"{found} pieces came where {tokens} were sent")


def joined(body: bytes) -> bytes:
    """Return a body without the marks of its HTTP chunks."""
    parts: list[bytes] = []
    place = 0
    while size := int(body[place : (line := body.index(b"\r\n", place))], 16):
        parts.append(body[line + 2 : line + 2 + size])
        place = line + 2 + size + 2
    return b"".join(parts)
