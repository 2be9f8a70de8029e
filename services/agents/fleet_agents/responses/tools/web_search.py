"""Searching the web: `web_search`, in all of its versions."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fleet.agents.v1 import messages as m
from fleet.tools.v1 import messages as t
from fleet.tools.v1.operations import ToolRuntimeServiceClient
from fleet_agents.items.ids import item_id
from fleet_agents.responses.events import Event
from fleet_agents.responses.steps import Said
from fleet_agents.responses.tools.query import LONGEST, checked_query, query_of
from fleet_agents.responses.tools.quiet import QuietCall
from fleet_agents.responses.tools.runtime import invoke
from fleet_agents.responses.tools.tool import one_text
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT


class WebSearch:
    """Searches by a tool group of the tools service.

    Args:
        asked: What the request says.
        runtime: The service that runs tools.
        group: Its tool group.
    """

    def __init__(
        self, asked: m.ResponseTool, runtime: ToolRuntimeServiceClient, group: str
    ) -> None:
        self.definition = one_text(
            "web_search",
            "query",
            about="What to look for, in a few words.",
            longest=LONGEST,
            description="Searches the web, and returns the pages that fit the query best.",
        )
        self._runtime = runtime
        self._group = group
        self._settings = _settings(asked)

    def called(self, place: int, call_id: str) -> "WebSearchCall":
        """Return a new call of it."""
        del call_id
        item = m.Item(type="web_search_call", id=item_id("web_search_call"), status="in_progress")
        return WebSearchCall(place, item, self)

    def resumed(self, place: int, item: m.Item) -> "WebSearchCall":
        """Return a call that has been written before."""
        return WebSearchCall(place, item, self)

    async def search(self, query: str, call: Call) -> tuple[Said, list[m.WebSource]]:
        """Return what the model is told, and the pages that were found."""
        request = t.InvokeToolRequest(tool_name="web_search", toolgroup_id=self._group)
        given = await invoke(self._runtime, request, {"query": query, **self._settings}, call)
        sources = given.metadata.get("sources") or []
        return given.told, [m.WebSource(url=str(source["url"])) for source in sources]


class WebSearchCall(QuietCall):
    """One search."""

    def __init__(self, place: int, item: m.Item, search: WebSearch) -> None:
        super().__init__(place, item, ("searching",))
        self._search = search

    def written(self, arguments: str) -> Iterator[Event]:
        """Yield the event that there is a search, and for what."""
        query = query_of(arguments)
        self.item.action = m.WebSearchAction(type="search", query=query, queries=[query])
        yield from super().written(arguments)

    async def run(self, arguments: Mapping[str, Any], call: Call) -> Said:
        """Search, and return what the model is told."""
        query = checked_query(arguments)
        told, sources = await self._search.search(query, call)
        if self.item.action is not None:
            self.item.action = msgspec.structs.replace(self.item.action, sources=sources)
        return told


def _settings(asked: m.ResponseTool) -> dict[str, Any]:
    """Return what the request says of the search, as arguments of the tool."""
    settings: dict[str, Any] = {}
    if asked.filters is not ABSENT:
        settings |= msgspec.json.decode(asked.filters) or {}
    if asked.search_context_size:
        settings["search_context_size"] = asked.search_context_size
    if asked.user_location is not ABSENT:
        settings["user_location"] = msgspec.json.decode(asked.user_location)
    return settings
