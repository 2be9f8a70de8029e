"""The shields of a config."""

from collections.abc import Iterable, Mapping, Sequence

from fleet_runtime.config import ConfigError
from fleet_runtime.errors import FleetError
from fleet_runtime.providers import Opened
from fleet_safety.config import ShieldConfig
from fleet_safety.provider import SafetyProvider, Shield


def configured(
    shields: Iterable[ShieldConfig],
    providers: Mapping[str, Opened[SafetyProvider]],
    known: Sequence[str],
) -> dict[str, Shield]:
    """Return the shields of a config, by name. Those of a provider that is left out are left out.

    Args:
        shields: As the config has them.
        providers: The providers that are open.
        known: The ids of all that the config has.

    Raises:
        ConfigError: One has no provider, or is not as that wants it.
    """
    found: dict[str, Shield] = {}
    for place, entry in enumerate(shields):
        shield = _shield(entry, known, f"shields[{place}]")
        if shield.id in found:
            raise ConfigError(f"shields[{place}].shield_id: {shield.id!r} is there twice")
        found[shield.id] = shield
        if shield.provider in providers:
            _check(providers[shield.provider].provider, shield, f"shields[{place}]")
    return found


def _shield(entry: ShieldConfig, known: Sequence[str], where: str) -> Shield:
    provider = entry.provider_id or (known[0] if len(known) == 1 else None)
    if provider is None or provider not in known:
        raise ConfigError(f"{where}.provider_id: must be one of: {', '.join(known)}")
    name = entry.provider_shield_id or entry.shield_id
    return Shield(entry.shield_id, provider, name, entry.params)


def _check(provider: SafetyProvider, shield: Shield, where: str) -> None:
    try:
        provider.check(shield)
    except FleetError as error:
        raise ConfigError(f"{where}: {error.message}") from None
