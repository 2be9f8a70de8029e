"""`remote::brave-search`: the web, by Brave's own index.

Format: https://api-dashboard.search.brave.com/app/documentation/web-search/get-started
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
from fleet_tools.web_search.found import Page, plain
from fleet_tools.web_search.settings import SearchConfig
from fleet_upstream.settings import HttpAddress

_DOOR = Door(
    "Brave Search",
    "brave_search_api_key",
    header="x-subscription-token",
    bad_key=b"SUBSCRIPTION_TOKEN_INVALID",  # under 422
)


class BraveSearch(SearchEngine):
    """Asks Brave Search."""

    class Config(SearchConfig):
        """Where Brave Search is, and how to be let in."""

        base_url: HttpAddress | Secret = "https://api.search.brave.com/res/v1"
        """Where its API begins."""
        max_results: int = Field(default=3, ge=1, le=20)
        """The most pages that a search gives."""

    def __init__(self, config: Config) -> None:
        super().__init__(_DOOR, config, config.max_results)

    async def search(self, asked: Asked, call: Call) -> Sequence[Page]:
        """Return the pages that Brave found."""
        query: dict[str, Any] = {
            "q": asked.with_operators(),
            "count": self.most,
            "result_filter": "web",
            "text_decorations": "false",
        }
        if asked.filters.country:
            query["country"] = asked.filters.country
        if asked.filters.thorough:
            query["extra_snippets"] = "true"
        answer = await self.api.get("web/search", query, _Answer, call)
        return [hit.page() for hit in answer.web.results]


class _Hit(msgspec.Struct):
    url: str
    title: str = ""
    description: str = ""
    extra_snippets: list[str] = []
    page_age: str | None = None

    def page(self) -> Page:
        content = "\n".join([self.description, *self.extra_snippets])
        return Page(plain(self.title), self.url, plain(content), published=self.page_age)


class _Web(msgspec.Struct):
    results: list[_Hit] = []


class _Answer(msgspec.Struct):
    """The answer to `GET /web/search`; without `web` where nothing was found."""

    type: Literal["search"]
    web: _Web = msgspec.field(default_factory=_Web)
