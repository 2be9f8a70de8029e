"""What a service says of itself to the inspect service."""

from collections.abc import Iterable, Mapping

import msgspec

from fleet.inspect.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.config import ProviderConfig, masked
from fleet_runtime.operation import Answer


class Info:
    """Lists providers that are well once they are open.

    Args:
        providers: The configs of the open ones, by the API that they serve (`file_processors`). A service that does
            without has one: itself.
    """

    def __init__(self, providers: Mapping[str, Iterable[ProviderConfig]]) -> None:
        self._told = [
            provider_info(api, config) for api, configs in providers.items() for config in configs
        ]

    async def get_service_info(
        self, request: m.GetServiceInfoRequest, call: Call
    ) -> Answer[m.ServiceInfo]:
        """List the service's providers."""
        del request, call
        return m.ServiceInfo(providers=self._told)


def provider_info(api: str, config: ProviderConfig, error: str | None = None) -> m.ProviderInfo:
    """Return what is told of a provider: all of its config but secrets, and why it is not well, if it is not."""
    health = {"status": "OK"} if error is None else {"status": "Error", "message": error}
    return m.ProviderInfo(
        api=api,
        provider_id=config.id,
        provider_type=config.type,
        config=msgspec.Raw(msgspec.json.encode(masked(config.config))),
        health=msgspec.Raw(msgspec.json.encode(health)),
    )
