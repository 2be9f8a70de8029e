"""`remote::bing-search`: the web, by Bing Web Search v7, or a server that speaks it.

Microsoft itself serves this API to existing contracts only; others still do, hence `base_url`.

Format: https://learn.microsoft.com/bing/search-apis/bing-web-search/reference/endpoints
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

_DOOR = Door("Bing", "bing_search_api_key", header="ocp-apim-subscription-key")


class BingSearch(SearchEngine):
    """Asks Bing."""

    class Config(SearchConfig):
        """Where Bing is, and how to be let in."""

        base_url: HttpAddress | Secret = "https://api.bing.microsoft.com/v7.0"
        """Where its API begins."""
        top_k: int = Field(default=3, ge=1, le=50)
        """The most pages that a search gives."""

    def __init__(self, config: Config) -> None:
        super().__init__(_DOOR, config, config.top_k)

    async def search(self, asked: Asked, call: Call) -> Sequence[Page]:
        """Return the pages that Bing found."""
        query: dict[str, Any] = {
            "q": asked.with_operators(),
            "count": self.most,
            "responseFilter": "Webpages",
            "textFormat": "Raw",
        }
        if asked.filters.country:
            query["cc"] = asked.filters.country
        answer = await self.api.get("search", query, _Answer, call)
        return [
            Page(hit.name, hit.url, hit.snippet, published=hit.date_last_crawled)
            for hit in answer.web_pages.value
        ]


class _Hit(msgspec.Struct, rename="camel"):
    url: str
    name: str = ""
    snippet: str = ""
    date_last_crawled: str | None = None


class _WebPages(msgspec.Struct):
    value: list[_Hit] = []


class _Answer(msgspec.Struct, rename={"kind": "_type", "web_pages": "webPages"}):
    """The answer to `GET /search`; without `webPages` where nothing was found."""

    kind: Literal["SearchResponse"]
    web_pages: _WebPages = msgspec.field(default_factory=_WebPages)
