"""HTTP for the SDK: only to the addresses that were checked, with answers up to a size, and without exceptions.

An exception in one request would end the whole session, as the SDK has it, and all other calls that share it.
"""

import ssl
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx2

from fleet_tools.mcp.exchange import Exchange, current
from fleet_tools.mcp.server import Server

_ERRORS = 400
# In words: nothing was sent then.
_UNREACHED: dict[type[Exception], str] = {
    httpx2.ConnectError: "there is no connection",
    httpx2.ConnectTimeout: "there was no connection in time",
    httpx2.PoolTimeout: "too many calls go on already",
}
# Calls that go on share a session; each has a connection of its own meanwhile.
_CONNECTIONS = httpx2.Limits(
    max_connections=1000, max_keepalive_connections=50, keepalive_expiry=15.0
)
_BLANK_LINES = (b"\n\n", b"\r\n\r\n", b"\r\r")


def client(
    server: Server,
    addresses: Sequence[str] | None,
    tls: ssl.SSLContext,
    connect_seconds: float,
    max_bytes: int,
) -> httpx2.AsyncClient:
    """Return a client for one server.

    Args:
        server: The server, and who it is told that we are.
        addresses: The IP addresses that may be connected to, in the order to try them; any if `None`.
        tls: How TLS is spoken.
        connect_seconds: The longest wait for a connection. For answers whoever asks waits as long as they like.
        max_bytes: The longest answer, or event of a stream.
    """
    inner = httpx2.AsyncHTTPTransport(verify=tls, trust_env=False, limits=_CONNECTIONS)
    return httpx2.AsyncClient(
        headers={"accept-encoding": "identity", **server.sent_headers},
        timeout=httpx2.Timeout(connect_seconds, read=None),
        transport=_Transport(inner, server.host, addresses, max_bytes),
        trust_env=False,
    )


class _Transport(httpx2.AsyncBaseTransport):
    def __init__(
        self,
        inner: httpx2.AsyncBaseTransport,
        host: str,
        addresses: Sequence[str] | None,
        max_bytes: int,
    ) -> None:
        self._inner = inner
        self._host = host
        self._addresses = addresses
        self._max_bytes = max_bytes

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request. One that fails is answered with a status that says so, and written down."""
        exchange = current()
        try:
            response = await self._send(request, exchange)
        except tuple(_UNREACHED) as error:
            exchange.unreached = _UNREACHED[type(error)]
            return _failed(503, exchange)
        except httpx2.TransportError:
            exchange.is_broken = True
            return _failed(502, exchange)
        if response.headers.get("content-encoding", "identity") != "identity":
            # Nobody asked for it, and a few bytes may become any number.
            await response.aclose()
            exchange.is_broken = True
            return _failed(502, exchange)
        has_failed = response.status_code >= _ERRORS
        exchange.status = response.status_code if has_failed else None
        if has_failed:
            exchange.retry_after = response.headers.get("retry-after")
            exchange.fail()
        return self._bounded(response, exchange)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()

    async def _send(self, request: httpx2.Request, exchange: Exchange) -> httpx2.Response:
        """Send a request to the first address that can be connected to."""
        exchange.is_sent = True
        if self._addresses is None:
            return await self._inner.handle_async_request(request)
        if request.url.host != self._host or not self._addresses:
            raise httpx2.ConnectError("a host that was not checked", request=request)
        for address in self._addresses[:-1]:
            try:
                return await self._inner.handle_async_request(_to(request, address))
            except tuple(_UNREACHED):
                continue
        return await self._inner.handle_async_request(_to(request, self._addresses[-1]))

    def _bounded(self, response: httpx2.Response, exchange: Exchange) -> httpx2.Response:
        """Return `response` with a body that ends where it is too long."""
        if not isinstance(response.stream, httpx2.AsyncByteStream):
            raise TypeError(type(response.stream))
        is_stream = response.headers.get("content-type", "").startswith("text/event-stream")
        body = _Bounded(response.stream, exchange, self._max_bytes, by_event=is_stream)
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=body,
            extensions=response.extensions,
        )


class _Bounded(httpx2.AsyncByteStream):
    """A body that ends where it, or an event of it, is too long."""

    def __init__(
        self, inner: httpx2.AsyncByteStream, exchange: Exchange, most: int, *, by_event: bool
    ) -> None:
        self._inner = inner
        self._exchange = exchange
        self._most = most
        self._by_event = by_event

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        try:
            async for piece in self._inner:
                size += len(piece)
                self._exchange.received += len(piece)
                if size > self._most:
                    self._exchange.is_too_large = True
                    raise httpx2.StreamError("longer than allowed")
                yield piece
                if self._by_event:
                    size = _begun(piece, size)
        except httpx2.TransportError:
            self._exchange.is_broken = True
            raise httpx2.StreamError("broke off") from None

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._inner.aclose()


def _begun(piece: bytes, size: int) -> int:
    """Return how many bytes of an event have come that has not ended, after `piece`, with which there were `size`."""
    end = max(piece.rfind(blank) for blank in _BLANK_LINES)
    return size if end < 0 else len(piece) - end


def _to(request: httpx2.Request, address: str) -> httpx2.Request:
    """Return a request that goes to an IP address; the name stays in `Host`, and is what certificates are for."""
    extensions: dict[str, Any] = {**request.extensions, "sni_hostname": request.url.host}
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions=extensions,
    )


def _failed(status: int, exchange: Exchange) -> httpx2.Response:
    exchange.fail()
    return httpx2.Response(status)
