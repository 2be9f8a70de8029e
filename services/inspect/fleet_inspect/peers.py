"""Asking the other services."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from fleet.inspect.v1 import messages as m
from fleet.inspect.v1.operations import ServiceInfoServiceClient
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError

SERVING = health_pb2.HealthCheckResponse.SERVING


class Peer:
    """One of the other services.

    Args:
        name: Its name in the values.
        timeout: How long it may take to answer, in seconds.
    """

    def __init__(self, name: str, timeout: float) -> None:
        self.name = name
        self._timeout = timeout
        self._channel = Channel(name)
        self._info = ServiceInfoServiceClient(self._channel)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._channel.aclose()

    async def trouble(self) -> str | None:
        """Return what is wrong with the service, if anything."""
        # The published types of this stub lack its methods.
        health: Any = health_pb2_grpc.HealthStub(self._channel.grpc)
        try:
            answer = await health.Check(health_pb2.HealthCheckRequest(), timeout=self._timeout)
        except grpc.aio.AioRpcError as error:
            return f"does not answer ({error.code().name.lower()})"
        return None if answer.status == SERVING else "is not serving"

    async def providers(self) -> list[m.ProviderInfo]:
        """Return the service's providers; none if it does not answer."""
        call = Call("ServiceInfo", deadline=time.monotonic() + self._timeout)
        try:
            info = await self._info.get_service_info(m.GetServiceInfoRequest(), call)
        except FleetError:
            return []
        return info.providers


async def all_providers(peers: Sequence[Peer]) -> list[m.ProviderInfo]:
    """Return the providers of all `peers`, which are asked at the same time."""
    found = await asyncio.gather(*(peer.providers() for peer in peers))
    return [provider for providers in found for provider in providers]
