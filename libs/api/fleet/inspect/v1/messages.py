"""Messages of `fleet.inspect.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class GetHealthRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks how the fleet is."""


class HealthInfo(Struct, kw_only=True, omit_defaults=True):
    """How the fleet is."""

    status: str
    """`OK`, or `Error` if a service does not answer or says that it cannot serve."""
    services: dict[str, str] | None = None
    """What is wrong, by service. Left out when all is well."""


class GetVersionRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for the release."""


class VersionInfo(Struct, kw_only=True, omit_defaults=True):
    """The release."""

    version: str
    """Such as `0.1.0`."""


class ListRoutesRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for the routes."""

    api_filter: str | None = None
    """Only those of this stability: `v1`, `v1beta`, `v1alpha` or `deprecated`. All if unset."""


class RouteInfo(Struct, kw_only=True, omit_defaults=True):
    """One route."""

    route: str
    """The path, with its variables in braces."""
    method: str
    """The HTTP method."""
    provider_types: list[str]
    """The types of the providers behind it, such as `remote::openai`."""


class RouteList(Struct, kw_only=True, omit_defaults=True):
    """The routes."""

    data: list[RouteInfo]
    """By path, then by method."""


class ListProvidersRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for the providers."""


class ProviderInfo(Struct, kw_only=True, omit_defaults=True):
    """One provider."""

    api: str
    """The service that it belongs to, such as `inference`."""
    provider_id: str
    """Its id, as the config has it."""
    provider_type: str
    """Its type, such as `remote::openai`."""
    config: Raw
    """Its settings as JSON, with the names of secrets in place of secrets."""
    health: Raw
    """A JSON object: `status`, which is `OK`, `Error` or `Not Implemented`, and `message`."""


class ProviderList(Struct, kw_only=True, omit_defaults=True):
    """The providers."""

    data: list[ProviderInfo]
    """By service, in the order of its config."""


class GetProviderRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a provider."""

    provider_id: str
    """Its id, as the config has it."""


class GetServiceInfoRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks a service about itself."""


class ServiceInfo(Struct, kw_only=True, omit_defaults=True):
    """What a service is made of."""

    providers: list[ProviderInfo]
    """Its providers, in the order of its config."""
