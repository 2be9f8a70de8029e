"""Who calls: told by the gateway in metadata, and carried on to whatever is called or kept on their behalf.

The gateway has made sure of it, and takes these headers away from callers; so services believe them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol
from urllib.parse import quote, unquote

CATEGORIES = ("roles", "teams", "projects", "namespaces")
"""What is known of people besides their names, as Llama Stack has it."""
PRINCIPAL = "x-fleet-principal"
TENANT = "x-fleet-tenant"
ATTRIBUTES = {category: f"x-fleet-{category}" for category in CATEGORIES}
"""The header of each category: its values, percent-encoded, joined by commas."""
HEADERS = (PRINCIPAL, TENANT, *ATTRIBUTES.values())
"""All headers that say who calls."""
# Besides letters, digits and `_.-~`. The gateway encodes alike.
_PLAIN = ":@/"


class Headers(Protocol):
    """Where headers are looked up."""

    def header(self, name: str) -> str | None:
        """Return the first header of that name, which is in lower case."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls, or did so once: whose things are.

    Attributes:
        principal: Their name; empty where nobody asked for it.
        tenant: Whose data they work with: nobody sees another tenant's.
        attributes: Their roles, teams, projects and namespaces.
    """

    principal: str = ""
    tenant: str = ""
    attributes: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType({}), hash=False
    )

    def of(self, category: str) -> frozenset[str]:
        """Return the values of one category."""
        return self.attributes.get(category, frozenset())

    def headers(self) -> list[tuple[str, str]]:
        """Return the headers that say so; none for nobody in particular."""
        if not self.principal:
            return []
        told = [(PRINCIPAL, encoded(self.principal)), (TENANT, self.tenant)]
        for category, header in ATTRIBUTES.items():
            if values := self.attributes.get(category):
                told.append((header, ",".join(encoded(value) for value in sorted(values))))
        return told


ANONYMOUS = Caller()
"""Nobody in particular: where no authentication is configured, and the service itself."""

_current: ContextVar[Caller] = ContextVar("caller", default=ANONYMOUS)


def current() -> Caller:
    """Return on whose behalf this code runs."""
    return _current.get()


@contextmanager
def acting_for(caller: Caller) -> Iterator[None]:
    """Run the block, and the tasks that it starts, on behalf of `caller`."""
    token = _current.set(caller)
    try:
        yield
    finally:
        _current.reset(token)


def told(headers: Headers) -> Caller:
    """Return who calls, as the gateway says."""
    principal = headers.header(PRINCIPAL)
    if not principal:
        return ANONYMOUS
    attributes = {
        category: frozenset(unquote(value) for value in text.split(",") if value)
        for category, header in ATTRIBUTES.items()
        if (text := headers.header(header))
    }
    return Caller(unquote(principal), headers.header(TENANT) or "", attributes)


def encoded(value: str) -> str:
    """Return a value as it stands in a header."""
    return quote(value, safe=_PLAIN)
