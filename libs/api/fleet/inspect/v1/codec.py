"""Messages of `fleet.inspect.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from fleet.inspect.v1 import messages as m
from fleet.inspect.v1 import inspect_pb2
from fleet_runtime.reading import json_text


def get_health_request_from_proto(p: inspect_pb2.GetHealthRequest) -> m.GetHealthRequest:
    del p
    return m.GetHealthRequest()


def get_health_request_to_proto(s: m.GetHealthRequest) -> inspect_pb2.GetHealthRequest:
    del s
    return inspect_pb2.GetHealthRequest()


def health_info_from_proto(p: inspect_pb2.HealthInfo) -> m.HealthInfo:
    return m.HealthInfo(
        status=p.status,
        services={k: v for k, v in p.services.items()} or None,
    )


def health_info_to_proto(s: m.HealthInfo) -> inspect_pb2.HealthInfo:
    return inspect_pb2.HealthInfo(
        status=s.status,
        services=s.services,
    )


def get_version_request_from_proto(p: inspect_pb2.GetVersionRequest) -> m.GetVersionRequest:
    del p
    return m.GetVersionRequest()


def get_version_request_to_proto(s: m.GetVersionRequest) -> inspect_pb2.GetVersionRequest:
    del s
    return inspect_pb2.GetVersionRequest()


def version_info_from_proto(p: inspect_pb2.VersionInfo) -> m.VersionInfo:
    return m.VersionInfo(
        version=p.version,
    )


def version_info_to_proto(s: m.VersionInfo) -> inspect_pb2.VersionInfo:
    return inspect_pb2.VersionInfo(
        version=s.version,
    )


def list_routes_request_from_proto(p: inspect_pb2.ListRoutesRequest) -> m.ListRoutesRequest:
    return m.ListRoutesRequest(
        api_filter=p.api_filter if p.HasField("api_filter") else None,
    )


def list_routes_request_to_proto(s: m.ListRoutesRequest) -> inspect_pb2.ListRoutesRequest:
    return inspect_pb2.ListRoutesRequest(
        api_filter=s.api_filter,
    )


def route_info_from_proto(p: inspect_pb2.RouteInfo) -> m.RouteInfo:
    return m.RouteInfo(
        route=p.route,
        method=p.method,
        provider_types=list(p.provider_types),
    )


def route_info_to_proto(s: m.RouteInfo) -> inspect_pb2.RouteInfo:
    return inspect_pb2.RouteInfo(
        route=s.route,
        method=s.method,
        provider_types=s.provider_types,
    )


def route_list_from_proto(p: inspect_pb2.RouteList) -> m.RouteList:
    return m.RouteList(
        data=[route_info_from_proto(v) for v in p.data],
    )


def route_list_to_proto(s: m.RouteList) -> inspect_pb2.RouteList:
    return inspect_pb2.RouteList(
        data=[route_info_to_proto(v) for v in s.data],
    )


def list_providers_request_from_proto(
    p: inspect_pb2.ListProvidersRequest,
) -> m.ListProvidersRequest:
    del p
    return m.ListProvidersRequest()


def list_providers_request_to_proto(s: m.ListProvidersRequest) -> inspect_pb2.ListProvidersRequest:
    del s
    return inspect_pb2.ListProvidersRequest()


def provider_info_from_proto(p: inspect_pb2.ProviderInfo) -> m.ProviderInfo:
    return m.ProviderInfo(
        api=p.api,
        provider_id=p.provider_id,
        provider_type=p.provider_type,
        config=json_text(p.config),
        health=json_text(p.health),
    )


def provider_info_to_proto(s: m.ProviderInfo) -> inspect_pb2.ProviderInfo:
    return inspect_pb2.ProviderInfo(
        api=s.api,
        provider_id=s.provider_id,
        provider_type=s.provider_type,
        config=bytes(s.config).decode(),
        health=bytes(s.health).decode(),
    )


def provider_list_from_proto(p: inspect_pb2.ProviderList) -> m.ProviderList:
    return m.ProviderList(
        data=[provider_info_from_proto(v) for v in p.data],
    )


def provider_list_to_proto(s: m.ProviderList) -> inspect_pb2.ProviderList:
    return inspect_pb2.ProviderList(
        data=[provider_info_to_proto(v) for v in s.data],
    )


def get_provider_request_from_proto(p: inspect_pb2.GetProviderRequest) -> m.GetProviderRequest:
    return m.GetProviderRequest(
        provider_id=p.provider_id,
    )


def get_provider_request_to_proto(s: m.GetProviderRequest) -> inspect_pb2.GetProviderRequest:
    return inspect_pb2.GetProviderRequest(
        provider_id=s.provider_id,
    )


def get_service_info_request_from_proto(
    p: inspect_pb2.GetServiceInfoRequest,
) -> m.GetServiceInfoRequest:
    del p
    return m.GetServiceInfoRequest()


def get_service_info_request_to_proto(
    s: m.GetServiceInfoRequest,
) -> inspect_pb2.GetServiceInfoRequest:
    del s
    return inspect_pb2.GetServiceInfoRequest()


def service_info_from_proto(p: inspect_pb2.ServiceInfo) -> m.ServiceInfo:
    return m.ServiceInfo(
        providers=[provider_info_from_proto(v) for v in p.providers],
    )


def service_info_to_proto(s: m.ServiceInfo) -> inspect_pb2.ServiceInfo:
    return inspect_pb2.ServiceInfo(
        providers=[provider_info_to_proto(v) for v in s.providers],
    )
