"""What the service says of itself to the inspect service."""

import msgspec

from fleet.inspect.v1 import messages as m
from fleet_inference.models import ModelTable
from fleet_inference.offer import Offer
from fleet_runtime.call import Call
from fleet_runtime.config import masked
from fleet_runtime.operation import Answer


class Info:
    """Lists the providers of this service."""

    def __init__(self, models: ModelTable) -> None:
        self._models = models

    async def get_service_info(
        self, request: m.GetServiceInfoRequest, call: Call
    ) -> Answer[m.ServiceInfo]:
        """List the service's providers, and how each answered when it was asked for its models."""
        del request, call
        return m.ServiceInfo(providers=[_provider(offer) for offer in self._models.offers.values()])


def _provider(offer: Offer) -> m.ProviderInfo:
    config = offer.opened.config
    health = (
        {"status": "OK"} if offer.error is None else {"status": "Error", "message": offer.error}
    )
    return m.ProviderInfo(
        api="inference",
        provider_id=config.id,
        provider_type=config.type,
        config=msgspec.Raw(msgspec.json.encode(masked(config.config))),
        health=msgspec.Raw(msgspec.json.encode(health)),
    )
