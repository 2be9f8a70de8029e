"""The way to a model server: addresses, TLS, proxy."""

import asyncio
import base64
import os
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from fleet_runtime.config import ConfigError, reveal
from fleet_upstream.address import Address
from fleet_upstream.connection import Connection
from fleet_upstream.refusals import unreachable
from fleet_upstream.settings import Network, Proxy, Tls

_VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
_NO_ADDRESS: OSError = socket.gaierror(socket.EAI_NONAME, "the name has no address")
_TUNNEL = re.compile(rb"HTTP/1\.\d (\d{3})\b")

ProtocolT = TypeVar("ProtocolT", bound=asyncio.BaseProtocol)

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[tuple[str, int]]]]
"""Returns the IP addresses and ports at which a host and a port are to be reached, in the order to try them."""


class Dialer:
    """Opens connections to one server, by way of a proxy if one is set.

    Args:
        server: The server.
        network: The way to it.
        resolve: Finds the addresses of hosts, instead of the system. No others are connected to than it returns.
        tls: How TLS is spoken, instead of what `network` says: reading all certificates takes long.

    Attributes:
        forwards: Whether requests go to the proxy itself, in the absolute form (RFC 9112, section 3.2.2), and not
            through a tunnel.
        credentials: The value of `Proxy-Authorization`, if the proxy's address has a user.
    """

    def __init__(
        self,
        server: Address,
        network: Network,
        *,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._resolve = resolve or resolved
        self._proxy = proxy_for(server, network.proxy)
        self._near = self._proxy or server
        secure = server.secure or self._near.secure
        self._tls = (tls or tls_context(network.tls, network.proxy)) if secure else None
        self.forwards = self._proxy is not None and not server.secure
        self.credentials = _basic(self._near.credentials)

    async def dial(self, make: Callable[[], Connection]) -> Connection:
        """Return a new connection, made by `make`.

        Raises:
            UpstreamFailed: There is no way to the server.
        """
        try:
            if self._tls and self._proxy and self._server.secure:
                return await self._tunnel(make(), self._tls)
            return (await self._open(make, self._near))[1]
        except (OSError, EOFError, UnicodeError, asyncio.LimitOverrunError) as error:
            raise unreachable(_reason(error)) from error

    async def _open(
        self, make: Callable[[], ProtocolT], to: Address
    ) -> tuple[asyncio.Transport, ProtocolT]:
        """Connect to the first of a host's addresses that answers."""
        loop, failure = asyncio.get_running_loop(), _NO_ADDRESS
        tls, name = (self._tls, to.host) if to.secure else (None, None)
        for host, port in await self._resolve(to.host, to.port):
            try:
                return await loop.create_connection(make, host, port, ssl=tls, server_hostname=name)
            except OSError as error:
                failure = error
        raise failure

    async def _tunnel(self, connection: Connection, tls: ssl.SSLContext) -> Connection:
        """Connect through the proxy, and speak TLS behind it (RFC 9110, section 9.3.6)."""
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
        hop, _ = await self._open(lambda: asyncio.StreamReaderProtocol(reader), self._near)
        try:
            hop.write(self._connect())
            _check_tunnel(await reader.readuntil(b"\r\n\r\n"))
            name = self._server.host
            transport = await loop.start_tls(hop, connection, tls, server_hostname=name)
        except BaseException:
            hop.abort()
            raise
        if transport is None:
            raise ConnectionResetError
        connection.connection_made(transport)
        return connection

    def _connect(self) -> bytes:
        to = self._server.endpoint
        proof = f"Proxy-Authorization: {self.credentials}\r\n" if self.credentials else ""
        return f"CONNECT {to} HTTP/1.1\r\nhost: {to}\r\n{proof}\r\n".encode()


async def resolved(host: str, port: int) -> list[tuple[str, int]]:
    """Return the addresses that the system knows of a host.

    Raises:
        OSError: It knows none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(str(address[0]), int(address[1])) for *_, address in found]


def tls_context(tls: Tls, proxy: Proxy) -> ssl.SSLContext:
    """Return the TLS settings, ready to use.

    Raises:
        OSError: A file of certificates cannot be read, or holds none.
    """
    context = ssl.create_default_context(**_trusted(tls.verify))
    if tls.verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if proxy.cacert:
        context.load_verify_locations(proxy.cacert)
    context.minimum_version = _VERSIONS[tls.min_version]
    if tls.ciphers:
        context.set_ciphers(":".join(tls.ciphers))
    if tls.client_cert:
        context.load_cert_chain(tls.client_cert, tls.client_key)
    return context


def _trusted(verify: Any) -> dict[str, Any]:
    """Return where the certificates to trust are, as `ssl` wants it said."""
    if isinstance(verify, bool):
        return {}
    return {"capath" if verify.is_dir() else "cafile": verify}


def proxy_for(server: Address, proxy: Proxy) -> Address | None:
    """Return the proxy on the way to `server`, if one is.

    Raises:
        ConfigError: Its address is none.
    """
    chosen = proxy.url or (proxy.https if server.secure else proxy.http)
    if chosen is None or _direct(server.host, proxy.no_proxy):
        return None
    try:
        return Address.parse(reveal(chosen))
    except ValueError as error:
        raise ConfigError(f"the proxy {error}") from None


def _direct(host: str, no_proxy: list[str]) -> bool:
    domains = [entry.lstrip(".").lower() for entry in no_proxy]
    return any(d in ("*", host) or host.endswith(f".{d}") for d in domains)


def _basic(credentials: str) -> str | None:
    """Return `user:password` as a header has it (RFC 7617)."""
    if not credentials:
        return None
    return f"Basic {base64.b64encode(credentials.encode()).decode()}"


def _check_tunnel(head: bytes) -> None:
    """Raise `UpstreamFailed` unless a proxy's answer to CONNECT says that the tunnel is there."""
    answer = _TUNNEL.match(head)
    if answer is None:
        raise unreachable("the proxy answered something that is no HTTP")
    if not answer[1].startswith(b"2"):
        raise unreachable(f"the proxy answered {answer[1].decode()}")


def _reason(error: Exception) -> str:
    """Return why there is no connection, without the address that the event loop puts into its errors."""
    if not isinstance(error, OSError):
        return "the name is no host's" if isinstance(error, UnicodeError) else "the proxy hung up"
    if isinstance(error, (ssl.SSLError, socket.gaierror)) or not error.errno:
        return error.strerror or type(error).__name__
    return os.strerror(error.errno)
