"""One pooled HTTP client for one model server."""

import asyncio
import math
import re
import ssl

from fleet_runtime.config import reveal
from fleet_upstream.address import Address
from fleet_upstream.connection import Request, StreamedBody
from fleet_upstream.dial import Dialer, Resolve
from fleet_upstream.exchange import Exchange
from fleet_upstream.pool import Pool
from fleet_upstream.settings import UpstreamConfig

# What would end a header before its end (RFC 9110, section 5.5).
_ILLEGAL = re.compile("[\r\n\0]")


class HttpClient:
    """Sends requests to one server, over connections that it keeps. Redirects are answers like others.

    Args:
        config: Where the server is.
        resolve: Finds its addresses, instead of the system: for servers that a caller names.
        tls: How TLS is spoken, instead of what `config` says: for clients that come and go.
    """

    def __init__(
        self,
        config: UpstreamConfig,
        *,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        network = config.network
        self.base = Address.parse(config.address())
        self._loop = asyncio.get_running_loop()
        self._dialer = Dialer(self.base, network, resolve=resolve, tls=tls)
        self._pool = Pool(self._dialer.dial, network)
        self._headers = {
            "host": self.base.authority,
            "accept": "*/*",
            # Compressed events would have to wait for each other.
            "accept-encoding": "identity",
            "user-agent": "llama-fleet",
            **{name.lower(): reveal(value) for name, value in network.headers.items()},
        }
        if self._dialer.forwards and self._dialer.credentials:
            self._headers["Proxy-Authorization"] = self._dialer.credentials
        self._lines = _lines(self._headers)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    def exchange(
        self,
        verb: str,
        url: Address,
        headers: dict[str, str],
        body: bytes | StreamedBody | None = None,
        seconds_left: float | None = None,
    ) -> Exchange:
        """Return a request and its answer, to be entered by `async with`. Names of headers are in lower case.

        Raises:
            ValueError: A header has a line break.
        """
        last = self._pool.crowded
        if last:
            headers = headers | {"connection": "close"}
        lines = self._lines + _lines(headers)
        if not self._headers.keys().isdisjoint(headers):  # the caller's count
            lines = _lines(self._headers | headers)
        if body is not None:
            lines += f"content-length: {len(body)}\r\n"
        target = str(url) if self._dialer.forwards else url.path or "/"
        head = f"{verb} {target} HTTP/1.1\r\n{lines}\r\n".encode()
        deadline = math.inf if seconds_left is None else self._loop.time() + seconds_left
        return Exchange(self._pool, Request(head, body or b"", deadline, verb == "HEAD", last))


def _lines(headers: dict[str, str]) -> str:
    """Return `headers` as they are sent. Raises `ValueError` if one is more than a line."""
    if any(map(_ILLEGAL.search, headers.values())):
        raise ValueError("a header has a line break")
    return "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
