"""Asking a process whether it is ready. A probe takes at most `TIMEOUT` seconds and never raises."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import grpc
import psycopg
from grpc_health.v1 import health, health_pb2

Probe = Callable[[], Awaitable[bool]]

TIMEOUT = 2.0
SERVING = health_pb2.HealthCheckResponse.SERVING


def grpc_serving(address: str) -> Probe:
    """Return a probe of the gRPC health service at `address`: is the whole server `SERVING`?"""
    # A connection of its own each time: shared ones wait longer after each refusal.
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0)]

    async def probe() -> bool:
        async with grpc.aio.insecure_channel(address, options=options) as channel:
            check = channel.unary_unary(
                f"/{health.SERVICE_NAME}/Check",
                request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
                response_deserializer=health_pb2.HealthCheckResponse.FromString,
            )
            try:
                answer = await check(health_pb2.HealthCheckRequest(), timeout=TIMEOUT)
            except grpc.aio.AioRpcError:
                return False
        return bool(answer.status == SERVING)

    return probe


def http_ok(host: str, port: int, path: str, *, tls: bool = False) -> Probe:
    """Return a probe: does a GET of `path` answer 200?"""
    context = ssl._create_unverified_context() if tls else None  # noqa: S323, SLF001 - itself

    async def ask() -> bool:
        reader, writer = await asyncio.open_connection(host, port, ssl=context)
        try:
            writer.write(
                f"GET {path} HTTP/1.1\r\nhost: fleet\r\nconnection: close\r\n\r\n".encode()
            )
            return b" 200 " in await reader.readline()
        finally:
            writer.close()

    async def probe() -> bool:
        try:
            return await asyncio.wait_for(ask(), TIMEOUT)
        except (OSError, TimeoutError):
            return False

    return probe


def postgres_answers(url: str) -> Probe:
    """Return a probe: does the database at `url` let us in?"""

    async def probe() -> bool:
        try:
            connection = await psycopg.AsyncConnection.connect(url, connect_timeout=int(TIMEOUT))
        except psycopg.OperationalError:
            return False
        await connection.close()
        return True

    return probe
