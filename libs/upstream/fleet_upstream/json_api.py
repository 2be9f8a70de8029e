"""Speaking JSON over HTTP to a model server, whatever its dialect."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import msgspec

from fleet_runtime.call import Call
from fleet_runtime.encoded import Encoded, event_data
from fleet_runtime.errors import NotFound
from fleet_upstream.address import Address
from fleet_upstream.client import HttpClient
from fleet_upstream.events import EventCutter
from fleet_upstream.exchange import Exchange
from fleet_upstream.keys import Key, Keys, forwarded
from fleet_upstream.refusals import error_in, error_of, fields_of, garbage, refusal
from fleet_upstream.settings import UpstreamConfig

T = TypeVar("T")

JSON = "application/json"
EVENTS = "text/event-stream"

_OK = 200


class Authorization(Protocol):
    """Makes the headers that let a request in."""

    async def headers(self, verb: str, url: Address, body: bytes, key: Key) -> Mapping[str, str]:
        """Return the headers for one request, their names in lower case."""
        ...


class Bearer:
    """The key as a bearer token (RFC 6750)."""

    async def headers(self, verb: str, url: Address, body: bytes, key: Key) -> Mapping[str, str]:
        """Return the header, if there is a key."""
        del verb, url, body
        return {"authorization": f"Bearer {key.text}"} if key.text else {}


class KeyHeader:
    """The key in a header of its own, such as `x-api-key`."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def headers(self, verb: str, url: Address, body: bytes, key: Key) -> Mapping[str, str]:
        """Return the header, if there is a key."""
        del verb, url, body
        return {self._name: key.text} if key.text else {}


class JsonApi:
    """One model server's API: JSON goes out with the right key, and JSON or events come back.

    Every method raises the `FleetError` that the server's refusal, silence or absence means.

    Args:
        config: Where the server is, and how to be let in.
        key_name: What callers call their own key for it in their provider data, if they may bring one.
        authorization: How the server wants the key.
        forward: What else of their provider data is sent on: the header that each key becomes.
        signs: Whether `authorization` signs requests where there is no key.
    """

    def __init__(
        self,
        config: UpstreamConfig,
        key_name: str | None = None,
        authorization: Authorization | None = None,
        forward: Mapping[str, str] = MappingProxyType({}),
        *,
        signs: bool = False,
    ) -> None:
        self._client = HttpClient(config)
        self._forward = forward
        self._keys = Keys(config.api_key, key_name, signs=signs)
        self._authorization = authorization or Bearer()
        self._allowed = None if config.allowed_models is None else frozenset(config.allowed_models)
        self.base = self._client.base
        """Where the API begins."""

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

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

    async def get(self, url: Address, kind: type[T], call: Call | None = None) -> T:
        """Return what the server says at `url`."""
        return (await self.page(url, kind, call))[0]

    async def page(
        self, url: Address, kind: type[T], call: Call | None = None
    ) -> tuple[T, Mapping[str, str]]:
        """Return what the server says at `url`, and its headers, their names in lower case."""
        key = self.key(call)
        headers = await self._headers("GET", url, b"", key, call)
        async with self._client.exchange("GET", url, headers) as response:
            return await _read_as(kind, response, key), response.headers

    async def post(self, url: Address, content: Any, kind: type[T], call: Call | None = None) -> T:
        """Return what the server answers to `content`, written as JSON."""
        key = self.key(call)
        async with await self.posted(url, msgspec.json.encode(content), key, call) as response:
            return await _read_as(kind, response, key)

    async def send(self, url: Address, body: bytes, call: Call | None) -> Encoded[Any]:
        """Return the answer to `body`: a JSON object, and not an error."""
        key = self.key(call)
        async with await self.posted(url, body, key, call) as response:
            return await read(response, key)

    async def events(self, url: Address, body: bytes, call: Call) -> AsyncGenerator[bytes, None]:
        """Return the data of each server-sent event of the answer to `body`, once the server has begun it.

        An event that is an error is raised; `[DONE]` ends the stream.
        """
        events = self._events(url, body, call)
        await anext(events)
        return events

    async def _events(self, url: Address, body: bytes, call: Call) -> AsyncGenerator[bytes, None]:
        key, cutter = self.key(call), EventCutter()
        async with aclosing(self._pieces(url, body, key, call, EVENTS)) as pieces:
            async for piece in pieces:
                if not piece:
                    yield piece
                for data in event_data(cutter.feed(piece)):
                    error = error_in(data, key) if b'"error"' in data else None
                    if error:
                        raise error
                    yield data

    async def pieces(
        self, url: Address, body: bytes, call: Call, kind: str
    ) -> AsyncGenerator[bytes, None]:
        """Return the bytes of the answer to `body` as they come, once it has begun with that content type."""
        pieces = self._pieces(url, body, self.key(call), call, kind)
        await anext(pieces)
        return pieces

    async def _pieces(
        self, url: Address, body: bytes, key: Key, call: Call, kind: str
    ) -> AsyncGenerator[bytes, None]:
        async with await self.posted(url, body, key, call) as response:
            await begun(response, kind, key)
            yield b""
            while data := await response.more():
                yield data

    def key(self, call: Call | None) -> Key:
        """Return the key that `call` is to be let in with."""
        return self._keys.of(call)

    async def posted(self, url: Address, body: bytes, key: Key, call: Call | None) -> Exchange:
        """Return the exchange that sends `body`, to be entered by `async with`."""
        left = call.seconds_left() if call else None
        headers = await self._headers("POST", url, body, key, call)
        return self._client.exchange("POST", url, headers, body, left)

    async def _headers(
        self, verb: str, url: Address, body: bytes, key: Key, call: Call | None
    ) -> dict[str, str]:
        """Return the headers that change from call to call."""
        headers = dict(call.trace()) if call else {}
        if body:
            headers["content-type"] = JSON
        headers.update(await self._authorization.headers(verb, url, body, key))
        if self._forward and call:
            headers.update(forwarded(self._forward, call))
        return headers


async def read(response: Exchange, key: Key) -> Encoded[Any]:
    """Return the body of `response`: a JSON object, and not an error."""
    body = await _read(response, key)
    fields = fields_of(body)
    error = fields and error_of(fields, key)
    if error:
        raise error
    return Encoded(body, fields)


async def _read(response: Exchange, key: Key) -> bytes:
    body = await response.read()
    if response.status != _OK:
        raise refusal(response.status, body, response.headers, key)
    return body


async def _read_as(kind: type[T], response: Exchange, key: Key) -> T:
    """Return what the body of `response` says: anything but an error."""
    body = await _read(response, key)
    error = None if body.startswith(b"[") else error_in(body, key)
    if error:
        raise error
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError:
        raise garbage() from None


async def begun(response: Exchange, kind: str, key: Key) -> None:
    """Raise what `response` means instead, unless it is the beginning of a stream of the content type `kind`."""
    if response.status != _OK or response.content_type != kind:
        await read(response, key)
        raise garbage()
