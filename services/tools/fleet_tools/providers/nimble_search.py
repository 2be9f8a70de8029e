"""`remote::nimble-search`: the web, by Nimble, which reads pages of search engines.

Format: https://docs.nimbleway.com/api-reference/search/search
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from pydantic import Field

from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_tools.web_search.api import Door
from fleet_tools.web_search.asked import Asked
from fleet_tools.web_search.engine import SearchEngine
from fleet_tools.web_search.found import Page
from fleet_tools.web_search.settings import SearchConfig
from fleet_upstream.settings import HttpAddress

_DOOR = Door("Nimble", "nimble_search_api_key", scheme="Bearer ")


class NimbleSearch(SearchEngine):
    """Asks Nimble."""

    class Config(SearchConfig):
        """Where Nimble is, and how to be let in."""

        base_url: HttpAddress | Secret = "https://sdk.nimbleway.com/v1"
        """Where its API begins."""
        max_results: int = Field(default=3, ge=1, le=100)
        """The most pages that a search gives."""
        search_depth: Literal["lite", "deep"] = "lite"
        """What a search gives of each page: its description, or all that it says."""

    def __init__(self, config: Config) -> None:
        super().__init__(_DOOR, config, config.max_results)
        self._depth = config.search_depth

    async def search(self, asked: Asked, call: Call) -> Sequence[Page]:
        """Return the pages that Nimble found."""
        content: dict[str, Any] = {
            "query": asked.query,
            "max_results": self.most,
            "search_depth": self._depth,
        }
        if asked.filters.allowed_domains:
            content["include_domains"] = asked.filters.allowed_domains
        if asked.filters.blocked_domains:
            content["exclude_domains"] = asked.filters.blocked_domains
        if asked.filters.country:
            content["country"] = asked.filters.country
        answer = await self.api.post("search", content, _Answer, call)
        return [
            Page(hit.title or "", hit.url, hit.content or hit.description or "")
            for hit in answer.results
        ]


class _Hit(msgspec.Struct):
    url: str
    title: str | None = None
    description: str | None = None
    content: str | None = None


class _Answer(msgspec.Struct):
    """The answer to `POST /search`."""

    results: list[_Hit]
