"""What the service says of itself to the inspect service."""

import msgspec

from fleet.inspect.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer

_ONLY = m.ProviderInfo(
    api="agents",
    provider_id="builtin",
    provider_type="inline::builtin",
    config=msgspec.Raw(b"{}"),
    health=msgspec.Raw(b'{"status":"OK"}'),
)


class Info:
    """Names the one provider of this service, which is the service itself."""

    async def get_service_info(
        self, request: m.GetServiceInfoRequest, call: Call
    ) -> Answer[m.ServiceInfo]:
        """List the service's providers."""
        del request, call
        return m.ServiceInfo(providers=[_ONLY])
