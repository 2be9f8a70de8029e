"""What the service says of itself to the inspect service."""

from fleet.inspect.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.config import ProviderConfig
from fleet_runtime.info import provider_info
from fleet_runtime.operation import Answer

# Under the name that Llama Stack has for the one way of doing it.
_ONLY = provider_info("batches", ProviderConfig(id="reference", type="inline::reference"))


class Info:
    """Names the one provider of this service, which is the service itself."""

    async def get_service_info(
        self, request: m.GetServiceInfoRequest, call: Call
    ) -> Answer[m.ServiceInfo]:
        """List the service's providers."""
        del request, call
        return m.ServiceInfo(providers=[_ONLY])
