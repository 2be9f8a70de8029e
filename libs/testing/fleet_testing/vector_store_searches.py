"""A vector-io service that only searches, as a real gRPC server: each store has chunks with scores.

stores = Stores({"vs_1": [found("file-1", 0.9, "Whales sing.")]})
async with searchable(stores) as addresses:   # the value of `FLEET_ADDRESSES`
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from fleet.vector_io.v1 import messages as m
from fleet.vector_io.v1.operations import SEARCH_VECTOR_STORE, VECTOR_STORE_SERVICE
from fleet_runtime.call import Call
from fleet_runtime.errors import NotFound
from fleet_runtime.operation import Binding, BoundService
from fleet_runtime.serve import serving


def found(file_id: str, score: float, text: str, **attributes: Any) -> m.VectorStoreSearchResult:
    """Return a chunk that a search finds."""
    return m.VectorStoreSearchResult(
        file_id=file_id,
        filename=f"{file_id}.txt",
        score=score,
        attributes=msgspec.Raw(msgspec.json.encode(attributes)),
        content=[m.VectorStoreContent(text=text)],
    )


class Stores:
    """The stores.

    Args:
        chunks: What every search of a store finds, by its id.

    Attributes:
        asked: The requests that came.
        most: How many were under way at once.
        held: While it is not set, no search ends.
    """

    def __init__(self, chunks: Mapping[str, Sequence[m.VectorStoreSearchResult]]) -> None:
        self.asked: list[m.SearchVectorStoreRequest] = []
        self.most = 0
        self.held = asyncio.Event()
        self.held.set()
        self._chunks = chunks
        self._here = 0

    async def search_vector_store(
        self, request: m.SearchVectorStoreRequest, call: Call
    ) -> m.VectorStoreSearchPage:
        """Return the chunks of a store."""
        del call
        self.asked.append(request)
        if request.vector_store_id not in self._chunks:
            raise NotFound(f"There is no vector store '{request.vector_store_id}'.")
        self._here += 1
        self.most = max(self.most, self._here)
        await self.held.wait()
        await asyncio.sleep(0)  # so that those that wait for the same are counted
        self._here -= 1
        data = list(self._chunks[request.vector_store_id])[: request.max_num_results or 10]
        return m.VectorStoreSearchPage(search_query=[str(request.query)], data=data, has_more=False)


@asynccontextmanager
async def searchable(stores: Stores) -> AsyncGenerator[str, None]:
    """Serve them, and yield the value of `FLEET_ADDRESSES` by which they are found."""
    service = BoundService(
        VECTOR_STORE_SERVICE, (Binding(SEARCH_VECTOR_STORE, stores.search_vector_store),)
    )
    async with serving([service]) as address:
        yield f"vector-io={address}"
