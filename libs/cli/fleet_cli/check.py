"""Checking values before anything starts."""

import os
from typing import Any

from fleet_cli.apis import api_of, provider_settings, service_model
from fleet_cli.settings import Service, Values
from fleet_cli.values import Tree, overlay
from fleet_runtime.config import (
    Config,
    ConfigError,
    ProviderConfig,
    absent_secrets,
    dotted,
    validate,
)
from fleet_runtime.providers import find

DATABASE_URL = "DATABASE_URL"
"""The environment variable by which a service's config names the fleet's database."""

KeyPath = tuple[str | int, ...]


def check(tree: Tree) -> Values:
    """Check all values, those of services and of their providers too, and return them typed.

    Raises:
        ConfigError: One line for each wrong key: its path, and what is allowed there.
    """
    values = typed(tree)
    problems = _auth_problems(values)
    for name, service in values.services.items():
        problems += _service_problems(name, service, values)
    if problems:
        raise ConfigError("\n".join(problems))
    return values


def typed(tree: Tree) -> Values:
    """Return values typed, with the defaults in every service, and services' own configs unchecked.

    Raises:
        ConfigError: One line for each wrong key.
    """
    return validate(Values, _with_defaults(tree))


def providers_of(service: Service) -> list[ProviderConfig]:
    """Return the providers of its own API that a checked service names."""
    return _listed(service, "providers")


def _listed(service: Service, setting: str) -> list[ProviderConfig]:
    """Return the providers that one setting of a checked service lists."""
    entries = service.config.get(setting) or []
    return [ProviderConfig.model_validate(entry) for entry in entries]


def left_out(values: Values) -> list[tuple[str, str, list[str]]]:
    """Return the optional providers that will not be there: service, provider, variables not set."""
    return [
        (name, provider.id, absent)
        for name, service in values.services.items()
        for provider in providers_of(service)
        if provider.optional and (absent := _absent(provider.config))
    ]


def needs_database(values: Values) -> bool:
    """Tell whether a service's config names the fleet's database."""
    return any(_names(service.config, DATABASE_URL) for service in values.services.values())


def _with_defaults(tree: Tree) -> Tree:
    """Lay every service over the `defaults`, as the chart does."""
    defaults, services = tree.get("defaults") or {}, tree.get("services") or {}
    if not isinstance(defaults, dict) or not isinstance(services, dict):
        return tree  # the models say what is wrong
    full = {
        name: overlay(defaults, own or {}) if isinstance(own, dict | None) else own
        for name, own in services.items()
    }
    return tree | {"services": full}


def _service_problems(name: str, service: Service, values: Values) -> list[str]:
    """Say what is wrong with one service, one line each."""
    path: KeyPath = ("services", name)
    try:
        model = service_model(api_of(name, service))
    except ConfigError as error:
        return [f"{dotted((*path, 'api'))}: {error}"]
    problems = _problems(model, service.config, (*path, "config"))
    for setting, (_, group) in provider_settings(api_of(name, service)).items():
        if any(f".{setting}" in problem for problem in problems):
            continue
        for place, provider in enumerate(_listed(service, setting)):
            where = (*path, "config", setting, place)
            problems += _provider_problems(group, provider, where)
    return problems or _missing_secrets(name, service, values)


def _auth_problems(values: Values) -> list[str]:
    """Say what is wrong with the section `auth`, one line each."""
    auth = values.auth
    problems = [
        f"auth: names the environment variable {variable}, which is not set"
        for variable in _absent(auth.model_dump(mode="json"))
    ]
    asked = (s for n, s in values.services.items() if api_of(n, s) == "auth" and s.expose)
    if auth.asks_service and not any(asked):
        problems.append("auth: needs the service 'auth'; add it to 'services' with 'expose: true'")
    return problems


def _provider_problems(group: str, provider: ProviderConfig, path: KeyPath) -> list[str]:
    try:
        found = find(group, provider.type)
    except ConfigError as error:
        return [f"{dotted((*path, 'type'))}: {error}"]
    except ImportError as error:
        return [f"{dotted((*path, 'type'))}: {provider.type} cannot be imported: {error}"]
    return _problems(found.Config, provider.config, (*path, "config"))


def _problems(model: type[Config], data: Any, path: KeyPath) -> list[str]:
    try:
        validate(model, data, path)
    except ConfigError as error:
        return str(error).splitlines()
    return []


def _missing_secrets(name: str, service: Service, values: Values) -> list[str]:
    """Name the variables that the service cannot do without, and that are not set."""
    config = dict(service.config)
    for setting in provider_settings(api_of(name, service)):
        config[setting] = [p.config for p in _listed(service, setting) if not p.optional]
    missing = _absent(config)
    given = {DATABASE_URL} if values.postgres.embedded else set()
    where = dotted(("services", name, "config"))
    return [
        f"{where}: names the environment variable {variable}, which is not set"
        for variable in dict.fromkeys(missing)
        if variable not in given
    ]


def _absent(config: Any) -> list[str]:
    return [name for name in absent_secrets(config) if isinstance(name, str)]


def _names(config: Any, variable: str) -> bool:
    """Tell whether `{env: variable}` stands somewhere in `config`."""
    if isinstance(config, dict):
        if config == {"env": variable}:
            return True
        return any(_names(value, variable) for value in config.values())
    return isinstance(config, list) and any(_names(value, variable) for value in config)


def database_given() -> bool:
    """Tell whether the environment already says where the database is."""
    return bool(os.environ.get(DATABASE_URL))
