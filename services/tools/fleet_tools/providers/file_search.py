"""`inline::file-search`: what the files in vector stores say, by the fleet's vector-io service."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from pydantic import PositiveInt

from fleet.vector_io.v1 import messages as m
from fleet.vector_io.v1.operations import VectorStoreServiceClient
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_tools.provider import Invocation, Result, Source, Text, Tool
from fleet_tools.stores.asked import Asked, asked_by
from fleet_tools.stores.prompts import Chunk, VectorStoresConfig

_DESCRIPTION = (
    "Search the user's files for passages that answer a question. Gives passages and their files."
)
_SCHEMA = {
    "type": "object",
    "properties": {
        "query": {
            "type": "string",
            "description": "What to look for, as a question or in a few words.",
        }
    },
    "required": ["query"],
}
# OpenAI's name for it, and that of Llama Stack's `builtin::rag`.
TOOLS: Final = {
    name: Tool(name, _DESCRIPTION, _SCHEMA) for name in ("file_search", "knowledge_search")
}
_NAME = "tool_name"


class FileSearch:
    """Searches vector stores. `tool_name` of a group calls its tool `file_search`, or else `knowledge_search`."""

    class Config(BaseConfig):
        """Where vector stores are, and what is made of what they find."""

        vector_io: str = "vector-io"
        """The name of the service that has them."""
        stores_at_once: PositiveInt = 8
        """The most stores that are searched at once, of one call."""
        vector_stores_config: VectorStoresConfig = VectorStoresConfig()
        """The texts around what was found."""

    def __init__(self, config: Config) -> None:
        self._channel = Channel(config.vector_io)
        self._stores = VectorStoreServiceClient(self._channel)
        self._at_once = config.stores_at_once
        self._texts = config.vector_stores_config

    async def aclose(self) -> None:
        """Close the connections."""
        await self._channel.aclose()

    async def tools(self, source: Source, call: Call) -> Sequence[Tool]:
        """Return the one tool.

        Raises:
            InvalidArgument: The group calls it by another name than it may have.
        """
        del call
        tool = TOOLS.get(source.args.get(_NAME, "file_search"))
        if tool is None:
            raise InvalidArgument(f"`{_NAME}` must be one of {', '.join(TOOLS)}.", param=_NAME)
        return [tool]

    async def invoke(self, invocation: Invocation, call: Call) -> Result:
        """Search the stores.

        Raises:
            NotFound: Another tool is meant, or there is no such store.
            InvalidArgument: There is no query, no store, or an option is none.
            FleetError: A store could not be searched.
        """
        if invocation.tool not in TOOLS:
            raise NotFound(
                f"There is no tool '{invocation.tool}' here; there is 'file_search'.",
                code="tool_not_found",
            )
        asked = asked_by(invocation)
        chunks = await self._found(asked, call)
        text = self._texts.written(asked.query, chunks)
        return Result([Text(text)], metadata=_metadata(asked, chunks))

    async def _found(self, asked: Asked, call: Call) -> Sequence[Chunk]:
        """Return the best chunks of all stores, the best first."""
        places = asyncio.Semaphore(self._at_once)
        requests = [asked.of(store) for store in asked.stores]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._searched(request, places, call)) for request in requests
                ]
        except BaseExceptionGroup as errors:
            # The others were cancelled; the first says why.
            raise errors.exceptions[0] from None
        found = [chunk for task in tasks for chunk in task.result()]
        found.sort(key=lambda chunk: -chunk.score)
        return found[: asked.options.max_num_results]

    async def _searched(
        self, request: m.SearchVectorStoreRequest, places: asyncio.Semaphore, call: Call
    ) -> Sequence[Chunk]:
        async with places:
            page = await self._stores.search_vector_store(request, call)
        return [_chunk(result) for result in page.data]


def _chunk(result: m.VectorStoreSearchResult) -> Chunk:
    text = "\n".join(content.text for content in result.content)
    attributes = msgspec.json.decode(result.attributes) if result.attributes else None
    return Chunk(result.file_id, result.filename, result.score, text, attributes or {})


def _metadata(asked: Asked, chunks: Sequence[Chunk]) -> dict[str, Any]:
    """Return what `file_search_call` of the Responses API holds."""
    return {
        "queries": [asked.query],
        "results": [msgspec.to_builtins(chunk) for chunk in chunks],
    }
