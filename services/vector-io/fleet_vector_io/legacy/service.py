"""Vector databases, as Llama Stack called vector stores whose names callers chose."""

import re

from fleet.vector_io.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import Conflict, InvalidArgument
from fleet_runtime.operation import Answer
from fleet_runtime.store import PageRequest
from fleet_vector_io import strategies
from fleet_vector_io.config import ServiceConfig
from fleet_vector_io.legacy.databases import database
from fleet_vector_io.legacy.rag_tool import RagTool
from fleet_vector_io.making import Making
from fleet_vector_io.records import StoreRecord
from fleet_vector_io.register import Register

_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
_PIECE = 100


class LegacyVectors:
    """Serves the older operations on the same stores.

    Args:
        config: What requests leave open.
        register: What is known of stores.
        making: Makes stores.
        tool: Puts documents in, and finds them.
    """

    def __init__(
        self, config: ServiceConfig, register: Register, making: Making, tool: RagTool
    ) -> None:
        self._config = config
        self._register = register
        self._making = making
        self._tool = tool

    async def list_vector_dbs(
        self, request: m.ListVectorDbsRequest, call: Call
    ) -> Answer[m.VectorDbList]:
        """List all vector stores."""
        del request, call
        stores: list[StoreRecord] = []
        more, after = True, None
        while more:
            page = await self._register.stores(PageRequest(after, _PIECE, "asc"))
            stores += page.items
            more, after = page.has_more, stores[-1].id if stores else None
        return m.VectorDbList(data=list(map(_told, stores)))

    async def register_vector_db(
        self, request: m.RegisterVectorDbRequest, call: Call
    ) -> Answer[m.VectorDb]:
        """Create a vector store under a name of the caller's."""
        if not _NAME.fullmatch(request.vector_db_id):
            raise InvalidArgument(
                "'vector_db_id' is made of letters, digits, '_', '-' and '.'.",
                code="invalid_value",
                param="vector_db_id",
            )
        plan = m.CreateVectorStoreRequest(
            name=request.vector_db_name or request.vector_db_id,
            provider_id=request.provider_id,
            embedding_model=request.embedding_model,
            embedding_dimension=request.embedding_dimension,
        )
        chunking = strategies.kept(strategies.checked(None, self._config.contextual))
        store = await self._making.planned(plan, chunking, call, request.vector_db_id)
        await self._making.room(store)
        try:
            async with self._register.database.begin() as connection:
                await self._register.add_store(connection, store)
        except Conflict:
            return _told(_same(await self._register.store(store.id), store))
        return _told(store)

    async def get_vector_db(self, request: m.GetVectorDbRequest, call: Call) -> Answer[m.VectorDb]:
        """Get a vector store."""
        del call
        return _told(await database(self._register, request.vector_db_id))

    async def unregister_vector_db(self, request: m.UnregisterVectorDbRequest, call: Call) -> None:
        """Delete a vector store with all its chunks."""
        del call
        await self._making.unmake(await database(self._register, request.vector_db_id))

    async def insert_documents(self, request: m.InsertDocumentsRequest, call: Call) -> None:
        """Cut documents into chunks, and put them in."""
        await self._tool.insert(request, call)

    async def query_documents(
        self, request: m.QueryDocumentsRequest, call: Call
    ) -> Answer[m.QueryDocumentsResponse]:
        """Find what fits a query, as text that a model can be given."""
        return await self._tool.query(request, call)


def _same(known: StoreRecord, asked: StoreRecord) -> StoreRecord:
    """Return the store that is there, if it is what was asked for."""
    settings = ("embedding_model", "dimension", "provider_id")
    if all(getattr(known, name) == getattr(asked, name) for name in settings):
        return known
    raise InvalidArgument(
        f"There is a vector database '{known.id}' with other settings.",
        code="vector_db_exists",
        param="vector_db_id",
    )


def _told(store: StoreRecord) -> m.VectorDb:
    return m.VectorDb(
        identifier=store.id,
        provider_resource_id=store.id,
        provider_id=store.provider_id,
        embedding_model=store.embedding_model,
        embedding_dimension=store.dimension,
        vector_db_name=store.name,
    )
