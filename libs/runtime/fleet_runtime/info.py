"""What a service says of itself to the inspect service."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from fleet.inspect.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.config import ProviderConfig, masked
from fleet_runtime.operation import Answer
from fleet_runtime.providers import Opened


class Info:
    """Lists providers that are well once they are open.

    Args:
        providers: The open ones, by the API that they serve (`file_processors`).
    """

    def __init__(self, providers: Mapping[str, Iterable[Opened[Any]]]) -> None:
        self._told = [
            provider_info(api, one.config) for api, opened in providers.items() for one in opened
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
