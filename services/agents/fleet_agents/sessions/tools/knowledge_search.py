"""Searching vector stores: `builtin::rag` and `builtin::file_search`, which models know as `knowledge_search`."""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet.agents.v1 import messages as m
from fleet.vector_io.v1.operations import VectorStoreServiceClient
from fleet_agents.config import SearchConfig
from fleet_agents.responses.tools.file_search import FileSearch
from fleet_agents.responses.tools.query import checked_query
from fleet_agents.responses.tools.runtime import Given
from fleet_agents.responses.tools.tool import one_text
from fleet_agents.sessions.tools.named_group import NamedGroup
from fleet_agents.sessions.tools.tool_here import More, ToolHere
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, NotFound

GROUPS = ("builtin::rag", "builtin::file_search", "builtin::file-search")
"""The groups that are served by vector stores."""

_TOOLS = (None, "knowledge_search", "file_search")


class _Query(msgspec.Struct):
    max_chunks: int | None = None


class _Args(msgspec.Struct):
    vector_db_ids: list[str] = []
    vector_store_ids: list[str] = []
    max_num_results: int | None = None
    query_config: _Query | None = None


class KnowledgeSearch:
    """Searches the stores that a config names.

    Args:
        search: Searches.
    """

    def __init__(self, search: FileSearch) -> None:
        self._search = search

    async def __call__(self, arguments: Mapping[str, Any], call: Call) -> Given:
        """Search."""
        query = checked_query(arguments)
        results = await self._search.results(query, call)
        found = list(dict.fromkeys(result.file_id for result in results))
        metadata = {
            "document_ids": found,
            "chunks": [result.text for result in results],
            "scores": [result.score for result in results],
        }
        return Given(self._search.say(query, results), failed=False, metadata=metadata)


def knowledge_search(
    named: NamedGroup, stores: VectorStoreServiceClient, told: SearchConfig, more: More
) -> ToolHere:
    """Return the tool that a config names.

    Args:
        named: What it says.
        stores: The service that searches.
        told: What the model is told of what was found. It is not asked to cite: messages here have no citations.
        more: Takes what was found, for callers.

    Raises:
        NotFound: The group has no such tool.
        InvalidArgument: The config does not say where to search, or says something wrong.
    """
    if named.tool not in _TOOLS:
        raise NotFound(
            f"The tool group '{named.group}' has no tool '{named.tool}'. Its tool is 'knowledge_search'.",
            code="tool_not_found",
            param="toolgroups",
        )
    plain = told.model_copy(update={"enable_annotations": False})
    search = FileSearch(_asked(named), stores, plain, {})
    definition = one_text(
        "knowledge_search",
        "query",
        about="What the user asks, in the same words.",
        description="Searches the user's documents, and returns the passages that fit the query best.",
    )
    return ToolHere(definition, KnowledgeSearch(search), more)


def _asked(named: NamedGroup) -> m.ResponseTool:
    try:
        args = msgspec.convert(named.args, _Args)
    except msgspec.ValidationError as error:
        raise InvalidArgument(
            f"'args' of '{named.group}' are wrong: {error}", code="invalid_args", param="toolgroups"
        ) from None
    stores = args.vector_store_ids or args.vector_db_ids
    if not stores:
        raise InvalidArgument(
            f"'{named.group}' needs 'args' with 'vector_store_ids' (or 'vector_db_ids'), which say where to search.",
            code="missing_vector_store_ids",
            param="toolgroups",
        )
    most = args.max_num_results or (args.query_config.max_chunks if args.query_config else None)
    return m.ResponseTool(type="file_search", vector_store_ids=stores, max_num_results=most)
