"""`remote::exa-search`: the web, by Exa, which finds by meaning.

Format: https://exa.ai/docs/reference/search
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

_DOOR = Door("Exa", "exa_search_api_key", header="x-api-key")
# In characters, of each page, where as much as can be had is wanted.
_THOROUGH = 6000


class ExaSearch(SearchEngine):
    """Asks Exa."""

    class Config(SearchConfig):
        """Where Exa is, and how to be let in."""

        base_url: HttpAddress | Secret = "https://api.exa.ai"
        """Where its API begins."""
        max_results: int = Field(default=3, ge=1, le=100)
        """The most pages that a search gives."""

    def __init__(self, config: Config) -> None:
        super().__init__(_DOOR, config, config.max_results)

    async def search(self, asked: Asked, call: Call) -> Sequence[Page]:
        """Return the pages that Exa found."""
        thorough = {"text": {"maxCharacters": _THOROUGH}}
        content: dict[str, Any] = {
            "query": asked.query,
            "type": "auto",
            "numResults": self.most,
            "contents": thorough if asked.filters.thorough else {"highlights": True},
        }
        # Exa takes no empty lists.
        if asked.filters.allowed_domains:
            content["includeDomains"] = asked.filters.allowed_domains
        if asked.filters.blocked_domains:
            content["excludeDomains"] = asked.filters.blocked_domains
        if asked.filters.country:
            content["userLocation"] = asked.filters.country
        answer = await self.api.post("search", content, _Answer, call)
        return [hit.page() for hit in answer.results]


class _Hit(msgspec.Struct, rename="camel"):
    url: str
    title: str | None = None
    text: str | None = None
    highlights: list[str] = []
    score: float | None = None
    published_date: str | None = None

    def page(self) -> Page:
        content = self.text or "\n".join(self.highlights)
        return Page(self.title or "", self.url, content, self.score, self.published_date)


class _Answer(msgspec.Struct):
    """The answer to `POST /search`."""

    results: list[_Hit]
