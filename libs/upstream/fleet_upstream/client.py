"""One pooled HTTP client for one model server."""

import io
import os
import socket
import ssl
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientOSError,
    ClientResponse,
    ClientTimeout,
    ServerDisconnectedError,
)
from yarl import URL

from fleet_runtime.errors import DeadlineExceeded, FleetError, UpstreamFailed
from fleet_upstream.connection import open_session
from fleet_upstream.refusals import broke_off
from fleet_upstream.settings import UpstreamConfig

# In seconds. A connection that the server closed while it was idle fails within a round trip.
_STALE = 1.0
# In bytes. Larger bodies are sent in pieces, so that other calls get their turn.
_LARGE = 1024 * 1024


class HttpClient:
    """Sends requests to one server, over connections that it keeps.

    A request is sent a second time in one case only: it went over a kept connection, and that was closed at once
    without a byte of an answer, as happens when the server hangs up on an idle connection while we write. Answers have
    no side effects, so a server that did read the first one has at worst worked in vain. On a new connection, or later,
    nothing is repeated: a request that brings one server down must not bring down the next.
    """

    def __init__(self, config: UpstreamConfig) -> None:
        self.base = URL(config.address().rstrip("/"))
        self._opened = 0
        self._busy = 0
        self._kept = config.network.limits.max_keepalive_connections
        self._session = open_session(config.network, self.base, self._count)
        self._timeout = self._session.timeout

    async def aclose(self) -> None:
        """Close all connections."""
        await self._session.close()

    @asynccontextmanager
    async def exchange(
        self,
        verb: str,
        url: URL,
        headers: dict[str, str],
        body: bytes | None = None,
        seconds_left: float | None = None,
    ) -> AsyncGenerator[ClientResponse, None]:
        """Send a request, and hold its answer, whose body is not read yet.

        On leaving, a connection whose answer did not come whole is closed: so the server sees that nobody listens.

        Raises:
            UpstreamFailed: The server cannot be reached, or broke off.
            DeadlineExceeded: It was silent for too long, or the caller's time is up.
        """
        response = None
        self._busy += 1
        try:
            response = await self._send(verb, url, headers, body, self._bounded(seconds_left))
            yield response
        except (ClientError, OSError) as error:
            raise failure(error) from error
        finally:
            self._busy -= 1
            if response is not None:
                response.close()

    async def _send(
        self, verb: str, url: URL, headers: dict[str, str], body: bytes | None, limit: ClientTimeout
    ) -> ClientResponse:
        if self._kept is not None and self._busy > self._kept:
            headers["connection"] = "close"
        opened, begun = self._opened, time.monotonic()
        try:
            return await self._request(verb, url, headers, body, limit)
        except ClientConnectorError:
            raise
        except (ServerDisconnectedError, ClientOSError):
            if self._opened != opened or time.monotonic() - begun > _STALE:
                raise
            return await self._request(verb, url, headers, body, limit)

    async def _request(
        self, verb: str, url: URL, headers: dict[str, str], body: bytes | None, limit: ClientTimeout
    ) -> ClientResponse:
        data = body if body is None or len(body) < _LARGE else io.BytesIO(body)
        return await self._session.request(
            verb, url, headers=headers, data=data, timeout=limit, allow_redirects=False
        )

    def _bounded(self, seconds_left: float | None) -> ClientTimeout:
        if seconds_left is None:
            return self._timeout
        if seconds_left <= 0:
            raise TimeoutError  # to aiohttp, no time is all the time in the world
        return ClientTimeout(
            total=seconds_left, connect=self._timeout.connect, sock_read=self._timeout.sock_read
        )

    def _count(self) -> None:
        self._opened += 1


def failure(error: ClientError | OSError) -> FleetError:
    """Return what a broken exchange means to our caller. The text names no host and no key."""
    if isinstance(error, TimeoutError):
        return DeadlineExceeded("The model server did not answer in time.", code="upstream_timeout")
    if isinstance(error, ClientConnectorError):
        return _unreachable(_reason(error.os_error))
    if isinstance(error, ClientHttpProxyError):
        return _unreachable(f"the proxy answered {error.status}")
    return broke_off()


def _reason(error: OSError) -> str:
    """Return why there is no connection, without the address that the event loop puts into its errors."""
    if isinstance(error, (ssl.SSLError, socket.gaierror)) or not error.errno:
        return error.strerror or type(error).__name__
    return os.strerror(error.errno)


def _unreachable(reason: str) -> UpstreamFailed:
    return UpstreamFailed(
        f"The model server cannot be reached: {reason}.", status=502, code="upstream_unreachable"
    )
