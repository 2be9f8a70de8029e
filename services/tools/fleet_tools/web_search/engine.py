"""A tools provider with one tool: a search of the web."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final

from fleet_runtime.call import Call
from fleet_runtime.errors import NotFound
from fleet_tools.provider import Invocation, Result, Source, Tool
from fleet_tools.web_search.api import Door, SearchApi
from fleet_tools.web_search.asked import Asked, asked_by
from fleet_tools.web_search.found import Page, result_of
from fleet_tools.web_search.settings import SearchConfig

WEB_SEARCH: Final = Tool(
    name="web_search",
    description="Search the web for what is new, or not known. Gives titles, addresses and excerpts of pages.",
    input_schema={
        "type": "object",
        "properties": {
            "query": {"type": "string", "description": "What to look for, in a few words."}
        },
        "required": ["query"],
    },
)


class SearchEngine(ABC):
    """One search engine.

    Args:
        door: How it lets one in.
        config: Where it is.
        most: How many pages are given at most.
    """

    def __init__(self, door: Door, config: SearchConfig, most: int) -> None:
        self.api = SearchApi(door, config)
        self.most = most

    async def aclose(self) -> None:
        """Close all connections."""
        await self.api.aclose()

    async def tools(self, source: Source, call: Call) -> Sequence[Tool]:
        """Return the one tool."""
        del source, call
        return [WEB_SEARCH]

    async def invoke(self, invocation: Invocation, call: Call) -> Result:
        """Search the web.

        Raises:
            NotFound: Another tool is meant.
            InvalidArgument: There is no query, no key, or a filter is none.
            FleetError: The engine refused, or cannot be reached.
        """
        if invocation.tool != WEB_SEARCH.name:
            raise NotFound(
                f"There is no tool '{invocation.tool}' here; there is '{WEB_SEARCH.name}'.",
                code="tool_not_found",
            )
        asked = asked_by(invocation)
        return result_of(asked, await self.search(asked, call), self.most)

    @abstractmethod
    async def search(self, asked: Asked, call: Call) -> Sequence[Page]:
        """Return the pages that the engine found, the best first.

        Raises:
            FleetError: The engine refused, or cannot be reached.
        """
