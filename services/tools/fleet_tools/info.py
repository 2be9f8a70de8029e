"""What the service says of itself to the inspect service."""

from collections.abc import Mapping

import msgspec

from fleet.inspect.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.config import ProviderConfig, masked
from fleet_runtime.operation import Answer
from fleet_runtime.providers import Opened
from fleet_tools.provider import ToolsProvider

_WELL = msgspec.Raw(b'{"status":"OK"}')


class Info:
    """Lists the providers of this service.

    Args:
        providers: Who runs tools.
    """

    def __init__(self, providers: Mapping[str, Opened[ToolsProvider]]) -> None:
        self._told = [_provider(opened.config) for opened in providers.values()]

    async def get_service_info(
        self, request: m.GetServiceInfoRequest, call: Call
    ) -> Answer[m.ServiceInfo]:
        """List the service's providers, which are well once they are open."""
        del request, call
        return m.ServiceInfo(providers=self._told)


def _provider(config: ProviderConfig) -> m.ProviderInfo:
    return m.ProviderInfo(
        api="tool_runtime",
        provider_id=config.id,
        provider_type=config.type,
        config=msgspec.Raw(msgspec.json.encode(masked(config.config))),
        health=_WELL,
    )
