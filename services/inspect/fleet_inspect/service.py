"""The operations of the inspect service."""

import asyncio
from collections.abc import Sequence
from importlib.metadata import version

from fleet.inspect.v1 import messages as m
from fleet_inspect.peers import Peer, all_providers
from fleet_inspect.routes import STABILITIES, routes
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.operation import Answer


class Inspect:
    """Says what runs here, by asking the other services.

    Args:
        peers: The other services.
    """

    def __init__(self, peers: Sequence[Peer]) -> None:
        self._peers = peers

    async def get_health(self, request: m.GetHealthRequest, call: Call) -> Answer[m.HealthInfo]:
        """Say whether every service answers."""
        del request, call
        troubles = await asyncio.gather(*(peer.trouble() for peer in self._peers))
        found = {
            peer.name: trouble
            for peer, trouble in zip(self._peers, troubles, strict=True)
            if trouble
        }
        return m.HealthInfo(status="Error" if found else "OK", services=found or None)

    async def get_version(self, request: m.GetVersionRequest, call: Call) -> Answer[m.VersionInfo]:
        """Say which release this is."""
        del request, call
        return m.VersionInfo(version=version("llama-fleet"))

    async def list_routes(self, request: m.ListRoutesRequest, call: Call) -> Answer[m.RouteList]:
        """List the REST routes of the services that run."""
        del call
        if request.api_filter not in (None, *STABILITIES):
            raise InvalidArgument(
                f"'api_filter' must be one of: {', '.join(STABILITIES)}.",
                code="invalid_value",
                param="api_filter",
            )
        types: dict[str, list[str]] = {}
        for provider in await all_providers(self._peers):
            types.setdefault(provider.api, []).append(provider.provider_type)
        served = [*types, "inspect"]
        return m.RouteList(data=routes(served, types, request.api_filter))

    async def list_providers(
        self, request: m.ListProvidersRequest, call: Call
    ) -> Answer[m.ProviderList]:
        """List the providers of every service."""
        del request, call
        return m.ProviderList(data=await all_providers(self._peers))

    async def get_provider(
        self, request: m.GetProviderRequest, call: Call
    ) -> Answer[m.ProviderInfo]:
        """Get one provider."""
        del call
        for provider in await all_providers(self._peers):
            if provider.provider_id == request.provider_id:
                return provider
        raise NotFound(
            f"Provider '{request.provider_id}' not found. Use 'client.providers.list()' to list available Providers.",
            code="provider_not_found",
            param="provider_id",
        )
