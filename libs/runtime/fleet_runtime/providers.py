"""Finding and opening providers.

A provider is a class that an entry point names in the group of its API, such as `fleet.inference`; the class's `Config`
says what settings it takes. There is no other registration, for ours and for others' alike.
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Any, Generic, Protocol, TypeVar

import structlog

from fleet_runtime.config import (
    Config,
    ConfigError,
    ProviderConfig,
    absent_secrets,
    dotted,
    validate,
)

log = structlog.get_logger()


class Provider(Protocol):
    """What the fleet asks of every provider, whatever its API.

    It is built as `cls(config)` from its own `Config`, on the running event loop, and is complete then.
    """

    async def aclose(self) -> None:
        """Let go of connections. Called once, after the last request."""


ProviderT = TypeVar("ProviderT", bound=Provider)


@dataclass(frozen=True, slots=True)
class Opened(Generic[ProviderT]):
    """An open provider, and the config that it came from."""

    config: ProviderConfig
    provider: ProviderT


def find(group: str, name: str) -> type[Any]:
    """Import the provider class that is installed as `name` in `group`.

    Raises:
        ConfigError: There is none of that name.
    """
    installed = entry_points(group=group)
    if name not in installed.names:
        near = get_close_matches(name, installed.names, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        known = ", ".join(sorted(installed.names)) or "none"
        raise ConfigError(f"there is no provider {name!r}; {hint}installed: {known}")
    provider: type[Any] = installed[name].load()
    return provider


def settings(group: str, entry: ProviderConfig, path: tuple[str | int, ...] = ()) -> Config:
    """Check the settings of a provider against its own `Config`.

    Raises:
        ConfigError: The provider or one of its settings is wrong; `path` is where it stands in the service's config.
    """
    try:
        provider = find(group, entry.type)
    except ConfigError as error:
        raise ConfigError(f"{dotted(path)}: {error}") from None
    config: Config = validate(provider.Config, entry.config, (*path, "config"))
    return config


def wanted(entries: Iterable[ProviderConfig]) -> list[tuple[int, ProviderConfig]]:
    """Return the providers to open, each with its place among `entries`.

    Optional ones whose secrets are absent are left out, loudly.
    """
    found = []
    for place, entry in enumerate(entries):
        absent = absent_secrets(entry.config) if entry.optional else []
        if absent:
            log.warning("provider.left_out", provider=entry.id, type=entry.type, not_set=absent)
        else:
            found.append((place, entry))
    return found


@asynccontextmanager
async def opened(
    group: str, entries: Iterable[ProviderConfig]
) -> AsyncGenerator[dict[str, Opened[Any]], None]:
    """Open the configured providers, by id, and close them in reverse order."""
    async with AsyncExitStack() as stack:
        providers: dict[str, Opened[Any]] = {}
        for place, entry in wanted(entries):
            if entry.id in providers:
                raise ConfigError(
                    f"providers[{place}].id: {entry.id!r} is the id of another provider"
                )
            config = settings(group, entry, ("providers", place))
            provider = find(group, entry.type)(config)
            stack.push_async_callback(provider.aclose)
            providers[entry.id] = Opened(entry, provider)
        yield providers
