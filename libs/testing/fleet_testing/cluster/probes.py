"""Asking a container how it is, as its manifest says."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import grpc
from grpc_health.v1 import health, health_pb2

from fleet_testing.cluster.container import Container
from fleet_testing.cluster.forwarding import forwarding
from fleet_testing.cluster.manifests import Object
from fleet_testing.cluster.node import Node

Asking = Callable[[], Awaitable[bool]]
_OPTIONS = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0)]


class Prober:
    """Asks one container.

    Args:
        container: The container.
        node: From where.
        address: The pod's.
        folder: For sockets.
    """

    def __init__(self, container: Container, node: Node, address: str, folder: Path) -> None:
        self._container = container
        self._node = node
        self._address = address
        self._folder = folder
        self._ports = {p["name"]: p["containerPort"] for p in container.spec.get("ports", [])}

    async def succeeds(self, probe: Object) -> bool:
        """Ask once."""
        seconds = probe.get("timeoutSeconds", 1)
        if "exec" in probe:
            return await self._container.execute(probe["exec"]["command"], seconds)
        try:
            async with asyncio.timeout(seconds):
                if "grpc" in probe:
                    return await self._grpc(**probe["grpc"])
                if "httpGet" in probe:
                    return await self._http(probe["httpGet"])
                with await self._node.connected(
                    self._address, self._port(probe["tcpSocket"]["port"])
                ):
                    return True
        except (OSError, TimeoutError, grpc.aio.AioRpcError):
            return False

    async def until(self, probe: Object, successes: int, failures: int) -> bool:
        """Ask until so many answers in a row were good, or bad, and return which."""
        good = bad = 0
        while True:
            if await self.succeeds(probe):
                good, bad = good + 1, 0
            else:
                good, bad = 0, bad + 1
            if good >= successes or bad >= failures:
                return good > 0
            await asyncio.sleep(probe.get("periodSeconds", 10))

    def _port(self, port: int | str) -> int:
        return int(self._ports.get(port, port))

    async def _grpc(self, port: int, service: str = "") -> bool:
        """Ask the gRPC health service, over a socket: channels know only the network of this process."""
        path = self._folder / f"probe-{port}.sock"
        with _listening(path) as listening:
            async with (
                forwarding(listening, lambda: self._node.connected(self._address, port)),
                grpc.aio.insecure_channel(f"unix:{path}", options=_OPTIONS) as channel,
            ):
                check = channel.unary_unary(
                    f"/{health.SERVICE_NAME}/Check",
                    request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
                    response_deserializer=health_pb2.HealthCheckResponse.FromString,
                )
                answer = await check(health_pb2.HealthCheckRequest(service=service))
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    async def _http(self, asked: Object) -> bool:
        made = await self._node.connected(self._address, self._port(asked["port"]))
        try:
            reader, writer = await asyncio.open_connection(sock=made)
        except BaseException:
            made.close()
            raise
        try:
            head = f"GET {asked.get('path', '/')} HTTP/1.1\r\nhost: {self._address}\r\n"
            writer.write(f"{head}user-agent: kube-probe\r\nconnection: close\r\n\r\n".encode())
            _, status, *_ = (await reader.readline()).split(maxsplit=2)
            return 200 <= int(status) < 400  # noqa: PLR2004
        except ValueError:
            return False
        finally:
            writer.close()


@contextmanager
def _listening(path: Path) -> Generator[socket.socket, None, None]:
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
        made.setblocking(False)
        made.bind(str(path))
        made.listen()
        yield made
    path.unlink(missing_ok=True)
