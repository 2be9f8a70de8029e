"""A fake model server of a vendor with a wire of its own: real HTTP, and whatever trouble a test asks for.

    async with native_upstream(AnthropicWire()) as upstream:
        ...  # talk to upstream.root
        assert "hello" == upstream.heard[-1].asked.turns[-1].parts[0]

A `Wire` is the vendor's part: it reads requests and writes answers. All else is here. Which model a request names
decides what happens to it:

    fail-<status>     refused with that status, in the vendor's words
    garbage           answered with something that is no JSON
    hang              never answered
    slow              answered with a pause before each event
    endless           a stream that never ends
    break-mid-stream  a stream whose transfer breaks off after some words
    error-mid-stream  a stream with an error in the place of its last words
    no-end            a stream whose transfer ends well, but without the vendor's last event
    any other         answered as `script` says
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from fleet_testing.native_script import Asked, Script, script
from fleet_testing.openai_upstream import Canned, Seen

RETRY_AFTER = "7"
"""What refusals with 429, 503 and 529 say, in seconds."""

# How many of the events of a stream that goes wrong are good ones, at least one word among them.
_GOOD_EVENTS = 4
_OVERLOADED = (429, 503, 529)


class RefusedError(Exception):
    """A request that the vendor would refuse with a status of 400; the text says why."""


class Wire(Protocol):
    """How a vendor speaks.

    Attributes:
        stream_type: The content type of its streams.
    """

    stream_type: str

    def asked(self, seen: Seen) -> Asked | None:
        """Return what a request to generate text asks, or nothing if it is of another kind.

        Raises:
            RefusedError: The vendor would not take it: a field is missing, unknown, or not as documented.
        """
        ...

    def key(self, seen: Seen) -> str | None:
        """Return the key that came with a request."""
        ...

    def whole(self, asked: Asked, said: Script) -> bytes:
        """Return an answer in one."""
        ...

    def events(self, asked: Asked, said: Script) -> Iterator[bytes]:
        """Yield the events of a streamed answer, each ready to be sent.

        A word comes within the first four; after the last word at least one event follows, without which the stream is
        not whole.
        """
        ...

    def refusal(self, status: int, message: str) -> bytes:
        """Return the body of a refusal."""
        ...

    def failure(self, message: str) -> bytes:
        """Return the event that tells, in mid-stream, that something went wrong."""
        ...

    def other(self, seen: Seen) -> Canned | None:
        """Answer a request of any other kind: models, embeddings, tokens. Nothing if there is no such path.

        Raises:
            RefusedError: As for `asked`.
        """
        ...


@dataclass(frozen=True)
class Heard:
    """A request to generate text: as it came, what it asks, and whose it is."""

    seen: Seen
    asked: Asked
    key: str | None


class NativeUpstream:
    """The server.

    Attributes:
        root: Where it is, without a path.
        requests: Every request, in order.
        heard: Those of them that are to generate text and came with a good key, in order.
        left: How many clients left before their answer was complete.
        keys: The keys it lets in. Anybody is if it is `None`.
        canned: Answers that are not to be thought up, by path.
        pause: What `slow` and `endless` wait before each event, in seconds.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.root = ""
        self.requests: list[Seen] = []
        self.heard: list[Heard] = []
        self.left = 0
        self.keys: set[str] | None = None
        self.canned: dict[str, Canned] = {}
        self.pause = 0.05

    def application(self) -> web.Application:
        """Return what serves all paths."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._watched)
        return app

    async def _watched(self, request: web.Request) -> web.StreamResponse:
        """Write the request down, and notice a client who leaves."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        path, _, query = request.raw_path.partition("?")
        seen = Seen(request.method, path, headers, await request.read(), query)
        self.requests.append(seen)
        try:
            return await self._answer(request, seen)
        except (asyncio.CancelledError, ConnectionError):
            self.left += 1
            raise

    async def _answer(self, request: web.Request, seen: Seen) -> web.StreamResponse:
        if seen.path in self.canned:
            return _sent(self.canned[seen.path])
        try:
            asked = self.wire.asked(seen)
            other = None if asked else self.wire.other(seen)
        except RefusedError as error:
            return self._refused(400, str(error))
        key = self.wire.key(seen)
        if asked is None:
            return _sent(other) if other else self._refused(404, f"There is no {seen.path}.")
        if self.keys is not None and key not in self.keys:
            return self._refused(401, "This key is not known here.")
        self.heard.append(Heard(seen, asked, key))
        return await self._generate(request, asked)

    async def _generate(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        if asked.model.startswith("fail-"):
            return self._refused(int(asked.model.removeprefix("fail-")), f"This is {asked.model}.")
        if asked.model == "garbage":
            return web.Response(text="<html>It works!</html>", content_type="text/html")
        if asked.model == "hang":
            await asyncio.Event().wait()
        if asked.stream:
            return await self._stream(request, asked)
        if asked.model == "slow":
            await asyncio.sleep(self.pause)
        body = self.wire.whole(asked, script(asked))
        return web.Response(body=body, content_type="application/json")

    async def _stream(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": self.wire.stream_type})
        await response.prepare(request)
        async for event in self._events(asked):
            if event is None:
                _hang_up(request)
                break
            await response.write(event)
        return response

    async def _events(self, asked: Asked) -> AsyncGenerator[bytes | None, None]:
        """Yield the events that the model's name calls for; `None` where the transfer is to break off."""
        model, events = asked.model, list(self.wire.events(asked, script(asked)))
        good = events[:-1][:_GOOD_EVENTS]
        if model == "break-mid-stream":
            events = good
        elif model == "error-mid-stream":
            events = [*good, self.wire.failure("The engine fell over.")]
        elif model == "no-end":
            events = events[:-1]
        for event in _forever(good) if model == "endless" else events:
            if model in ("slow", "endless"):
                await asyncio.sleep(self.pause)
            yield event
        if model == "break-mid-stream":
            yield None

    def _refused(self, status: int, message: str) -> web.Response:
        headers = {"retry-after": RETRY_AFTER} if status in _OVERLOADED else None
        body = self.wire.refusal(status, message)
        return web.Response(
            body=body, status=status, headers=headers, content_type="application/json"
        )


@asynccontextmanager
async def native_upstream(
    wire: Wire, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[NativeUpstream, None]:
    """Run a fake model server that speaks `wire` on a free port of the loopback interface."""
    upstream = NativeUpstream(wire)
    runner = web.AppRunner(upstream.application(), handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        port = runner.addresses[0][1]
        upstream.root = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        yield upstream
    finally:
        await runner.cleanup()


def _sent(canned: Canned) -> web.Response:
    return web.Response(body=canned.body, status=canned.status, headers=canned.headers)


def _hang_up(request: web.Request) -> None:
    if request.transport:
        request.transport.close()


def _forever(events: list[bytes]) -> Iterator[bytes]:
    """Yield `events`, and the last of them, which is a word, over and over."""
    yield from events
    while True:
        yield events[-1]
