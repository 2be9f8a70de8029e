"""Opening the way to a model server: TLS, proxy, pool."""

import socket
import ssl
from collections.abc import Callable
from typing import Any

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

from fleet_runtime.config import reveal
from fleet_upstream.settings import Network, Proxy, Tls

_VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


def open_session(network: Network, base: URL, opened: Callable[[], None]) -> ClientSession:
    """Return a session for the server at `base`, on the running loop. `opened` is called for each new connection."""

    def new_socket(address: tuple[Any, ...]) -> socket.socket:
        opened()
        family, kind, protocol, *_ = address
        return socket.socket(family=family, type=kind, proto=protocol)

    limits, timeouts = network.limits, network.timeouts
    pool = TCPConnector(
        limit=limits.max_connections,
        keepalive_timeout=limits.keepalive_expiry,
        ssl=tls_context(network.tls, network.proxy) if base.scheme == "https" else True,
        socket_factory=new_socket,
    )
    return ClientSession(
        connector=pool,
        cookie_jar=DummyCookieJar(),
        headers={
            # Compressed events would have to wait for each other.
            "accept-encoding": "identity",
            "user-agent": "llama-fleet",
            **{name: reveal(value) for name, value in network.headers.items()},
        },
        proxy=proxy_for(base, network.proxy),
        timeout=ClientTimeout(total=None, connect=timeouts.connect, sock_read=timeouts.read),
    )


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


def proxy_for(base: URL, proxy: Proxy) -> URL | None:
    """Return the proxy on the way to `base`, if one is."""
    chosen = proxy.url or (proxy.https if base.scheme == "https" else proxy.http)
    if chosen is None or _direct(base.host or "", proxy.no_proxy):
        return None
    return URL(reveal(chosen))


def _direct(host: str, no_proxy: list[str]) -> bool:
    domains = [entry.lstrip(".").lower() for entry in no_proxy]
    return any(d in ("*", host) or host.endswith(f".{d}") for d in domains)
