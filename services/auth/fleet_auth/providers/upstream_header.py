"""Callers that a proxy before the gateway has asked already. Format: Llama Stack's `upstream_header`."""

import ipaddress
from typing import Any

import msgspec

from fleet_auth.claims import texts
from fleet_auth.provider import Asked, Identity
from fleet_auth.refusals import unknown
from fleet_runtime.access.caller import CATEGORIES
from fleet_runtime.access.config import UpstreamHeader
from fleet_runtime.errors import PermissionDenied, Unauthenticated


class ProxiedCaller:
    """Whoever the proxy says, where the call comes from it."""

    def __init__(self, config: UpstreamHeader) -> None:
        self._config = config
        self._networks = [ipaddress.ip_network(cidr) for cidr in config.trusted_proxy_cidrs]

    async def aclose(self) -> None:
        pass

    def remembers_by(self, asked: Asked) -> str | None:
        return None  # there is nothing to wait for

    async def identify(self, asked: Asked) -> Identity:
        if not self._trusted(asked.source):
            raise PermissionDenied(
                "Calls are taken from the proxy alone that knows the callers.",
                code="untrusted_proxy",
            )
        principal = asked.headers.get(self._config.principal_header)
        if not principal:
            raise Unauthenticated(
                f"Authentication required: the header '{self._config.principal_header}' is missing.",
                code="authentication_required",
            )
        tenant = self._config.tenant_header
        return Identity(
            principal, self._attributes(asked), asked.headers.get(tenant) if tenant else None
        )

    def _trusted(self, source: str) -> bool:
        try:
            address = ipaddress.ip_address(source)
        except ValueError:
            return False
        return any(address in network for network in self._networks)

    def _attributes(self, asked: Asked) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        if name := self._config.attributes_header:
            told = _json(asked.headers.get(name, ""))
            for category in CATEGORIES:
                if isinstance(told, dict) and category in told:
                    found.setdefault(category, set()).update(texts(told[category]))
        for name, category in self._config.attribute_headers.items():
            if value := asked.headers.get(name):
                told = _json(value)
                several = texts(told) if isinstance(told, list) else [value]
                found.setdefault(category, set()).update(several)
        return {category: frozenset(values) for category, values in found.items()}


def _json(value: str) -> Any:
    """Return what a header says in JSON; nothing if it is none.

    Raises:
        Unauthenticated: It begins like JSON and is none: half of somebody's attributes might let them in.
    """
    if not value.startswith(("{", "[")):
        return None
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        raise unknown("The proxy's header with attributes is no JSON.") from None
