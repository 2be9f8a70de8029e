"""Speaking OpenAI's API to a model server.

Format: https://platform.openai.com/docs/api-reference
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.errors import FleetError, NotFound
from fleet_upstream.address import Address
from fleet_upstream.client import HttpClient
from fleet_upstream.events import EventCutter
from fleet_upstream.exchange import Exchange
from fleet_upstream.keys import Key, Keys
from fleet_upstream.listing import Listed, Listing
from fleet_upstream.outgoing import outgoing
from fleet_upstream.refusals import broke_off, error_event, error_in, garbage, refusal
from fleet_upstream.settings import UpstreamConfig

T = TypeVar("T")

_JSON = {"content-type": "application/json"}
_OK = 200
# In seconds.
_FINISH = 1.0


class OpenAIWire:
    """Passes requests on to one model server, and its answers back, byte for byte wherever nothing must change.

    Args:
        config: Where the server is, and how to be let in.
        key_name: What callers call their own key for it in their provider data, if they may bring one.
    """

    def __init__(self, config: UpstreamConfig, key_name: str | None = None) -> None:
        self._client = HttpClient(config)
        self._keys = Keys(config.api_key, key_name)
        self._allowed = None if config.allowed_models is None else frozenset(config.allowed_models)
        self.base = self._client.base
        """Where the API begins."""
        self.root = replace(self.base, path=self.base.path.removesuffix("/v1"))
        """Where the server's own paths begin, beside the API's."""
        self._chat = self.base / "chat/completions"
        self._completions = self.base / "completions"
        self._embeddings = self.base / "embeddings"
        self._models = self.base / "models"

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def chat(
        self, request: m.ChatCompletionRequest, call: Call
    ) -> Encoded[m.ChatCompletion] | EncodedStream[m.ChatCompletionChunk]:
        """Answer a conversation, as a stream if the request says so."""
        return await self._generate(self._chat, request, call)

    async def complete(
        self, request: m.CompletionRequest, call: Call
    ) -> Encoded[m.Completion] | EncodedStream[m.Completion]:
        """Continue texts, as a stream if the request says so."""
        return await self._generate(self._completions, request, call)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Encoded[m.EmbeddingList]:
        """Turn texts into vectors."""
        self.check_allowed(request.model)
        return Encoded(await self._post(self._embeddings, outgoing(request, call), call))

    async def models(self, call: Call | None = None) -> list[Listed]:
        """List the models that the server offers and that are allowed."""
        listing = await self.get(self._models, Listing, call)
        return [entry.listed() for entry in listing.data if self.allows(entry.id)]

    async def get(self, url: Address, kind: type[T], call: Call | None = None) -> T:
        """Return what the server says at `url`."""
        key = self._keys.of(call)
        async with self._client.exchange("GET", url, _headers(key, call)) as response:
            return _as(kind, await _read(response, key))

    async def post(self, url: Address, content: Any, kind: type[T], call: Call | None = None) -> T:
        """Return what the server answers to `content`, written as JSON."""
        return _as(kind, await self._post(url, msgspec.json.encode(content), call))

    def allows(self, model: str) -> bool:
        """Say whether `model` is one of the allowed ones."""
        return self._allowed is None or model in self._allowed

    def check_allowed(self, model: str) -> None:
        """Raise `NotFound` unless `model` is one of the allowed ones."""
        if not self.allows(model):
            raise NotFound(
                f"Model '{model}' not found. Use 'client.models.list()' to list available Models.",
                code="model_not_found",
                param="model",
            )

    async def _generate(
        self, url: Address, request: m.ChatCompletionRequest | m.CompletionRequest, call: Call
    ) -> Encoded[Any] | EncodedStream[Any]:
        self.check_allowed(request.model)
        body = outgoing(request, call)
        if not request.stream:
            return Encoded(await self._post(url, body, call))
        events = self._events(url, body, call)
        await anext(events)
        return EncodedStream(events)

    async def _post(self, url: Address, body: bytes, call: Call | None) -> bytes:
        """Return the answer to `body`: a JSON object, and not an error."""
        key = self._keys.of(call)
        left = call.seconds_left() if call else None
        headers = _headers(key, call) | _JSON
        async with self._client.exchange("POST", url, headers, body, left) as response:
            return await _read(response, key)

    async def _events(self, url: Address, body: bytes, call: Call) -> AsyncGenerator[bytes, None]:
        """Yield nothing once the server has begun to answer; then its events, as many as come at once."""
        key = self._keys.of(call)
        headers, left = _headers(key, call) | _JSON, call.seconds_left()
        async with self._client.exchange("POST", url, headers, body, left) as response:
            if response.status != _OK or response.content_type != "text/event-stream":
                await _read(response, key)
                raise garbage()
            yield b""
            cutter = EventCutter()
            while data := await response.more():
                events, error = cutter.feed(data), None
                if b'"error"' in events:
                    events, error = error_event(events, key)
                if events:
                    yield events
                if error:
                    raise error
                if cutter.done:
                    await _finish(response)
                    return
            if not cutter.ended():
                raise broke_off()


def _headers(key: Key, call: Call | None) -> dict[str, str]:
    """Return the headers that change from call to call."""
    headers = dict(call.trace()) if call else {}
    if key.text:
        headers["authorization"] = f"Bearer {key.text}"
    return headers


def _as(kind: type[T], body: bytes) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError:
        raise garbage() from None


async def _read(response: Exchange, key: Key) -> bytes:
    """Return the body of `response`: a JSON object, and not an error."""
    body = await response.read()
    if response.status != _OK:
        raise refusal(response.status, body, response.headers, key)
    error = error_in(body, key)
    if error:
        raise error
    return body


async def _finish(response: Exchange) -> None:
    """Wait for the end of the transfer, which follows its last event at once: a connection is kept only then."""
    if response.complete:
        return
    with suppress(TimeoutError, FleetError):  # the answer is whole already
        async with asyncio.timeout(_FINISH):
            await response.more()
