"""A fake server of a vendor that judges texts: real HTTP, the vendor's format, and whatever trouble a test asks for.

    async with safety_upstream(OpenAIModerations()) as upstream:
        ...  # talk to upstream.root
        assert "bomb" in upstream.requests[-1].json()["input"][0]

A `Wire` is the vendor's part. A text with the word `bomb` is bad, all others are good. What a request names as its
model or its guardrail decides what happens to it:

    fail-<status>   refused with that status, in the vendor's words
    garbage         answered with something that is no JSON
    nonsense        answered with JSON that is no verdict
    hang            never answered
    any other       judged
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Protocol

from aiohttp import web

from fleet_testing.openai_answers import Json
from fleet_testing.openai_upstream import Seen

BAD = "bomb"
"""The word that makes a text bad."""

_OVERLOADED = (429, 503)
_MOST_BYTES = 16 * 1024 * 1024


class Wire(Protocol):
    """How a vendor speaks."""

    def named(self, seen: Seen) -> str:
        """Return the model or the guardrail that a request names. Raises `KeyError` where it names none."""
        ...

    def key(self, seen: Seen) -> str | None:
        """Return the key that came with a request, or the name of what signed it."""
        ...

    def answer(self, seen: Seen) -> Json:
        """Return the vendor's verdict."""
        ...

    def refusal(self, message: str) -> Json:
        """Return the body of a refusal."""
        ...


class SafetyUpstream:
    """The server.

    Attributes:
        root: Where it is.
        requests: Every request, in order.
        keys: The keys it lets in. Anybody is if it is `None`.
        left: How many clients left before their answer was complete.
        open: How many requests it has now.
        most: How many requests it ever had at once.
    """

    def __init__(self, wire: Wire) -> None:
        self.root = ""
        self.requests: list[Seen] = []
        self.keys: set[str] | None = None
        self.left = self.open = self.most = 0
        self._wire = wire

    async def answer(self, request: web.Request) -> web.Response:
        """Write a request down, and answer it."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        path, _, query = request.raw_path.partition("?")
        seen = Seen(request.method, path, headers, await request.read(), query)
        self.requests.append(seen)
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            return await self._answer(seen)
        except asyncio.CancelledError:
            self.left += 1
            raise
        finally:
            self.open -= 1

    async def _answer(self, seen: Seen) -> web.Response:
        await asyncio.sleep(0)  # so that those who come at once are here at once
        if self.keys is not None and self._wire.key(seen) not in self.keys:
            return self._refused(401, "Who are you?")
        name = self._wire.named(seen)
        if name.startswith("fail-"):
            return self._refused(int(name.removeprefix("fail-")), f"This is {name}.")
        if name == "garbage":
            return web.Response(text="<html>It works!</html>", content_type="text/html")
        if name == "nonsense":
            return web.json_response({"hello": "world"})
        if name == "hang":
            await asyncio.Event().wait()
        return web.json_response(self._wire.answer(seen))

    def _refused(self, status: int, message: str) -> web.Response:
        headers = {"retry-after": "7"} if status in _OVERLOADED else None
        return web.json_response(self._wire.refusal(message), status=status, headers=headers)


@asynccontextmanager
async def safety_upstream(wire: Wire) -> AsyncGenerator[SafetyUpstream, None]:
    """Run a fake server on a free port of the loopback interface."""
    upstream = SafetyUpstream(wire)
    app = web.Application(client_max_size=_MOST_BYTES)
    app.router.add_post("/{path:.*}", upstream.answer)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        upstream.root = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield upstream
    finally:
        await runner.cleanup()


def bearer(seen: Seen) -> str | None:
    """Return the bearer token that came with a request."""
    token = seen.headers.get("authorization", "")
    return token.removeprefix("Bearer ") if token.startswith("Bearer ") else None


def is_bad(content: object) -> bool:
    """Say whether a text, or anything with texts in it, is bad."""
    return BAD in json.dumps(content)
