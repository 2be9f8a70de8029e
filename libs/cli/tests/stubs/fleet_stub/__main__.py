"""Serves gRPC health, and writes what happens to it to a journal."""

import asyncio
import os
import signal
import sys
import time

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from fleet_runtime.config import load, reveal
from fleet_stub.config import ServiceConfig


async def main() -> None:
    config = load(ServiceConfig)
    write(config, "started")
    print(config.behaviour.says)
    if config.behaviour.database:
        write(config, reveal(config.behaviour.database))
    server = grpc.aio.server()
    servicer = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    await servicer.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
    server.add_insecure_port(os.environ["FLEET_LISTEN"])
    await server.start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await asyncio.sleep(config.behaviour.ready_after)
    await servicer.set("", health_pb2.HealthCheckResponse.SERVING)
    write(config, "ready")
    try:
        await asyncio.wait_for(stop.wait(), config.behaviour.die_after)
    except TimeoutError:
        sys.exit(7)
    await server.stop(None)
    write(config, "stopped")


def write(config: ServiceConfig, what: str) -> None:
    with open(config.journal, "a") as journal:  # noqa: PTH123
        journal.write(f"{time.time()} {os.environ['FLEET_SERVICE']} {what} {os.getpid()}\n")


asyncio.run(main())
