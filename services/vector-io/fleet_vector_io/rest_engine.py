"""Speaking JSON over HTTP to an engine."""

from collections.abc import Collection as SomeOf
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from fleet_runtime.config import Secret, reveal, validate
from fleet_runtime.errors import DeadlineExceeded, FleetError, Unavailable, UpstreamFailed
from fleet_upstream.client import HttpClient
from fleet_upstream.refusals import retry_after
from fleet_upstream.settings import Network, Timeouts, UpstreamConfig
from fleet_vector_io.store_config import StoreConfig

T = TypeVar("T")

JSON = "application/json"

_OK = (200,)
_UNAUTHORIZED = (401, 403)
_OVERLOADED = (429, 502, 503, 504)
# In characters. Longer texts are dumps, not messages.
_LONGEST = 1000
_NOBODY_THERE = ("upstream_unreachable", "upstream_broke_off")


class RestConfig(StoreConfig):
    """The settings that all engines spoken to by HTTP share."""

    network: Network = Network(timeout=Timeouts(read=60.0))
    """The way to the engine. `timeout.read` bounds a whole call too."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an engine answered. The names of headers are in lower case."""

    engine: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def read(self, kind: type[T]) -> T:
        """Return what the body says.

        Raises:
            UpstreamFailed: It is something else.
        """
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise UpstreamFailed(
                f"{self.engine} answered something that is no answer; check its address.",
                status=502,
                code="upstream_garbage",
            ) from None


class RestEngine:
    """One engine. Calls are made anew after a connection broke, so what they ask must bear being asked twice.

    Args:
        name: What messages call it.
        address: Where it is; without a scheme, `http` is meant.
        network: The way to it.
        headers: Sent with every request, their names in lower case.

    Raises:
        ConfigError: The address is none.
    """

    def __init__(
        self,
        name: str,
        address: str | Secret,
        network: Network,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        text = reveal(address)
        settings = {"base_url": text if "://" in text else f"http://{text}", "network": network}
        self.name = name
        self._client = HttpClient(validate(UpstreamConfig, settings, (name,)))
        self._headers = dict(headers)
        timeouts = network.timeouts
        self._seconds = timeouts.connect + timeouts.read

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def ask(
        self,
        verb: str,
        path: str,
        content: Any = None,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        accept: SomeOf[int] = _OK,
    ) -> Reply:
        """Return the answer to a request, if its status is in `accept`.

        Args:
            verb: The method.
            path: Where on the engine, without a slash before it.
            content: What is sent: bytes as they are, anything else as JSON.
            headers: Sent besides.
            accept: The statuses that are answers.

        Raises:
            Unavailable: The engine cannot be reached, or has too much to do.
            UpstreamFailed: It refused.
        """
        reply = await self._asked(verb, path, content, {**self._headers, **headers})
        if reply.status not in accept:
            raise refusal(reply)
        return reply

    async def _asked(self, verb: str, path: str, content: Any, headers: dict[str, str]) -> Reply:
        body = content
        if content is not None and not isinstance(content, bytes):
            body = msgspec.json.encode(content)
        if body is not None:
            headers.setdefault("content-type", JSON)
        url = self._client.base / path
        try:
            async with self._client.exchange(verb, url, headers, body, self._seconds) as response:
                answer = await response.read()
                return Reply(self.name, response.status, response.headers, answer)
        except (UpstreamFailed, DeadlineExceeded) as error:
            raise self._in_its_name(error) from error

    def _in_its_name(self, error: FleetError) -> FleetError:
        """Return the error of the way to the engine, with its name; to be tried again unless it speaks no HTTP."""
        message = error.message.replace("The model server", self.name)
        if isinstance(error, DeadlineExceeded) or error.code in _NOBODY_THERE:
            return Unavailable(message, code=error.code)
        return UpstreamFailed(message, status=502, code=error.code)


def refusal(reply: Reply) -> FleetError:
    """Return the error that an answer means."""
    if reply.status in _OVERLOADED:
        return Unavailable(
            f"{reply.engine} has too much to do, or is not ready: {_said(reply)}",
            code="engine_unavailable",
            retry_after=retry_after(reply.headers),
        )
    if reply.status in _UNAUTHORIZED:
        return UpstreamFailed(
            f"{reply.engine} refused the credentials that are configured for it, or wants some.",
            status=502,
            code="engine_unauthorized",
        )
    return UpstreamFailed(
        f"{reply.engine} refused with {reply.status}: {_said(reply)}",
        status=502,
        code="engine_refused",
    )


def _said(reply: Reply) -> str:
    """Return why, as Elasticsearch, Weaviate and Infinispan put it, or as the text that it is."""
    try:
        content = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        content = reply.body.decode(errors="replace")
    error = content.get("error", content) if isinstance(content, dict) else content
    if isinstance(error, list) and error:
        error = error[0]
    if isinstance(error, dict):
        error = error.get("reason") or error.get("message") or error.get("cause") or error
    text = error if isinstance(error, str) else msgspec.json.encode(error).decode()
    return text[:_LONGEST] or "it does not say why"
