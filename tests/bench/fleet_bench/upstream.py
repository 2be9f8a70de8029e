"""A model server that costs next to nothing: `python -m fleet_bench.upstream --port 9000`.

It speaks as much HTTP/1.1 and as much of the OpenAI API as model clients do, and answers with
the fixed bytes of `wire`. The request's `model` picks how it streams.
"""

import argparse
import asyncio
import re
from typing import cast

import uvloop

from fleet_bench import wire

STREAM = re.compile(rb'"stream" *: *true')
USAGE = re.compile(rb'"include_usage" *: *true')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
PACED = re.compile(rb'"model" *: *"%s"' % wire.PACED.encode())

STREAMS = {
    (model, usage): wire.pieces(model, usage)
    for model in (wire.FLAT, wire.PACED)
    for usage in (False, True)
}
COMPLETIONS = {model: wire.completion(model) for model in (wire.FLAT, wire.PACED)}
EMBEDDING = wire.embedding(wire.FLAT)
MODELS = wire.models(wire.FLAT, wire.PACED)
NOT_FOUND = wire.not_found()


class Upstream(asyncio.Protocol):
    """One connection, kept alive; requests are answered in turn."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._received = b""
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return
        end = _end(self._received, head)
        if 0 <= end <= len(self._received):
            request, self._received = self._received[:end], self._received[end:]
            self._answer(request, head)

    def _answer(self, request: bytes, head: int) -> None:
        path = request[: request.index(b" HTTP/1.1")]
        if path == b"POST /v1/chat/completions":
            self._chat(request[head:])
        elif path == b"POST /v1/embeddings":
            self._transport.write(EMBEDDING)
        elif path == b"GET /v1/models":
            self._transport.write(MODELS)
        else:
            self._transport.write(NOT_FOUND)

    def _chat(self, body: bytes) -> None:
        model = wire.PACED if PACED.search(body) else wire.FLAT
        if not STREAM.search(body):
            self._transport.write(COMPLETIONS[model])
            return
        pieces = STREAMS[model, USAGE.search(body) is not None]
        if model == wire.FLAT:
            self._transport.writelines([wire.STREAM_HEAD, *pieces])
        else:
            self._transport.write(wire.STREAM_HEAD)
            self._pace(pieces, 0, self._loop.time())

    def _pace(self, pieces: list[bytes], place: int, due: float) -> None:
        """Write the piece at `place`, which was `due` now, and plan the next."""
        self._transport.write(pieces[place])
        if place + 1 == len(pieces):
            self._timer = None
            return
        due += 1 / wire.PACE
        self._timer = self._loop.call_at(due, self._pace, pieces, place + 1, due)


def _end(received: bytes, head: int) -> int:
    """Return where the request ends whose head ends at `head`; -1 if that is not known yet."""
    body = head + 4
    if length := LENGTH.search(received, 0, head):
        return body + int(length[1])
    if CHUNKED.search(received, 0, head):
        last = received.find(b"0\r\n\r\n", body)
        return last + 5 if last >= 0 else -1
    return body


async def serve(port: int, connection: type[Upstream]) -> None:
    """Serve on loopback until cancelled."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", port, backlog=512)
    async with server:
        await server.serve_forever()


def main(connection: type[Upstream] = Upstream) -> None:
    """Serve until killed, at the port that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(serve(parser.parse_args().port, connection))


if __name__ == "__main__":
    main()
