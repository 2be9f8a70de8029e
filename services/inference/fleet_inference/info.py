"""What the service says of itself to the inspect service."""

from fleet.inspect.v1 import messages as m
from fleet_inference.models import ModelTable
from fleet_runtime.call import Call
from fleet_runtime.info import provider_info
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
        offers = self._models.offers.values()
        return m.ServiceInfo(
            providers=[provider_info("inference", one.opened.config, one.error) for one in offers]
        )
