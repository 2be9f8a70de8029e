"""Being let in to IBM Cloud: an API key is exchanged for a token, which lasts an hour.

Format: https://cloud.ibm.com/apidocs/iam-identity-token-api
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

import msgspec

from fleet_runtime.errors import FleetError, UpstreamFailed
from fleet_upstream.address import Address
from fleet_upstream.client import HttpClient
from fleet_upstream.keys import Key
from fleet_upstream.refusals import garbage, refusal
from fleet_upstream.settings import UpstreamConfig

_GRANT = "urn:ibm:params:oauth:grant-type:apikey"
_FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
# How many callers' tokens are kept.
_MOST = 1024
# After how much of its life a token is replaced, as IBM's own clients do.
_LIFE = 0.8
# In seconds.
_PATIENCE = 30.0
_OK = 200
_REFUSED = (400, 401, 403)
_UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    until: float
    """When it is replaced, by `time.monotonic`."""


class _Granted(msgspec.Struct):
    """The answer of `POST /identity/token`."""

    access_token: str
    expires_in: float


class _Denied(msgspec.Struct, rename="camel"):
    """The answer where a key is not known."""

    error_code: str | None = None
    error_message: str = "The API key was refused."


class IamAuthorization:
    """Sends a token in the place of each API key.

    A token is kept until shortly before it ends. Callers who need the same one wait for the same exchange. Keys
    themselves are not kept, only what they hash to.

    Args:
        config: Where the identity service is.
    """

    def __init__(self, config: UpstreamConfig) -> None:
        self._client = HttpClient(config)
        self._tokens: OrderedDict[bytes, _Token] = OrderedDict()
        self._exchanges: dict[bytes, asyncio.Task[_Token]] = {}

    async def aclose(self) -> None:
        """End all exchanges, and close all connections."""
        running = list(self._exchanges.values())
        for exchange in running:
            exchange.cancel()
        if running:
            await asyncio.wait(running)
        await self._client.aclose()

    async def headers(self, verb: str, url: Address, body: bytes, key: Key) -> Mapping[str, str]:
        """Return the headers that let one request in; none if there is no key.

        Raises:
            UpstreamFailed: The identity service does not know the key, or cannot be reached.
        """
        del verb, url, body
        if not key.text:
            return {}
        return {"authorization": f"Bearer {await self._token(key)}"}

    def forget(self, key: Key) -> None:
        """Exchange `key` anew next time: its token was refused, as happens when a key is revoked and comes back."""
        if key.text:
            self._tokens.pop(_name(key), None)

    async def _token(self, key: Key) -> str:
        """Return the token of `key`."""
        name = _name(key)
        token = self._tokens.get(name)
        if token is None or time.monotonic() >= token.until:
            exchange = self._exchanges.get(name) or self._begin(name, key)
            # Another caller may wait for it too, so it goes on when this one leaves.
            token = await asyncio.shield(exchange)
        if name in self._tokens:
            self._tokens.move_to_end(name)
        return token.text

    def _begin(self, name: bytes, key: Key) -> asyncio.Task[_Token]:
        """Begin an exchange, and note what comes of it."""

        def ended(exchange: asyncio.Task[_Token]) -> None:
            del self._exchanges[name]
            if exchange.cancelled() or exchange.exception():
                return
            self._tokens[name] = exchange.result()
            while len(self._tokens) > _MOST:
                self._tokens.popitem(last=False)

        self._exchanges[name] = exchange = asyncio.create_task(self._exchange(key))
        exchange.add_done_callback(ended)
        return exchange

    async def _exchange(self, key: Key) -> _Token:
        """Exchange `key` for a token."""
        begun = time.monotonic()
        body = urlencode({"grant_type": _GRANT, "apikey": key.text}).encode()
        url = self._client.base / "identity/token"
        async with self._client.exchange("POST", url, _FORM, body, _PATIENCE) as response:
            answer = await response.read()
            if response.status != _OK:
                raise _failed(response.status, answer, response.headers, key)
        try:
            granted = msgspec.json.decode(answer, type=_Granted)
        except msgspec.DecodeError:
            raise garbage() from None
        return _Token(granted.access_token, begun + _LIFE * granted.expires_in)


def _name(key: Key) -> bytes:
    """Return what stands for `key` here."""
    return sha256(str(key.text).encode()).digest()


def _failed(status: int, answer: bytes, headers: Mapping[str, str], key: Key) -> FleetError:
    """Return the error for a refusal. That a key is unknown is said by 400 too."""
    if status not in _REFUSED:
        return refusal(status, answer, headers, key)
    if not key.callers:
        return refusal(_UNAUTHORIZED, answer, headers, key)
    try:
        denied = msgspec.json.decode(answer, type=_Denied)
    except msgspec.DecodeError:
        denied = _Denied()
    message = key.hidden_in(denied.error_message)
    return UpstreamFailed(message, status=_UNAUTHORIZED, code=denied.error_code)
