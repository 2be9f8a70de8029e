"""Searching vector stores: `file_search`."""

import asyncio
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from typing import Any

import msgspec

from fleet.agents.v1 import messages as m
from fleet.vector_io.v1 import messages as v
from fleet.vector_io.v1.operations import VectorStoreServiceClient
from fleet_agents.config import SearchConfig
from fleet_agents.items.ids import item_id
from fleet_agents.responses.events import Event
from fleet_agents.responses.tools.query import LONGEST, checked_query, query_of
from fleet_agents.responses.tools.quiet import QuietCall
from fleet_agents.responses.tools.tool import one_text
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument

# Where the request leaves it open.
_MOST = 10


class FileSearch:
    """Searches the stores that a request names.

    Args:
        asked: What the request says.
        stores: The service that searches.
        told: What the model is told of what was found.
        found: Takes the names of the files that are found, by their ids.
    """

    def __init__(
        self,
        asked: m.ResponseTool,
        stores: VectorStoreServiceClient,
        told: SearchConfig,
        found: MutableMapping[str, str],
    ) -> None:
        if not asked.vector_store_ids:
            raise InvalidArgument(
                "A 'file_search' needs 'vector_store_ids'.",
                code="missing_vector_store_ids",
                param="tools",
            )
        self.definition = one_text(
            "file_search",
            "query",
            about="What the user asks, in the same words.",
            longest=LONGEST,
            description="Searches the user's files, and returns the passages that fit the query best.",
        )
        self._asked = asked
        self._ranking = _ranking(asked.ranking_options)
        self._stores = stores
        self._told = told
        self._found = found

    def called(self, place: int, call_id: str) -> "FileSearchCall":
        """Return a new call of it."""
        del call_id
        item = m.Item(
            type="file_search_call",
            id=item_id("file_search_call"),
            status="in_progress",
            queries=[],
        )
        return FileSearchCall(place, item, self)

    def resumed(self, place: int, item: m.Item) -> "FileSearchCall":
        """Return a call that has been written before."""
        return FileSearchCall(place, item, self)

    async def results(self, query: str, call: Call) -> list[m.FileSearchResult]:
        """Return what fits a query best in all stores, best first; its files may be cited from now on."""
        pages = await asyncio.gather(
            *(self._search(store, query, call) for store in self._asked.vector_store_ids or ())
        )
        results = [_result(hit) for page in pages for hit in page.data]
        results.sort(key=lambda result: -result.score)
        results = results[: self._asked.max_num_results or _MOST]
        self._found.update({result.file_id: result.filename for result in results})
        return results

    async def _search(self, store: str, query: str, call: Call) -> v.VectorStoreSearchPage:
        asked = v.SearchVectorStoreRequest(
            vector_store_id=store,
            query=query,
            max_num_results=self._asked.max_num_results or _MOST,
            filters=self._asked.filters,
        )
        if self._ranking is not None:
            asked.ranking_options = self._ranking
        return await self._stores.search_vector_store(asked, call)

    def say(self, query: str, results: Sequence[m.FileSearchResult]) -> str:
        """Return what the model is told of `results`."""
        told = self._told
        passages = [
            _filled(
                told.chunk_annotation_template,
                index=str(place),
                filename=result.filename,
                file_id=result.file_id,
                content=result.text,
            )
            for place, result in enumerate(results, 1)
        ]
        cite = told.annotation_instruction_template if told.enable_annotations and results else ""
        header = _filled(told.header_template, num_chunks=str(len(results)), query=query)
        return "".join([header, *passages, told.footer_template, cite])


class FileSearchCall(QuietCall):
    """One search."""

    def __init__(self, place: int, item: m.Item, search: FileSearch) -> None:
        super().__init__(place, item, ("searching",))
        self._search = search

    def written(self, arguments: str) -> Iterator[Event]:
        """Yield the event that there is a search, and for what."""
        self.item.queries = [query_of(arguments)]
        yield from super().written(arguments)

    async def run(self, arguments: Mapping[str, Any], call: Call) -> str:
        """Search, and return what the model is told."""
        query = checked_query(arguments)
        self.item.results = await self._search.results(query, call)
        return self._search.say(query, self.item.results)


def _result(hit: v.VectorStoreSearchResult) -> m.FileSearchResult:
    text = "\n".join(content.text for content in hit.content)
    return m.FileSearchResult(
        attributes=hit.attributes,
        file_id=hit.file_id,
        filename=hit.filename,
        score=hit.score,
        text=text,
    )


def _ranking(options: msgspec.Raw) -> v.SearchRankingOptions | None:
    if options is ABSENT:
        return None
    try:
        return msgspec.json.decode(options, type=v.SearchRankingOptions)
    except msgspec.DecodeError as error:
        raise InvalidArgument(
            f"'ranking_options' of a 'file_search' is wrong: {error}",
            code="invalid_ranking_options",
            param="tools",
        ) from None


def _filled(template: str, **values: str) -> str:
    """Put values in by name. Braces that stand for nothing stay: the templates are people's texts."""
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template
