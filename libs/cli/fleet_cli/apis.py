"""The APIs whose services are installed: an API `vector-io` is served by the package `fleet_vector_io`."""

from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import get_args

from fleet_cli.settings import Service
from fleet_runtime.config import Config, ConfigError, ProviderConfig


def api_of(name: str, service: Service) -> str:
    """Return the API that the service called `name` serves."""
    return service.api or name


def package_of(api: str) -> str:
    """Return the Python package of an API's service."""
    return f"fleet_{api.replace('-', '_')}"


def service_model(api: str) -> type[Config]:
    """Return the model of an API's config file.

    Raises:
        ConfigError: No such service is installed.
    """
    module = f"{package_of(api)}.config"
    if find_spec(package_of(api)) is None:
        near = get_close_matches(api, installed_apis(), n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        known = ", ".join(installed_apis())
        raise ConfigError(f"there is no service for the API {api!r}; {hint}installed: {known}")
    model: type[Config] = import_module(module).ServiceConfig
    return model


def provider_settings(api: str) -> dict[str, tuple[type[ProviderConfig], str]]:
    """Return the settings of an API's service that list providers: the model of each entry, and its entry points."""
    own = f"fleet.{api.replace('-', '_')}"
    return {
        name: (entry, entry.group or own)
        for name, field in service_model(api).model_fields.items()
        for entry in get_args(field.annotation)
        if isinstance(entry, type) and issubclass(entry, ProviderConfig)
    }


def installed_apis() -> list[str]:
    """Return the APIs whose services are installed, by name."""
    return sorted(
        module.name.removeprefix("fleet_").replace("_", "-")
        for module in iter_modules()
        if module.name.startswith("fleet_") and _is_service(module.name)
    )


def _is_service(package: str) -> bool:
    """Tell whether `package` has what the launcher starts, and the model of its config file."""
    if find_spec(f"{package}.__main__") is None or find_spec(f"{package}.config") is None:
        return False
    return hasattr(import_module(f"{package}.config"), "ServiceConfig")
