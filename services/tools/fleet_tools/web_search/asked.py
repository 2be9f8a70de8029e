"""What is asked of a search engine: a query, and what narrows the search.

Names and meanings of the filters: https://platform.openai.com/docs/guides/tools-web-search
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from fleet_runtime.errors import InvalidArgument
from fleet_tools.provider import Invocation

# In characters. No engine reads more.
_LONGEST_QUERY = 2000
_MOST_DOMAINS = 100
# What else stands in a domain would be an operator of an engine's own.
_DOMAIN = re.compile(r"(?!-)[\w-]+(\.[\w-]+)+")
_NARROWING = (
    "filters",
    "allowed_domains",
    "blocked_domains",
    "search_context_size",
    "user_location",
)

Domains = Annotated[tuple[str, ...], msgspec.Meta(max_length=_MOST_DOMAINS)]


class Location(msgspec.Struct, frozen=True):
    """Where the user is, roughly.

    Attributes:
        country: The two letters of ISO 3166-1.
        region: Such as a state.
        city: The city.
        timezone: IANA's name.
    """

    country: str | None = None
    region: str | None = None
    city: str | None = None
    timezone: str | None = None


class Filters(msgspec.Struct, frozen=True):
    """What narrows a search.

    Attributes:
        allowed_domains: The only domains to look at, with those below them. All if empty.
        blocked_domains: Domains not to look at.
        search_context_size: How much of each page is wanted.
        user_location: Where the user is.
    """

    allowed_domains: Domains = ()
    blocked_domains: Domains = ()
    search_context_size: Literal["low", "medium", "high"] = "medium"
    user_location: Location | None = None

    @property
    def country(self) -> str | None:
        """The two letters of the user's country, if they are known, in capitals."""
        country = self.user_location and self.user_location.country
        return country.upper() if country else None

    @property
    def thorough(self) -> bool:
        """Whether as much as can be had of each page is wanted."""
        return self.search_context_size == "high"


class Asked(msgspec.Struct, frozen=True):
    """A query, and what narrows the search."""

    query: str
    filters: Filters

    def with_operators(self) -> str:
        """Return the query with the domains as search operators, for engines that have no parameter for them."""
        allowed = " OR ".join(f"site:{domain}" for domain in self.filters.allowed_domains)
        blocked = [f"-site:{domain}" for domain in self.filters.blocked_domains]
        return " ".join([self.query, *([f"({allowed})"] if allowed else []), *blocked])


def asked_by(invocation: Invocation) -> Asked:
    """Read an invocation. What the group's settings say stands above what the model says.

    Raises:
        InvalidArgument: There is no query, or a filter is none.
    """
    filters = _filters(invocation.arguments) | _filters(invocation.source.args)
    return Asked(query_of(invocation.arguments), _converted(filters))


def query_of(arguments: Mapping[str, Any]) -> str:
    """Return the query among the arguments of a tool.

    Raises:
        InvalidArgument: There is none, or it is too long.
    """
    query = arguments.get("query")
    if not isinstance(query, str) or not query.strip():
        raise InvalidArgument("`query` must be a text that is not empty.", param="query")
    if len(query) > _LONGEST_QUERY:
        raise InvalidArgument(
            f"`query` is longer than {_LONGEST_QUERY} characters; shorten it.", param="query"
        )
    return query.strip()


def _filters(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters among arguments or settings; those under `filters` stand beside the others."""
    found = {name: told[name] for name in _NARROWING if told.get(name) is not None}
    inner = found.pop("filters", {})
    if not isinstance(inner, Mapping):
        raise InvalidArgument("`filters` must be an object.", param="filters")
    return found | {name: inner[name] for name in _NARROWING if inner.get(name) is not None}


def _converted(told: dict[str, Any]) -> Filters:
    try:
        filters = msgspec.convert(told, Filters)
    except msgspec.ValidationError as error:
        raise InvalidArgument(f"A filter of the search is wrong: {error}.") from None
    for domain in (*filters.allowed_domains, *filters.blocked_domains):
        if not _DOMAIN.fullmatch(domain):
            raise InvalidArgument(
                f"{domain!r} is no domain; write it as 'example.com', without 'https://' and path."
            )
    return filters
