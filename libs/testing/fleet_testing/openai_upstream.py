"""A fake model server: real HTTP, OpenAI's documented wire format, and whatever trouble a test asks for.

    async with openai_upstream() as upstream:
        ...  # talk to upstream.url
        assert b"..." == upstream.requests[-1].body

Which model a request names decides what happens to it:

    fail-<status>     refused with that status, in OpenAI's envelope
    garbage           answered with something that is no JSON
    hang              never answered
    slow              answered with a pause before each word
    held              answered when the test lets it, one for each `upstream.gate.release()`
    endless           a stream that never ends
    break-mid-stream  a stream whose transfer breaks off after some words
    error-mid-stream  a stream that ends with an error in the place of its last words
    no-done           a stream that ends well, but without `[DONE]`
    unfinished        the same, but it ends after some words
    break-at-end      a stream whose transfer breaks off in the place of `[DONE]`
    short             refused as vLLM does it if `max_tokens` is more than its context
    any other         answered with the words that came last

For other answers there is `upstream.canned`.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import web

from fleet_testing import openai_answers as answers
from fleet_testing.openai_answers import Json

DONE = b"data: [DONE]\n\n"
# After how many chunks streams that go wrong do so.
_GOOD_CHUNKS = 2
# The context of `short`, in tokens.
_SHORT = 100
_WITHOUT_DONE = ("no-done", "unfinished")
_OVERLOADED = (429, 503)
_SERVERS_FAULT = 500


@dataclass(frozen=True)
class Seen:
    """A request that came in; the names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: str = ""

    def json(self) -> Any:
        """Return what the body says."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Canned:
    """An answer, byte for byte."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})


class OpenAIUpstream:
    """The server.

    Attributes:
        url: Where its API begins.
        root: Where its own paths begin: `/health`, `/rerank` (vLLM), `/api/tags`, `/api/show` (Ollama).
        requests: Every request, in order.
        left: How many clients left before their answer was complete.
        most: How many requests it ever had at once.
        keys: The keys it lets in. Anybody is if it is `None`.
        models: What it lists: more about each model, by its name.
        canned: Answers that are not to be thought up, by the name of the model; also by path.
        pause: What `slow` waits before each word, in seconds.
        gate: What `held` waits at.
    """

    def __init__(self) -> None:
        self.url = self.root = ""
        self.requests: list[Seen] = []
        self.left = self.most = self._open = 0
        self.keys: set[str] | None = None
        self.models: dict[str, Json] = {
            "chat": {"max_model_len": 2048, "capabilities": ["completion"]},
            "text-embedder": {"capabilities": ["embedding"]},
        }
        self.canned: dict[str, Canned] = {}
        self.pause = 0.05
        self.gate = asyncio.Semaphore(0)

    @property
    def last_model(self) -> str | None:
        """The model that was asked last; clients list models in between."""
        asked = [seen for seen in self.requests if seen.body]
        return str(asked[-1].json()["model"]) if asked else None

    def application(self) -> web.Application:
        """Return what serves all paths."""
        app = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[self._watched])
        app.add_routes(
            [
                web.get("/v1/models", self._models),
                web.post(
                    "/v1/chat/completions",
                    partial(self._generate, whole=answers.chat, pieces=answers.chat_chunks),
                ),
                web.post(
                    "/v1/completions",
                    partial(
                        self._generate,
                        whole=answers.completion,
                        pieces=answers.completion_chunks,
                    ),
                ),
                web.post("/v1/embeddings", partial(self._answer, whole=answers.embeddings)),
                web.post("/rerank", partial(self._answer, whole=answers.ranking)),
                web.get("/health", self._health),
                web.get("/api/tags", self._tags),
                web.post("/api/show", self._show),
            ]
        )
        return app

    @web.middleware
    async def _watched(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Write the request down, look at its key, and notice a client who leaves."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        self.requests.append(
            Seen(request.method, request.path, headers, body, request.query_string)
        )
        if request.path in self.canned:
            return _whole(self.canned[request.path])
        if self.keys is not None and not self._let_in(headers):
            return _refused(401, "Incorrect API key provided.", "invalid_api_key")
        self._open += 1
        self.most = max(self.most, self._open)
        try:
            response: web.StreamResponse = await handler(request)
        except (asyncio.CancelledError, ConnectionError):
            self.left += 1
            raise
        finally:
            self._open -= 1
        return response

    def _let_in(self, headers: Mapping[str, str]) -> bool:
        key = headers.get("api-key") or headers.get("authorization", "").removeprefix("Bearer ")
        return key in (self.keys or ())

    async def _generate(
        self,
        request: web.Request,
        whole: Callable[[Json], Json],
        pieces: Callable[[Json], Iterator[Json]],
    ) -> web.StreamResponse:
        asked = await request.json()
        if asked.get("stream") and not _refuses(asked) and asked["model"] not in self.canned:
            return await self._stream(request, asked, pieces(asked))
        return await self._answer(request, whole)

    async def _answer(
        self, request: web.Request, whole: Callable[[Json], Json]
    ) -> web.StreamResponse:
        asked = await request.json()
        model = asked["model"]
        if model in self.canned:
            return _whole(self.canned[model])
        if _refuses(asked):
            return await _trouble(model)
        if model == "slow":
            await asyncio.sleep(self.pause)
        if model == "held":
            await self.gate.acquire()
        return web.Response(body=answers.dumps(whole(asked)), content_type="application/json")

    async def _stream(
        self, request: web.Request, asked: Json, pieces: Iterator[Json]
    ) -> web.StreamResponse:
        model = asked["model"]
        response = web.StreamResponse(headers={"content-type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        for place, piece in enumerate(_forever(pieces) if model == "endless" else pieces):
            if place and model in ("slow", "endless"):
                await asyncio.sleep(self.pause)
            if place == _GOOD_CHUNKS and model == "break-mid-stream":
                _hang_up(request)
                return response
            if place == _GOOD_CHUNKS and model == "unfinished":
                break
            if place == _GOOD_CHUNKS and model == "error-mid-stream":
                error = answers.error("The engine fell over.", "server_error", "engine_dead")
                await response.write(answers.event(error))
                break
            await response.write(answers.event(piece))
        if model == "break-at-end":
            _hang_up(request)
        elif model not in _WITHOUT_DONE:
            await response.write(DONE)
        return response

    async def _models(self, _: web.Request) -> web.StreamResponse:
        data = [{"id": name, "object": "model"} | more for name, more in self.models.items()]
        return web.json_response({"object": "list", "data": data})

    async def _health(self, _: web.Request) -> web.StreamResponse:
        return web.Response()

    async def _tags(self, _: web.Request) -> web.StreamResponse:
        return web.json_response({"models": [{"name": name} for name in self.models]})

    async def _show(self, request: web.Request) -> web.StreamResponse:
        more = self.models[(await request.json())["model"]]
        info = {
            "general.architecture": "llama",
            "llama.context_length": more.get("max_model_len"),
            "llama.embedding_length": answers.DIMENSIONS,
        }
        shown = {"model_info": info}
        if "capabilities" in more:
            shown["capabilities"] = more["capabilities"]
        return web.json_response(shown)


@asynccontextmanager
async def openai_upstream(
    tls: ssl.SSLContext | None = None, port: int = 0
) -> AsyncGenerator[OpenAIUpstream, None]:
    """Run a fake model server on the loopback interface, on a free port unless one is given."""
    upstream = OpenAIUpstream()
    runner = web.AppRunner(upstream.application(), handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
        scheme, port = "https" if tls else "http", runner.addresses[0][1]
        upstream.root = f"{scheme}://127.0.0.1:{port}"
        upstream.url = f"{upstream.root}/v1"
        yield upstream
    finally:
        await runner.cleanup()


def _refuses(asked: Json) -> bool:
    model = asked["model"]
    if model == "short":
        return (asked.get("max_tokens") or 0) > _SHORT
    return model.startswith("fail-") or model in ("garbage", "hang")


async def _trouble(model: str) -> web.Response:
    """Return what the models that never answer well answer."""
    if model == "garbage":
        return web.Response(text="<html>It works!</html>", content_type="text/html")
    if model == "hang":
        await asyncio.Event().wait()
    if model == "short":
        message = (
            f"'max_tokens' is too large. This model's maximum context length is {_SHORT} tokens."
        )
        return _refused(400, message, "context_length_exceeded")
    return _refused(int(model.removeprefix("fail-")), f"This is {model}.", "made_to_fail")


def _refused(status: int, message: str, code: str) -> web.Response:
    kind = "server_error" if status >= _SERVERS_FAULT else "invalid_request_error"
    headers = {"retry-after": "7"} if status in _OVERLOADED else None
    return web.json_response(answers.error(message, kind, code), status=status, headers=headers)


def _whole(canned: Canned) -> web.Response:
    return web.Response(body=canned.body, status=canned.status, headers=canned.headers)


def _hang_up(request: web.Request) -> None:
    if request.transport:
        request.transport.close()


def _forever(pieces: Iterator[Json]) -> Iterator[Json]:
    piece = next(pieces)
    while True:
        yield piece
