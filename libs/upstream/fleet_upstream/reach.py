"""Which hosts may be asked for what a caller names.

An address from a caller could be that of anything which only we reach: another service of the fleet, a database, what a
cloud tells each machine of its keys. So names are looked up here, and who connects gets no address but those that were
found to be public. Between the check and the connection nobody can put another one under the name.

Source: https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import re
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from fleet_runtime.errors import InvalidArgument
from fleet_upstream.dial import resolved

_Address: TypeAlias = IPv4Address | IPv6Address
_Network: TypeAlias = IPv4Network | IPv6Network

# A network, an address or a host's name.
_ALLOWED = re.compile(r"[\da-fA-F:.]+(/\d{1,3})?|\.?[\w-]+(\.[\w-]+)*\.?")

# All that is public in IPv6: https://www.iana.org/assignments/ipv6-address-space
_PUBLIC_V6 = IPv6Network("2000::/3")
# What is not public, but is for `ipaddress`.
_NOT_PUBLIC: tuple[_Network, ...] = (
    IPv4Network("168.63.129.16"),  # Azure's, which tells a machine of itself
    IPv4Network("192.0.0.0/24"),  # RFC 6890; Oracle's is in there
    IPv4Network("192.88.99.0/24"),  # relays to the next one, RFC 7526
    IPv6Network("2002::/16"),  # holds addresses of IPv4, RFC 3056
)


class Reach:
    """Finds the addresses of hosts, and tells those that may be connected to from others.

    Args:
        allowed: What may be connected to although it is not public: networks as `10.1.0.0/16`, and hosts by name, where
            `.corp` is every host of that domain.
        advice: What would help where a host may not be, for the caller to read: where it can be allowed.
    """

    def __init__(self, allowed: Sequence[str], advice: str) -> None:
        self._advice = advice
        found = {entry: network_of(entry) for entry in allowed}
        self._networks = [network for network in found.values() if network]
        self._hosts = [_plain(entry) for entry, network in found.items() if network is None]

    async def resolve(self, host: str, port: int) -> list[tuple[str, int]]:
        """Return the addresses of a host that may be connected to.

        Raises:
            OSError: It has none at all.
            InvalidArgument: None of them may.
        """
        found = await resolved(host, port)
        if self._is_named(host):
            return found
        good = [(text, number) for text, number in found if self._is_open(ip_address(text))]
        if not good:
            raise InvalidArgument(
                f"Nothing is asked of '{host}', which has no public address. {self._advice}",
                code="address_not_allowed",
            )
        return good

    def _is_named(self, host: str) -> bool:
        name = _plain(host)
        return any(
            name == each or (each[:1] == "." and name.endswith(each)) for each in self._hosts
        )

    def _is_open(self, address: _Address) -> bool:
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return _is_public(address) or any(address in network for network in self._networks)


def _checked(allowed: list[str]) -> list[str]:
    """Return `allowed` if a `Reach` can be built with it.

    Raises:
        ValueError: An entry is neither a network nor a host.
    """
    wrong = next((entry for entry in allowed if not _ALLOWED.fullmatch(entry)), None)
    if wrong is not None:
        raise ValueError(f"{wrong!r} is neither a network nor the name of a host")
    for entry in allowed:
        if "/" in entry or ":" in entry:
            ip_network(entry)
    return allowed


AllowedHosts: TypeAlias = Annotated[list[str], AfterValidator(_checked)]
"""A setting: what may be connected to although it is not public, as for `Reach`."""


def network_of(text: str) -> _Network | None:
    """Return the network that `text` names, if it does."""
    try:
        return ip_network(text)
    except ValueError:
        return None


def _is_public(address: _Address) -> bool:
    if address.is_multicast or not address.is_global:
        return False
    is_known = isinstance(address, IPv4Address) or address in _PUBLIC_V6
    return is_known and not any(address in network for network in _NOT_PUBLIC)


def _plain(host: str) -> str:
    """Return a host's name as it is compared."""
    return host.rstrip(".").lower()
