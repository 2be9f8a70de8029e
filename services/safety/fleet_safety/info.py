"""What the service says of itself to the inspect service."""

from collections.abc import Mapping

import msgspec

from fleet.inspect.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.config import masked
from fleet_runtime.operation import Answer
from fleet_runtime.providers import Opened
from fleet_safety.provider import SafetyProvider


class Info:
    """Lists the providers of this service."""

    def __init__(self, providers: Mapping[str, Opened[SafetyProvider]]) -> None:
        self._providers = providers

    async def get_service_info(
        self, request: m.GetServiceInfoRequest, call: Call
    ) -> Answer[m.ServiceInfo]:
        """List the service's providers, which are well once they are open."""
        del request, call
        return m.ServiceInfo(providers=[_provider(opened) for opened in self._providers.values()])


def _provider(opened: Opened[SafetyProvider]) -> m.ProviderInfo:
    config = opened.config
    return m.ProviderInfo(
        api="safety",
        provider_id=config.id,
        provider_type=config.type,
        config=msgspec.Raw(msgspec.json.encode(masked(config.config))),
        health=msgspec.Raw(b'{"status":"OK"}'),
    )
