"""Speaking JSON over HTTP to a search engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, InvalidArgument, UpstreamFailed
from fleet_tools.web_search.settings import SearchConfig
from fleet_upstream.client import HttpClient
from fleet_upstream.exchange import Exchange
from fleet_upstream.json_api import JSON
from fleet_upstream.keys import Key, Keys
from fleet_upstream.refusals import garbage, refusal

T = TypeVar("T")

_OK = 200
_UNAUTHORIZED = 401
# In bytes. Fifty whole pages; what is longer is no list of results.
_LONGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Door:
    """How an engine lets one in.

    Attributes:
        engine: What messages call it.
        key_name: What callers call their own key in their provider data.
        header: The header that the key is sent in, in lower case; nowhere if empty.
        scheme: What stands before the key there.
        bad_key: What the engine's answer says where it refuses a key by another status than 401 and 403.
    """

    engine: str
    key_name: str
    header: str = "authorization"
    scheme: str = ""
    bad_key: bytes | None = None


class SearchApi:
    """One engine's API.

    Its methods raise the `FleetError` that a refusal, silence or absence means, in the engine's name.

    Args:
        door: How it lets one in.
        config: Where it is.
    """

    def __init__(self, door: Door, config: SearchConfig) -> None:
        self._door = door
        self._client = HttpClient(config.upstream())
        self._keys = Keys(config.api_key, door.key_name)
        self._seconds = config.timeout

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    def key(self, call: Call) -> Key:
        """Return the key that `call` is to be let in with.

        Raises:
            InvalidArgument: There is none, or the caller's cannot be one.
        """
        key = self._keys.of(call)
        if key.text is None:
            raise InvalidArgument(
                f"{self._door.engine} wants a key. Set `api_key` in the provider's config, or send one as"
                f" `{self._door.key_name}` in the header `X-LlamaStack-Provider-Data`.",
                code="missing_api_key",
            )
        return key

    async def get(self, path: str, query: Mapping[str, Any], kind: type[T], call: Call) -> T:
        """Return what the engine answers to GET."""
        return await self._asked("GET", f"{path}?{urlencode(query)}", None, kind, call)

    async def post(self, path: str, content: Any, kind: type[T], call: Call) -> T:
        """Return what the engine answers to `content`, written as JSON."""
        return await self._asked("POST", path, msgspec.json.encode(content), kind, call)

    async def _asked(
        self, verb: str, path: str, body: bytes | None, kind: type[T], call: Call
    ) -> T:
        key = self.key(call)
        headers = {"accept": JSON, **dict(call.trace())}
        if self._door.header:
            headers[self._door.header] = f"{self._door.scheme}{key.text}"
        if body is not None:
            headers["content-type"] = JSON
        left = call.seconds_left()
        seconds = self._seconds if left is None else min(left, self._seconds)
        url = self._client.base / path
        try:
            async with self._client.exchange(verb, url, headers, body, seconds) as response:
                return await self._read(response, kind, key)
        except FleetError as error:
            raise self._in_its_name(error) from None

    async def _read(self, response: Exchange, kind: type[T], key: Key) -> T:
        body = await _body(response)
        if response.status != _OK:
            bad_key = self._door.bad_key is not None and self._door.bad_key in body
            status = _UNAUTHORIZED if bad_key else response.status
            raise refusal(status, body, response.headers, key)
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise garbage() from None

    def refused_key(self, message: str, key: Key) -> FleetError:
        """Return the error for a key that the engine refuses in an answer that looks like any other."""
        body = msgspec.json.encode({"error": {"message": message}})
        return self._in_its_name(refusal(_UNAUTHORIZED, body, {}, key))

    def _in_its_name(self, error: FleetError) -> FleetError:
        """Return an error of the way to the engine, or of the engine, with its name."""
        message = error.message.replace("The model server", self._door.engine)
        if not isinstance(error, UpstreamFailed):
            return type(error)(message, code=error.code, retry_after=error.retry_after)
        return UpstreamFailed(
            message,
            status=error.status,
            type=error.type,
            code=error.code,
            param=error.param,
            retry_after=error.retry_after,
        )


async def _body(response: Exchange) -> bytes:
    """Return the body of an answer, if it is no longer than an answer can be."""
    pieces, size = [], 0
    while piece := await response.more():
        size += len(piece)
        if size > _LONGEST:
            raise garbage()
        pieces.append(piece)
    return b"".join(pieces)
