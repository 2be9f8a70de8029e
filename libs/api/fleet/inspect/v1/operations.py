"""Operations of `fleet.inspect.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.inspect.v1 import codec, messages as m
from fleet.inspect.v1 import inspect_pb2
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.operation import (
    Answer,
    Binding,
    BoundService,
    MessageType,
    Operation,
    Route,
    Stream,
)

_GetHealthRequest = MessageType(
    m.GetHealthRequest,
    inspect_pb2.GetHealthRequest,
    codec.get_health_request_to_proto,
    codec.get_health_request_from_proto,
)
_GetProviderRequest = MessageType(
    m.GetProviderRequest,
    inspect_pb2.GetProviderRequest,
    codec.get_provider_request_to_proto,
    codec.get_provider_request_from_proto,
)
_GetServiceInfoRequest = MessageType(
    m.GetServiceInfoRequest,
    inspect_pb2.GetServiceInfoRequest,
    codec.get_service_info_request_to_proto,
    codec.get_service_info_request_from_proto,
)
_GetVersionRequest = MessageType(
    m.GetVersionRequest,
    inspect_pb2.GetVersionRequest,
    codec.get_version_request_to_proto,
    codec.get_version_request_from_proto,
)
_HealthInfo = MessageType(
    m.HealthInfo, inspect_pb2.HealthInfo, codec.health_info_to_proto, codec.health_info_from_proto
)
_ListProvidersRequest = MessageType(
    m.ListProvidersRequest,
    inspect_pb2.ListProvidersRequest,
    codec.list_providers_request_to_proto,
    codec.list_providers_request_from_proto,
)
_ListRoutesRequest = MessageType(
    m.ListRoutesRequest,
    inspect_pb2.ListRoutesRequest,
    codec.list_routes_request_to_proto,
    codec.list_routes_request_from_proto,
)
_ProviderInfo = MessageType(
    m.ProviderInfo,
    inspect_pb2.ProviderInfo,
    codec.provider_info_to_proto,
    codec.provider_info_from_proto,
)
_ProviderList = MessageType(
    m.ProviderList,
    inspect_pb2.ProviderList,
    codec.provider_list_to_proto,
    codec.provider_list_from_proto,
)
_RouteList = MessageType(
    m.RouteList, inspect_pb2.RouteList, codec.route_list_to_proto, codec.route_list_from_proto
)
_ServiceInfo = MessageType(
    m.ServiceInfo,
    inspect_pb2.ServiceInfo,
    codec.service_info_to_proto,
    codec.service_info_from_proto,
)
_VersionInfo = MessageType(
    m.VersionInfo,
    inspect_pb2.VersionInfo,
    codec.version_info_to_proto,
    codec.version_info_from_proto,
)


class InspectService(Protocol):
    """Says what runs here, and how it is. The same answers under `/v1alpha/admin`."""

    async def get_health(self, request: m.GetHealthRequest, call: Call) -> Answer[m.HealthInfo]:
        """Says whether every service of the fleet answers."""
        ...

    async def get_version(self, request: m.GetVersionRequest, call: Call) -> Answer[m.VersionInfo]:
        """Says which release this is."""
        ...

    async def list_routes(self, request: m.ListRoutesRequest, call: Call) -> Answer[m.RouteList]:
        """Lists the REST routes that are served."""
        ...

    async def list_providers(
        self, request: m.ListProvidersRequest, call: Call
    ) -> Answer[m.ProviderList]:
        """Lists the providers of every service."""
        ...

    async def get_provider(
        self, request: m.GetProviderRequest, call: Call
    ) -> Answer[m.ProviderInfo]:
        """Gets one provider. Fails with `NOT_FOUND` if there is none of that id."""
        ...


INSPECT_SERVICE = "fleet.inspect.v1.InspectService"
"""The service's full name."""

GET_HEALTH = Operation(
    rpc="GetHealth",
    request=_GetHealthRequest,
    answer=_HealthInfo,
    routes=(
        Route("GET", "/v1/health"),
        Route("GET", "/v1alpha/admin/health"),
    ),
    has_body=False,
)
GET_VERSION = Operation(
    rpc="GetVersion",
    request=_GetVersionRequest,
    answer=_VersionInfo,
    routes=(
        Route("GET", "/v1/version"),
        Route("GET", "/v1alpha/admin/version"),
    ),
    has_body=False,
)
LIST_ROUTES = Operation(
    rpc="ListRoutes",
    request=_ListRoutesRequest,
    answer=_RouteList,
    routes=(
        Route("GET", "/v1/inspect/routes"),
        Route("GET", "/v1alpha/admin/inspect/routes"),
    ),
    has_body=False,
)
LIST_PROVIDERS = Operation(
    rpc="ListProviders",
    request=_ListProvidersRequest,
    answer=_ProviderList,
    routes=(
        Route("GET", "/v1/providers"),
        Route("GET", "/v1alpha/admin/providers"),
    ),
    has_body=False,
)
GET_PROVIDER = Operation(
    rpc="GetProvider",
    request=_GetProviderRequest,
    answer=_ProviderInfo,
    routes=(
        Route("GET", "/v1/providers/{provider_id}"),
        Route("GET", "/v1alpha/admin/providers/{provider_id}"),
    ),
    has_body=False,
)


def bind_inspect_service(implementation: InspectService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        INSPECT_SERVICE,
        (
            Binding(GET_HEALTH, implementation.get_health),
            Binding(GET_VERSION, implementation.get_version),
            Binding(LIST_ROUTES, implementation.list_routes),
            Binding(LIST_PROVIDERS, implementation.list_providers),
            Binding(GET_PROVIDER, implementation.get_provider),
        ),
    )


class InspectServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def get_health(self, request: m.GetHealthRequest, call: Call) -> m.HealthInfo:
        """Says whether every service of the fleet answers."""
        answer: m.HealthInfo = await self._channel.unary(INSPECT_SERVICE, GET_HEALTH, request, call)
        return answer

    async def get_version(self, request: m.GetVersionRequest, call: Call) -> m.VersionInfo:
        """Says which release this is."""
        answer: m.VersionInfo = await self._channel.unary(
            INSPECT_SERVICE, GET_VERSION, request, call
        )
        return answer

    async def list_routes(self, request: m.ListRoutesRequest, call: Call) -> m.RouteList:
        """Lists the REST routes that are served."""
        answer: m.RouteList = await self._channel.unary(INSPECT_SERVICE, LIST_ROUTES, request, call)
        return answer

    async def list_providers(self, request: m.ListProvidersRequest, call: Call) -> m.ProviderList:
        """Lists the providers of every service."""
        answer: m.ProviderList = await self._channel.unary(
            INSPECT_SERVICE, LIST_PROVIDERS, request, call
        )
        return answer

    async def get_provider(self, request: m.GetProviderRequest, call: Call) -> m.ProviderInfo:
        """Gets one provider. Fails with `NOT_FOUND` if there is none of that id."""
        answer: m.ProviderInfo = await self._channel.unary(
            INSPECT_SERVICE, GET_PROVIDER, request, call
        )
        return answer


class ServiceInfoService(Protocol):
    """Says what one service is made of. Served by every service, for `InspectService`."""

    async def get_service_info(
        self, request: m.GetServiceInfoRequest, call: Call
    ) -> Answer[m.ServiceInfo]:
        """Lists the service's providers."""
        ...


SERVICE_INFO_SERVICE = "fleet.inspect.v1.ServiceInfoService"
"""The service's full name."""

GET_SERVICE_INFO = Operation(
    rpc="GetServiceInfo",
    request=_GetServiceInfoRequest,
    answer=_ServiceInfo,
    routes=(),
    has_body=False,
)


def bind_service_info_service(implementation: ServiceInfoService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        SERVICE_INFO_SERVICE,
        (Binding(GET_SERVICE_INFO, implementation.get_service_info),),
    )


class ServiceInfoServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def get_service_info(self, request: m.GetServiceInfoRequest, call: Call) -> m.ServiceInfo:
        """Lists the service's providers."""
        answer: m.ServiceInfo = await self._channel.unary(
            SERVICE_INFO_SERVICE, GET_SERVICE_INFO, request, call
        )
        return answer
