"""`remote::tavily-search`: the web, by Tavily, which picks what fits out of the pages.

Format: https://docs.tavily.com/documentation/api-reference/endpoint/search
"""

from collections.abc import Sequence
from typing import Any

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

_DOOR = Door("Tavily", "tavily_search_api_key", scheme="Bearer ")


class TavilySearch(SearchEngine):
    """Asks Tavily. It wants countries by their English names, so `user_location.country` has no effect."""

    class Config(SearchConfig):
        """Where Tavily is, and how to be let in."""

        base_url: HttpAddress | Secret = "https://api.tavily.com"
        """Where its API begins."""
        max_results: int = Field(default=3, ge=1, le=20)
        """The most pages that a search gives."""

    def __init__(self, config: Config) -> None:
        super().__init__(_DOOR, config, config.max_results)

    async def search(self, asked: Asked, call: Call) -> Sequence[Page]:
        """Return the pages that Tavily found."""
        content: dict[str, Any] = {
            "query": asked.query,
            "max_results": self.most,
            "search_depth": "advanced" if asked.filters.thorough else "basic",
            "include_domains": asked.filters.allowed_domains,
            "exclude_domains": asked.filters.blocked_domains,
        }
        answer = await self.api.post("search", content, _Answer, call)
        return [
            Page(hit.title or "", hit.url, hit.content or "", hit.score, hit.published_date)
            for hit in answer.results
        ]


class _Hit(msgspec.Struct):
    url: str
    title: str | None = None
    content: str | None = None
    score: float | None = None
    published_date: str | None = None


class _Answer(msgspec.Struct):
    """The answer to `POST /search`."""

    results: list[_Hit]
