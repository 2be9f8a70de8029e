"""`remote::serply-search`: the web, by Serply, which reads Google's pages.

Format: https://serply.io/docs/operations/v1/search
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

_DOOR = Door("Serply", "serply_search_api_key", header="x-api-key")


class SerplySearch(SearchEngine):
    """Asks Serply."""

    class Config(SearchConfig):
        """Where Serply is, and how to be let in."""

        base_url: HttpAddress | Secret = "https://api.serply.io/v1"
        """Where its API begins."""
        max_results: int = Field(default=3, ge=1, le=10)
        """The most pages that a search gives."""

    def __init__(self, config: Config) -> None:
        super().__init__(_DOOR, config, config.max_results)

    async def search(self, asked: Asked, call: Call) -> Sequence[Page]:
        """Return the pages that Serply found."""
        query: dict[str, Any] = {"q": asked.with_operators(), "num": self.most}
        if asked.filters.country:
            query["gl"] = asked.filters.country.lower()
        answer = await self.api.get("search", query, _Answer, call)
        return [Page(hit.title or "", hit.link, hit.description or "") for hit in answer.results]


class _Hit(msgspec.Struct):
    link: str
    title: str | None = None
    description: str | None = None


class _Answer(msgspec.Struct):
    """The answer to `GET /search`."""

    results: list[_Hit]
