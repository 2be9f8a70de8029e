"""The operations on shields: listing them, and registering some."""

from typing import Any

import msgspec

from fleet.safety.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.operation import Answer
from fleet_safety.provider import Shield
from fleet_safety.shields import Shields


class Registry:
    """Says which shields there are, and takes new ones.

    Args:
        shields: The shields.
    """

    def __init__(self, shields: Shields) -> None:
        self._shields = shields

    async def list_shields(self, request: m.ListShieldsRequest, call: Call) -> Answer[m.ShieldList]:
        """List all shields."""
        del request, call
        return m.ShieldList(data=[told(shield) for shield in self._shields.all()])

    async def get_shield(self, request: m.GetShieldRequest, call: Call) -> Answer[m.Shield]:
        """Get one shield."""
        del call
        return told(await self._shields.get(request.identifier))

    async def register_shield(
        self, request: m.RegisterShieldRequest, call: Call
    ) -> Answer[m.Shield]:
        """Register a shield."""
        del call
        shield = Shield(
            request.shield_id,
            self._provider(request.provider_id),
            request.provider_shield_id or request.shield_id,
            _object(request.params),
        )
        await self._shields.add(shield)
        return told(shield)

    async def unregister_shield(self, request: m.UnregisterShieldRequest, call: Call) -> None:
        """Take a registered shield away."""
        del call
        await self._shields.remove(request.identifier)

    def _provider(self, provider_id: str | None) -> str:
        """Return the provider that is meant: the only one, if none is named."""
        known = self._shields.provider_ids
        if provider_id is None and len(known) == 1:
            return known[0]
        if provider_id not in known:
            raise InvalidArgument(
                f"'provider_id' must be one of: {', '.join(known)}.",
                code="unknown_provider",
                param="provider_id",
            )
        return provider_id


def told(shield: Shield) -> m.Shield:
    """Return a shield as callers see it."""
    return m.Shield(
        identifier=shield.id,
        provider_resource_id=shield.name,
        provider_id=shield.provider,
        params=msgspec.Raw(msgspec.json.encode(shield.params)),
    )


def _object(text: msgspec.Raw) -> dict[str, Any]:
    """Return the JSON object that a `params` field holds."""
    value = {} if text is ABSENT else msgspec.json.decode(text)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidArgument("'params' must be an object.", code="invalid_value", param="params")
    return value
