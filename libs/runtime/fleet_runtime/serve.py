"""Running a service from start to drain.

The place is told by the environment: `FLEET_LISTEN` (`host:port` or `unix:/path`), `FLEET_WEBSOCKET_LISTEN` for
services that take WebSockets, `FLEET_METRICS_LISTEN`,
`FLEET_SERVICE` (the service's name in logs, metrics and traces), `FLEET_DRAIN_SECONDS` and
`FLEET_DRAIN_NOTICE_SECONDS`, `FLEET_LOG_LEVEL`, and `FLEET_CONFIG`, the config's path.
"""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncGenerator, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pygrpc_native.aio
import structlog
import uvloop
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from prometheus_client import REGISTRY, CollectorRegistry, start_http_server

from fleet_runtime import log as logging
from fleet_runtime.boundary import Boundary
from fleet_runtime.config import ConfigError
from fleet_runtime.grpc_options import OPTIONS
from fleet_runtime.operation import BoundService
from fleet_runtime.rest import rest_handlers
from fleet_runtime.telemetry import Telemetry
from fleet_runtime.typed import typed_handlers
from fleet_runtime.websocket import WebSockets

log = structlog.get_logger()

LISTEN = "[::]:8080"
METRICS_LISTEN = "[::]:9090"
DRAIN_SECONDS = "20"
# Longer than the gateway takes to notice: two health checks, 2 seconds apart at most.
DRAIN_NOTICE_SECONDS = "2.5"

# In seconds. The Rust core closes its sockets as soon as calls have ended, even where its own threads have not yet sent
# all of the answers, and does not tell when they have.
LAST_BYTES = 0.5

# In objects; by default 700, which a few calls pass. What calls leave behind holds hardly a circle.
COLLECT_AFTER = 20_000


class Server:
    """A gRPC server with both faces of some services, health for each of them, and reflection.

    Args:
        services: What it serves.
        name: Its name in metrics and traces.
        registry: Where its metrics are.
    """

    def __init__(
        self,
        services: Iterable[BoundService],
        name: str = "service",
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        services = list(services)
        self._server = _grpc_server()
        self._health = health.aio.HealthServicer()
        self._boundary = Boundary(Telemetry(name, registry))
        self._websockets = WebSockets(services, self._boundary)
        self._names = ["", *self._register(services)]
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)

    def _register(self, services: Iterable[BoundService]) -> list[str]:
        boundary = self._boundary
        names = []
        for service in services:
            rest = f"{service.name}Rest"
            faces = {
                service.name: typed_handlers(service.name, service.bindings, boundary),
                rest: rest_handlers(rest, service.bindings, boundary),
            }
            for name, handlers in faces.items():
                self._server.add_registered_method_handlers(name, handlers)
            names.append(service.name)
        reflection.enable_server_reflection(
            [*names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server
        )
        return names

    async def start(self, listen: str) -> int:
        """Listen, say that it serves, and return the port (1 for a Unix socket)."""
        port = self._server.add_insecure_port(listen)
        await self._server.start()
        await self.set_serving(serving=True)
        return port

    async def start_websockets(self, listen: str) -> None:
        """Take WebSockets, too."""
        await self._websockets.start(listen)

    async def set_serving(self, *, serving: bool) -> None:
        """Say by the health service whether calls are welcome."""
        status = health_pb2.HealthCheckResponse
        for name in self._names:
            await self._health.set(name, status.SERVING if serving else status.NOT_SERVING)

    async def drain(self, seconds: float | None, notice: float = 0) -> None:
        """Refuse new calls, and let open ones end within `seconds`; then cancel them.

        Args:
            seconds: The longest wait for open calls; none at all if `None`.
            notice: How long calls are still taken after the health service says that they are unwelcome, in seconds.
                One that is on its way when the door closes is lost, so whoever sends them must know first.
        """
        await self._health.enter_graceful_shutdown()
        await asyncio.sleep(notice)
        if seconds is not None:
            await self._boundary.close(seconds)
            await asyncio.sleep(LAST_BYTES)
        await self._websockets.aclose()
        await self._server.stop(None)


def _grpc_server() -> grpc.aio.Server:
    """Return an empty server, on the Rust core unless `FLEET_GRPC=core` asks for grpcio's: half the CPU a call."""
    module = grpc.aio if os.environ.get("FLEET_GRPC") == "core" else pygrpc_native.aio
    server: grpc.aio.Server = module.server(options=OPTIONS)
    return server


@asynccontextmanager
async def serving(
    services: Iterable[BoundService], listen: str = "127.0.0.1:0"
) -> AsyncGenerator[str, None]:
    """Serve in this process, and yield the address: for tests, with metrics of their own."""
    server = Server(services, registry=CollectorRegistry())
    port = await server.start(listen)
    try:
        yield listen if listen.startswith("unix:") else f"{listen.rpartition(':')[0]}:{port}"
    finally:
        await server.drain(None)


async def serve(services: Iterable[BoundService]) -> None:
    """Serve where the environment says, until `SIGTERM` or `SIGINT`; then drain."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    metrics_host, _, metrics_port = os.environ.get(
        "FLEET_METRICS_LISTEN", METRICS_LISTEN
    ).rpartition(":")
    start_http_server(int(metrics_port), metrics_host.strip("[]"))
    listen = os.environ.get("FLEET_LISTEN", LISTEN)
    server = Server(services, name=service_name())
    # What is built so far lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    if websockets := os.environ.get("FLEET_WEBSOCKET_LISTEN"):
        await server.start_websockets(websockets)
    port = await server.start(listen)
    log.info("serving", listen=listen, port=port)

    await stop.wait()
    seconds = float(os.environ.get("FLEET_DRAIN_SECONDS", DRAIN_SECONDS))
    notice = float(os.environ.get("FLEET_DRAIN_NOTICE_SECONDS", DRAIN_NOTICE_SECONDS))
    log.info("draining", seconds=seconds, notice=notice)
    await server.drain(seconds, notice)
    log.info("stopped")


def service_name() -> str:
    """Return this service's name in logs, metrics and traces."""
    return os.environ.get("FLEET_SERVICE", "service")


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a service's `main` on uvloop; a wrong config ends it with one clear message and exit code 2."""
    logging.configure(service_name(), os.environ.get("FLEET_LOG_LEVEL", "info"))
    try:
        uvloop.run(main)
    except ConfigError as error:
        log.critical("config.wrong", error=str(error))
        sys.exit(2)
