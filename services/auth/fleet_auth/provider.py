"""What the service asks of those who know callers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Asked:
    """A call at the gateway.

    Attributes:
        token: The caller's token or key; empty where there is none.
        method: The HTTP method.
        path: The path, without its query.
        query: The query.
        headers: The headers, without those that hold the token; names are in lower case.
        source: The IP address of who sent it.
    """

    token: str = field(repr=False)
    method: str = ""
    path: str = ""
    query: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls, as a provider knows them.

    Attributes:
        principal: Their name.
        attributes: Their roles, teams, projects and namespaces.
        tenant: Whose data they work with, if the provider says so.
    """

    principal: str
    attributes: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    tenant: str | None = None


class IdentityProvider(Protocol):
    """Knows callers."""

    async def identify(self, asked: Asked) -> Identity:
        """Return who calls.

        Raises:
            Unauthenticated: Nobody that is known.
            PermissionDenied: The call may not come from there.
            Unavailable: Nobody could tell.
        """
        ...

    def remembers_by(self, asked: Asked) -> str | None:
        """Return by what an answer may be found again for a while; `None` if it must not be."""
        ...

    async def aclose(self) -> None:
        """Let go of connections. Called once, after the last request."""
        ...
