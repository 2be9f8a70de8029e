"""A small HTTP proxy: it forwards requests, and tunnels for those who CONNECT."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Proxy:
    """The proxy.

    Attributes:
        url: Where it is.
        seen: The first line of every request, in order.
        authorizations: The `proxy-authorization` headers that came.
    """

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[str] = []
        self.authorizations: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on to where its first request goes."""
        head = await reader.readuntil(b"\r\n\r\n")
        line, _, headers = head.decode().partition("\r\n")
        self.seen.append(line)
        self.authorizations += [
            header for header in headers.split("\r\n") if header.lower().startswith("proxy-auth")
        ]
        verb, target, version = line.split()
        tunnel = verb == "CONNECT"
        parts = urlsplit(f"//{target}" if tunnel else target)
        server_reader, server_writer = await asyncio.open_connection(parts.hostname, parts.port)
        if tunnel:
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            server_writer.write(f"{verb} {parts.path} {version}\r\n{headers}".encode())
        await asyncio.gather(_pipe(reader, server_writer), _pipe(server_reader, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes until one side ends."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        return
    finally:
        writer.close()


@asynccontextmanager
async def http_proxy() -> AsyncGenerator[Proxy, None]:
    """Run a proxy on the loopback interface, on a free port."""
    proxy = Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
