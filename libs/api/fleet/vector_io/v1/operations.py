"""Operations of `fleet.vector_io.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.vector_io.v1 import codec, messages as m
from fleet.vector_io.v1 import legacy_pb2
from fleet.vector_io.v1 import vector_io_pb2
from fleet.vector_io.v1 import vector_stores_pb2
from fleet_runtime.dialect import LLAMA_STACK
from fleet_runtime.operation import NOTHING
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.operation import (
    Answer,
    Binding,
    BoundService,
    MessageType,
    Operation,
    Route,
    Stream,
)

_CancelVectorStoreFileBatchRequest = MessageType(
    m.CancelVectorStoreFileBatchRequest,
    vector_stores_pb2.CancelVectorStoreFileBatchRequest,
    codec.cancel_vector_store_file_batch_request_to_proto,
    codec.cancel_vector_store_file_batch_request_from_proto,
)
_CreateVectorStoreFileBatchRequest = MessageType(
    m.CreateVectorStoreFileBatchRequest,
    vector_stores_pb2.CreateVectorStoreFileBatchRequest,
    codec.create_vector_store_file_batch_request_to_proto,
    codec.create_vector_store_file_batch_request_from_proto,
)
_CreateVectorStoreFileRequest = MessageType(
    m.CreateVectorStoreFileRequest,
    vector_stores_pb2.CreateVectorStoreFileRequest,
    codec.create_vector_store_file_request_to_proto,
    codec.create_vector_store_file_request_from_proto,
)
_CreateVectorStoreRequest = MessageType(
    m.CreateVectorStoreRequest,
    vector_stores_pb2.CreateVectorStoreRequest,
    codec.create_vector_store_request_to_proto,
    codec.create_vector_store_request_from_proto,
)
_DeleteChunksRequest = MessageType(
    m.DeleteChunksRequest,
    vector_io_pb2.DeleteChunksRequest,
    codec.delete_chunks_request_to_proto,
    codec.delete_chunks_request_from_proto,
)
_DeleteVectorStoreFileRequest = MessageType(
    m.DeleteVectorStoreFileRequest,
    vector_stores_pb2.DeleteVectorStoreFileRequest,
    codec.delete_vector_store_file_request_to_proto,
    codec.delete_vector_store_file_request_from_proto,
)
_DeleteVectorStoreRequest = MessageType(
    m.DeleteVectorStoreRequest,
    vector_stores_pb2.DeleteVectorStoreRequest,
    codec.delete_vector_store_request_to_proto,
    codec.delete_vector_store_request_from_proto,
)
_GetVectorDbRequest = MessageType(
    m.GetVectorDbRequest,
    legacy_pb2.GetVectorDbRequest,
    codec.get_vector_db_request_to_proto,
    codec.get_vector_db_request_from_proto,
)
_GetVectorStoreFileBatchRequest = MessageType(
    m.GetVectorStoreFileBatchRequest,
    vector_stores_pb2.GetVectorStoreFileBatchRequest,
    codec.get_vector_store_file_batch_request_to_proto,
    codec.get_vector_store_file_batch_request_from_proto,
)
_GetVectorStoreFileContentRequest = MessageType(
    m.GetVectorStoreFileContentRequest,
    vector_stores_pb2.GetVectorStoreFileContentRequest,
    codec.get_vector_store_file_content_request_to_proto,
    codec.get_vector_store_file_content_request_from_proto,
)
_GetVectorStoreFileRequest = MessageType(
    m.GetVectorStoreFileRequest,
    vector_stores_pb2.GetVectorStoreFileRequest,
    codec.get_vector_store_file_request_to_proto,
    codec.get_vector_store_file_request_from_proto,
)
_GetVectorStoreRequest = MessageType(
    m.GetVectorStoreRequest,
    vector_stores_pb2.GetVectorStoreRequest,
    codec.get_vector_store_request_to_proto,
    codec.get_vector_store_request_from_proto,
)
_InsertChunksRequest = MessageType(
    m.InsertChunksRequest,
    vector_io_pb2.InsertChunksRequest,
    codec.insert_chunks_request_to_proto,
    codec.insert_chunks_request_from_proto,
)
_InsertDocumentsRequest = MessageType(
    m.InsertDocumentsRequest,
    legacy_pb2.InsertDocumentsRequest,
    codec.insert_documents_request_to_proto,
    codec.insert_documents_request_from_proto,
)
_ListVectorDbsRequest = MessageType(
    m.ListVectorDbsRequest,
    legacy_pb2.ListVectorDbsRequest,
    codec.list_vector_dbs_request_to_proto,
    codec.list_vector_dbs_request_from_proto,
)
_ListVectorStoreFileBatchFilesRequest = MessageType(
    m.ListVectorStoreFileBatchFilesRequest,
    vector_stores_pb2.ListVectorStoreFileBatchFilesRequest,
    codec.list_vector_store_file_batch_files_request_to_proto,
    codec.list_vector_store_file_batch_files_request_from_proto,
)
_ListVectorStoreFilesRequest = MessageType(
    m.ListVectorStoreFilesRequest,
    vector_stores_pb2.ListVectorStoreFilesRequest,
    codec.list_vector_store_files_request_to_proto,
    codec.list_vector_store_files_request_from_proto,
)
_ListVectorStoresRequest = MessageType(
    m.ListVectorStoresRequest,
    vector_stores_pb2.ListVectorStoresRequest,
    codec.list_vector_stores_request_to_proto,
    codec.list_vector_stores_request_from_proto,
)
_QueryChunksRequest = MessageType(
    m.QueryChunksRequest,
    vector_io_pb2.QueryChunksRequest,
    codec.query_chunks_request_to_proto,
    codec.query_chunks_request_from_proto,
)
_QueryChunksResponse = MessageType(
    m.QueryChunksResponse,
    vector_io_pb2.QueryChunksResponse,
    codec.query_chunks_response_to_proto,
    codec.query_chunks_response_from_proto,
)
_QueryDocumentsRequest = MessageType(
    m.QueryDocumentsRequest,
    legacy_pb2.QueryDocumentsRequest,
    codec.query_documents_request_to_proto,
    codec.query_documents_request_from_proto,
)
_QueryDocumentsResponse = MessageType(
    m.QueryDocumentsResponse,
    legacy_pb2.QueryDocumentsResponse,
    codec.query_documents_response_to_proto,
    codec.query_documents_response_from_proto,
)
_RegisterVectorDbRequest = MessageType(
    m.RegisterVectorDbRequest,
    legacy_pb2.RegisterVectorDbRequest,
    codec.register_vector_db_request_to_proto,
    codec.register_vector_db_request_from_proto,
)
_SearchVectorStoreRequest = MessageType(
    m.SearchVectorStoreRequest,
    vector_stores_pb2.SearchVectorStoreRequest,
    codec.search_vector_store_request_to_proto,
    codec.search_vector_store_request_from_proto,
)
_UnregisterVectorDbRequest = MessageType(
    m.UnregisterVectorDbRequest,
    legacy_pb2.UnregisterVectorDbRequest,
    codec.unregister_vector_db_request_to_proto,
    codec.unregister_vector_db_request_from_proto,
)
_UpdateVectorStoreFileRequest = MessageType(
    m.UpdateVectorStoreFileRequest,
    vector_stores_pb2.UpdateVectorStoreFileRequest,
    codec.update_vector_store_file_request_to_proto,
    codec.update_vector_store_file_request_from_proto,
)
_UpdateVectorStoreRequest = MessageType(
    m.UpdateVectorStoreRequest,
    vector_stores_pb2.UpdateVectorStoreRequest,
    codec.update_vector_store_request_to_proto,
    codec.update_vector_store_request_from_proto,
)
_VectorDb = MessageType(
    m.VectorDb, legacy_pb2.VectorDb, codec.vector_db_to_proto, codec.vector_db_from_proto
)
_VectorDbList = MessageType(
    m.VectorDbList,
    legacy_pb2.VectorDbList,
    codec.vector_db_list_to_proto,
    codec.vector_db_list_from_proto,
)
_VectorStore = MessageType(
    m.VectorStore,
    vector_stores_pb2.VectorStore,
    codec.vector_store_to_proto,
    codec.vector_store_from_proto,
)
_VectorStoreDeleted = MessageType(
    m.VectorStoreDeleted,
    vector_stores_pb2.VectorStoreDeleted,
    codec.vector_store_deleted_to_proto,
    codec.vector_store_deleted_from_proto,
)
_VectorStoreFile = MessageType(
    m.VectorStoreFile,
    vector_stores_pb2.VectorStoreFile,
    codec.vector_store_file_to_proto,
    codec.vector_store_file_from_proto,
)
_VectorStoreFileBatch = MessageType(
    m.VectorStoreFileBatch,
    vector_stores_pb2.VectorStoreFileBatch,
    codec.vector_store_file_batch_to_proto,
    codec.vector_store_file_batch_from_proto,
)
_VectorStoreFileContent = MessageType(
    m.VectorStoreFileContent,
    vector_stores_pb2.VectorStoreFileContent,
    codec.vector_store_file_content_to_proto,
    codec.vector_store_file_content_from_proto,
)
_VectorStoreFileDeleted = MessageType(
    m.VectorStoreFileDeleted,
    vector_stores_pb2.VectorStoreFileDeleted,
    codec.vector_store_file_deleted_to_proto,
    codec.vector_store_file_deleted_from_proto,
)
_VectorStoreFileList = MessageType(
    m.VectorStoreFileList,
    vector_stores_pb2.VectorStoreFileList,
    codec.vector_store_file_list_to_proto,
    codec.vector_store_file_list_from_proto,
)
_VectorStoreList = MessageType(
    m.VectorStoreList,
    vector_stores_pb2.VectorStoreList,
    codec.vector_store_list_to_proto,
    codec.vector_store_list_from_proto,
)
_VectorStoreSearchPage = MessageType(
    m.VectorStoreSearchPage,
    vector_stores_pb2.VectorStoreSearchPage,
    codec.vector_store_search_page_to_proto,
    codec.vector_store_search_page_from_proto,
)


class VectorIoService(Protocol):
    """Puts chunks into vector stores as they are, and finds them: Llama Stack's own API.

    Every method fails with `NOT_FOUND` (reason `vector_store_not_found`) if there is no such store.
    """

    async def insert_chunks(self, request: m.InsertChunksRequest, call: Call) -> None:
        """Puts chunks in, all or none. One whose id is in already takes its place.

        Fails with `NOT_FOUND` if there is no such store, with `INVALID_ARGUMENT` if a vector has another length than its,
        and with `UNAVAILABLE` (502 over REST) if the store's engine, or the embedding model, fails or refuses.
        """
        ...

    async def query_chunks(
        self, request: m.QueryChunksRequest, call: Call
    ) -> Answer[m.QueryChunksResponse]:
        """Finds the chunks that fit a query best.

        Fails with `NOT_FOUND` if there is no such store, with `UNIMPLEMENTED` (501 over REST) if its engine has no such
        search, and with `UNAVAILABLE` (502 over REST) if the engine, or a model that is needed, fails or refuses.
        """
        ...

    async def delete_chunks(self, request: m.DeleteChunksRequest, call: Call) -> None:
        """Takes chunks out. Ids that are not in are no error.

        Fails with `NOT_FOUND` if there is no such store, with `UNAVAILABLE` (502 over REST) if its engine fails or refuses.
        """
        ...


VECTOR_IO_SERVICE = "fleet.vector_io.v1.VectorIoService"
"""The service's full name."""

INSERT_CHUNKS = Operation(
    rpc="InsertChunks",
    request=_InsertChunksRequest,
    answer=NOTHING,
    routes=(Route("POST", "/v1/vector-io/insert"),),
    has_body=True,
)
QUERY_CHUNKS = Operation(
    rpc="QueryChunks",
    request=_QueryChunksRequest,
    answer=_QueryChunksResponse,
    routes=(Route("POST", "/v1/vector-io/query"),),
    has_body=True,
)
DELETE_CHUNKS = Operation(
    rpc="DeleteChunks",
    request=_DeleteChunksRequest,
    answer=NOTHING,
    routes=(Route("POST", "/v1/vector-io/delete"),),
    has_body=True,
)


def bind_vector_io_service(implementation: VectorIoService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        VECTOR_IO_SERVICE,
        (
            Binding(INSERT_CHUNKS, implementation.insert_chunks),
            Binding(QUERY_CHUNKS, implementation.query_chunks),
            Binding(DELETE_CHUNKS, implementation.delete_chunks),
        ),
    )


class VectorIoServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def insert_chunks(self, request: m.InsertChunksRequest, call: Call) -> None:
        """Puts chunks in, all or none. One whose id is in already takes its place."""
        await self._channel.unary(VECTOR_IO_SERVICE, INSERT_CHUNKS, request, call)

    async def query_chunks(
        self, request: m.QueryChunksRequest, call: Call
    ) -> m.QueryChunksResponse:
        """Finds the chunks that fit a query best."""
        answer: m.QueryChunksResponse = await self._channel.unary(
            VECTOR_IO_SERVICE, QUERY_CHUNKS, request, call
        )
        return answer

    async def delete_chunks(self, request: m.DeleteChunksRequest, call: Call) -> None:
        """Takes chunks out. Ids that are not in are no error."""
        await self._channel.unary(VECTOR_IO_SERVICE, DELETE_CHUNKS, request, call)


class LegacyVectorService(Protocol):
    """Llama Stack's older names for vector stores, and its RAG tool: as its versions 0.2.24 and 0.3.5 had them last.

    A vector database is a vector store whose name the caller chose.
    """

    async def list_vector_dbs(
        self, request: m.ListVectorDbsRequest, call: Call
    ) -> Answer[m.VectorDbList]:
        """Lists vector databases: all vector stores."""
        ...

    async def register_vector_db(
        self, request: m.RegisterVectorDbRequest, call: Call
    ) -> Answer[m.VectorDb]:
        """Creates a vector database. One that is there already with the same settings is left as it is.

        Fails with `INVALID_ARGUMENT` if the embedding model or the provider is unknown, or the name is taken, with
        `UNIMPLEMENTED` (501 over REST) if the provider keeps no vectors of that length, and with `UNAVAILABLE` (502 over
        REST) if the provider's engine, or the model, fails or refuses.
        """
        ...

    async def get_vector_db(self, request: m.GetVectorDbRequest, call: Call) -> Answer[m.VectorDb]:
        """Gets a vector database. Fails with `NOT_FOUND` if there is none."""
        ...

    async def unregister_vector_db(self, request: m.UnregisterVectorDbRequest, call: Call) -> None:
        """Deletes a vector database with all its chunks.

        Fails with `NOT_FOUND` if there is none, with `UNAVAILABLE` (502 over REST) if its engine fails or refuses.
        """
        ...

    async def insert_documents(self, request: m.InsertDocumentsRequest, call: Call) -> None:
        """Cuts documents into chunks, embeds them and puts them in; answers when all are in.

        Fails with `NOT_FOUND` if there is no such vector database, with `INVALID_ARGUMENT` if a document cannot be read or
        fetched, and with `UNAVAILABLE` (502 over REST) if the engine, the model or the file processor fails or refuses.
        """
        ...

    async def query_documents(
        self, request: m.QueryDocumentsRequest, call: Call
    ) -> Answer[m.QueryDocumentsResponse]:
        """Finds what fits a query, as text that a model can be given.

        Fails with `NOT_FOUND` if there is no such vector database, with `UNIMPLEMENTED` (501 over REST) if its engine has no
        such search, and with `UNAVAILABLE` (502 over REST) if the engine, or a model that is needed, fails or refuses.
        """
        ...


LEGACY_VECTOR_SERVICE = "fleet.vector_io.v1.LegacyVectorService"
"""The service's full name."""

LIST_VECTOR_DBS = Operation(
    rpc="ListVectorDbs",
    request=_ListVectorDbsRequest,
    answer=_VectorDbList,
    routes=(Route("GET", "/v1/vector-dbs"),),
    has_body=False,
    dialect=LLAMA_STACK,
)
REGISTER_VECTOR_DB = Operation(
    rpc="RegisterVectorDb",
    request=_RegisterVectorDbRequest,
    answer=_VectorDb,
    routes=(Route("POST", "/v1/vector-dbs"),),
    has_body=True,
    dialect=LLAMA_STACK,
)
GET_VECTOR_DB = Operation(
    rpc="GetVectorDb",
    request=_GetVectorDbRequest,
    answer=_VectorDb,
    routes=(Route("GET", "/v1/vector-dbs/{vector_db_id}"),),
    has_body=False,
    dialect=LLAMA_STACK,
)
UNREGISTER_VECTOR_DB = Operation(
    rpc="UnregisterVectorDb",
    request=_UnregisterVectorDbRequest,
    answer=NOTHING,
    routes=(Route("DELETE", "/v1/vector-dbs/{vector_db_id}"),),
    has_body=False,
    dialect=LLAMA_STACK,
)
INSERT_DOCUMENTS = Operation(
    rpc="InsertDocuments",
    request=_InsertDocumentsRequest,
    answer=NOTHING,
    routes=(Route("POST", "/v1/tool-runtime/rag-tool/insert"),),
    has_body=True,
    dialect=LLAMA_STACK,
)
QUERY_DOCUMENTS = Operation(
    rpc="QueryDocuments",
    request=_QueryDocumentsRequest,
    answer=_QueryDocumentsResponse,
    routes=(Route("POST", "/v1/tool-runtime/rag-tool/query"),),
    has_body=True,
    dialect=LLAMA_STACK,
)


def bind_legacy_vector_service(implementation: LegacyVectorService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        LEGACY_VECTOR_SERVICE,
        (
            Binding(LIST_VECTOR_DBS, implementation.list_vector_dbs),
            Binding(REGISTER_VECTOR_DB, implementation.register_vector_db),
            Binding(GET_VECTOR_DB, implementation.get_vector_db),
            Binding(UNREGISTER_VECTOR_DB, implementation.unregister_vector_db),
            Binding(INSERT_DOCUMENTS, implementation.insert_documents),
            Binding(QUERY_DOCUMENTS, implementation.query_documents),
        ),
    )


class LegacyVectorServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def list_vector_dbs(self, request: m.ListVectorDbsRequest, call: Call) -> m.VectorDbList:
        """Lists vector databases: all vector stores."""
        answer: m.VectorDbList = await self._channel.unary(
            LEGACY_VECTOR_SERVICE, LIST_VECTOR_DBS, request, call
        )
        return answer

    async def register_vector_db(
        self, request: m.RegisterVectorDbRequest, call: Call
    ) -> m.VectorDb:
        """Creates a vector database. One that is there already with the same settings is left as it is."""
        answer: m.VectorDb = await self._channel.unary(
            LEGACY_VECTOR_SERVICE, REGISTER_VECTOR_DB, request, call
        )
        return answer

    async def get_vector_db(self, request: m.GetVectorDbRequest, call: Call) -> m.VectorDb:
        """Gets a vector database. Fails with `NOT_FOUND` if there is none."""
        answer: m.VectorDb = await self._channel.unary(
            LEGACY_VECTOR_SERVICE, GET_VECTOR_DB, request, call
        )
        return answer

    async def unregister_vector_db(self, request: m.UnregisterVectorDbRequest, call: Call) -> None:
        """Deletes a vector database with all its chunks."""
        await self._channel.unary(LEGACY_VECTOR_SERVICE, UNREGISTER_VECTOR_DB, request, call)

    async def insert_documents(self, request: m.InsertDocumentsRequest, call: Call) -> None:
        """Cuts documents into chunks, embeds them and puts them in; answers when all are in."""
        await self._channel.unary(LEGACY_VECTOR_SERVICE, INSERT_DOCUMENTS, request, call)

    async def query_documents(
        self, request: m.QueryDocumentsRequest, call: Call
    ) -> m.QueryDocumentsResponse:
        """Finds what fits a query, as text that a model can be given."""
        answer: m.QueryDocumentsResponse = await self._channel.unary(
            LEGACY_VECTOR_SERVICE, QUERY_DOCUMENTS, request, call
        )
        return answer


class VectorStoreService(Protocol):
    """Keeps texts so that they are found by what they mean, as OpenAI's vector stores do:
    https://platform.openai.com/docs/api-reference/vector-stores

    Every method that names a store fails with `NOT_FOUND` (reason `vector_store_not_found`) if there is none; one that
    names a file of it, with reason `vector_store_file_not_found`.
    """

    async def create_vector_store(
        self, request: m.CreateVectorStoreRequest, call: Call
    ) -> Answer[m.VectorStore]:
        """Creates a store, and puts files in as `CreateVectorStoreFile` does.

        Fails with `INVALID_ARGUMENT` if its embedding model, provider or a file is unknown, with `UNIMPLEMENTED` (501 over
        REST) if the provider keeps no vectors of that length, and with `UNAVAILABLE` (502 over REST) if the provider's
        engine, or the model, fails or refuses.
        """
        ...

    async def list_vector_stores(
        self, request: m.ListVectorStoresRequest, call: Call
    ) -> Answer[m.VectorStoreList]:
        """Lists stores, newest first unless `order` says otherwise."""
        ...

    async def get_vector_store(
        self, request: m.GetVectorStoreRequest, call: Call
    ) -> Answer[m.VectorStore]:
        """Gets a store, to see how many of its files are in."""
        ...

    async def update_vector_store(
        self, request: m.UpdateVectorStoreRequest, call: Call
    ) -> Answer[m.VectorStore]:
        """Changes a store's name, metadata or expiry."""
        ...

    async def delete_vector_store(
        self, request: m.DeleteVectorStoreRequest, call: Call
    ) -> Answer[m.VectorStoreDeleted]:
        """Deletes a store with all its chunks. Its files stay, in the files service.

        Fails with `UNAVAILABLE` (502 over REST) if the store's engine fails or refuses.
        """
        ...

    async def search_vector_store(
        self, request: m.SearchVectorStoreRequest, call: Call
    ) -> Answer[m.VectorStoreSearchPage]:
        """Finds the chunks of a store that fit a query best.

        Fails with `UNIMPLEMENTED` (501 over REST) if the store's engine has no such search, and with `UNAVAILABLE` (502 over
        REST) if the engine, or a model that is needed, fails or refuses.
        """
        ...

    async def create_vector_store_file(
        self, request: m.CreateVectorStoreFileRequest, call: Call
    ) -> Answer[m.VectorStoreFile]:
        """Puts a file into a store, as a job that outlives services. Answers when it is in, or has failed, or after as long as
        the service is configured to wait; `status` says which. A file that is in already is put in anew.
        """
        ...

    async def list_vector_store_files(
        self, request: m.ListVectorStoreFilesRequest, call: Call
    ) -> Answer[m.VectorStoreFileList]:
        """Lists the files of a store, newest first unless `order` says otherwise."""
        ...

    async def get_vector_store_file(
        self, request: m.GetVectorStoreFileRequest, call: Call
    ) -> Answer[m.VectorStoreFile]:
        """Gets a file of a store, to see whether it is in."""
        ...

    async def update_vector_store_file(
        self, request: m.UpdateVectorStoreFileRequest, call: Call
    ) -> Answer[m.VectorStoreFile]:
        """Replaces a file's attributes, on all its chunks.

        Fails with `UNAVAILABLE` (502 over REST) if the store's engine fails or refuses.
        """
        ...

    async def delete_vector_store_file(
        self, request: m.DeleteVectorStoreFileRequest, call: Call
    ) -> Answer[m.VectorStoreFileDeleted]:
        """Takes a file with its chunks out of a store. The file stays, in the files service.

        Fails with `UNAVAILABLE` (502 over REST) if the store's engine fails or refuses.
        """
        ...

    async def get_vector_store_file_content(
        self, request: m.GetVectorStoreFileContentRequest, call: Call
    ) -> Answer[m.VectorStoreFileContent]:
        """Gets the chunks of a file, in order.

        Fails with `UNAVAILABLE` (502 over REST) if the store's engine fails or refuses.
        """
        ...

    async def create_vector_store_file_batch(
        self, request: m.CreateVectorStoreFileBatchRequest, call: Call
    ) -> Answer[m.VectorStoreFileBatch]:
        """Begins to put several files into a store, and answers at once."""
        ...

    async def get_vector_store_file_batch(
        self, request: m.GetVectorStoreFileBatchRequest, call: Call
    ) -> Answer[m.VectorStoreFileBatch]:
        """Gets a batch, to see how far it is. Fails with `NOT_FOUND` if there is none."""
        ...

    async def cancel_vector_store_file_batch(
        self, request: m.CancelVectorStoreFileBatchRequest, call: Call
    ) -> Answer[m.VectorStoreFileBatch]:
        """Ends a batch early: what is in stays in, what is not is cancelled. A batch that is done stays as it is."""
        ...

    async def list_vector_store_file_batch_files(
        self, request: m.ListVectorStoreFileBatchFilesRequest, call: Call
    ) -> Answer[m.VectorStoreFileList]:
        """Lists the files of a batch, newest first unless `order` says otherwise."""
        ...


VECTOR_STORE_SERVICE = "fleet.vector_io.v1.VectorStoreService"
"""The service's full name."""

CREATE_VECTOR_STORE = Operation(
    rpc="CreateVectorStore",
    request=_CreateVectorStoreRequest,
    answer=_VectorStore,
    routes=(
        Route("POST", "/v1/vector_stores"),
        Route("POST", "/v1/openai/v1/vector_stores"),
    ),
    has_body=True,
)
LIST_VECTOR_STORES = Operation(
    rpc="ListVectorStores",
    request=_ListVectorStoresRequest,
    answer=_VectorStoreList,
    routes=(
        Route("GET", "/v1/vector_stores"),
        Route("GET", "/v1/openai/v1/vector_stores"),
    ),
    has_body=False,
)
GET_VECTOR_STORE = Operation(
    rpc="GetVectorStore",
    request=_GetVectorStoreRequest,
    answer=_VectorStore,
    routes=(
        Route("GET", "/v1/vector_stores/{vector_store_id}"),
        Route("GET", "/v1/openai/v1/vector_stores/{vector_store_id}"),
    ),
    has_body=False,
)
UPDATE_VECTOR_STORE = Operation(
    rpc="UpdateVectorStore",
    request=_UpdateVectorStoreRequest,
    answer=_VectorStore,
    routes=(
        Route("POST", "/v1/vector_stores/{vector_store_id}"),
        Route("POST", "/v1/openai/v1/vector_stores/{vector_store_id}"),
    ),
    has_body=True,
)
DELETE_VECTOR_STORE = Operation(
    rpc="DeleteVectorStore",
    request=_DeleteVectorStoreRequest,
    answer=_VectorStoreDeleted,
    routes=(
        Route("DELETE", "/v1/vector_stores/{vector_store_id}"),
        Route("DELETE", "/v1/openai/v1/vector_stores/{vector_store_id}"),
    ),
    has_body=False,
)
SEARCH_VECTOR_STORE = Operation(
    rpc="SearchVectorStore",
    request=_SearchVectorStoreRequest,
    answer=_VectorStoreSearchPage,
    routes=(
        Route("POST", "/v1/vector_stores/{vector_store_id}/search"),
        Route("POST", "/v1/openai/v1/vector_stores/{vector_store_id}/search"),
    ),
    has_body=True,
)
CREATE_VECTOR_STORE_FILE = Operation(
    rpc="CreateVectorStoreFile",
    request=_CreateVectorStoreFileRequest,
    answer=_VectorStoreFile,
    routes=(
        Route("POST", "/v1/vector_stores/{vector_store_id}/files"),
        Route("POST", "/v1/openai/v1/vector_stores/{vector_store_id}/files"),
    ),
    has_body=True,
)
LIST_VECTOR_STORE_FILES = Operation(
    rpc="ListVectorStoreFiles",
    request=_ListVectorStoreFilesRequest,
    answer=_VectorStoreFileList,
    routes=(
        Route("GET", "/v1/vector_stores/{vector_store_id}/files"),
        Route("GET", "/v1/openai/v1/vector_stores/{vector_store_id}/files"),
    ),
    has_body=False,
)
GET_VECTOR_STORE_FILE = Operation(
    rpc="GetVectorStoreFile",
    request=_GetVectorStoreFileRequest,
    answer=_VectorStoreFile,
    routes=(
        Route("GET", "/v1/vector_stores/{vector_store_id}/files/{file_id}"),
        Route("GET", "/v1/openai/v1/vector_stores/{vector_store_id}/files/{file_id}"),
    ),
    has_body=False,
)
UPDATE_VECTOR_STORE_FILE = Operation(
    rpc="UpdateVectorStoreFile",
    request=_UpdateVectorStoreFileRequest,
    answer=_VectorStoreFile,
    routes=(
        Route("POST", "/v1/vector_stores/{vector_store_id}/files/{file_id}"),
        Route("POST", "/v1/openai/v1/vector_stores/{vector_store_id}/files/{file_id}"),
    ),
    has_body=True,
)
DELETE_VECTOR_STORE_FILE = Operation(
    rpc="DeleteVectorStoreFile",
    request=_DeleteVectorStoreFileRequest,
    answer=_VectorStoreFileDeleted,
    routes=(
        Route("DELETE", "/v1/vector_stores/{vector_store_id}/files/{file_id}"),
        Route("DELETE", "/v1/openai/v1/vector_stores/{vector_store_id}/files/{file_id}"),
    ),
    has_body=False,
)
GET_VECTOR_STORE_FILE_CONTENT = Operation(
    rpc="GetVectorStoreFileContent",
    request=_GetVectorStoreFileContentRequest,
    answer=_VectorStoreFileContent,
    routes=(
        Route("GET", "/v1/vector_stores/{vector_store_id}/files/{file_id}/content"),
        Route("GET", "/v1/openai/v1/vector_stores/{vector_store_id}/files/{file_id}/content"),
    ),
    has_body=False,
)
CREATE_VECTOR_STORE_FILE_BATCH = Operation(
    rpc="CreateVectorStoreFileBatch",
    request=_CreateVectorStoreFileBatchRequest,
    answer=_VectorStoreFileBatch,
    routes=(
        Route("POST", "/v1/vector_stores/{vector_store_id}/file_batches"),
        Route("POST", "/v1/openai/v1/vector_stores/{vector_store_id}/file_batches"),
    ),
    has_body=True,
)
GET_VECTOR_STORE_FILE_BATCH = Operation(
    rpc="GetVectorStoreFileBatch",
    request=_GetVectorStoreFileBatchRequest,
    answer=_VectorStoreFileBatch,
    routes=(
        Route("GET", "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}"),
        Route("GET", "/v1/openai/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}"),
    ),
    has_body=False,
)
CANCEL_VECTOR_STORE_FILE_BATCH = Operation(
    rpc="CancelVectorStoreFileBatch",
    request=_CancelVectorStoreFileBatchRequest,
    answer=_VectorStoreFileBatch,
    routes=(
        Route("POST", "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel"),
        Route(
            "POST", "/v1/openai/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel"
        ),
    ),
    has_body=True,
)
LIST_VECTOR_STORE_FILE_BATCH_FILES = Operation(
    rpc="ListVectorStoreFileBatchFiles",
    request=_ListVectorStoreFileBatchFilesRequest,
    answer=_VectorStoreFileList,
    routes=(
        Route("GET", "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/files"),
        Route("GET", "/v1/openai/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/files"),
    ),
    has_body=False,
)


def bind_vector_store_service(implementation: VectorStoreService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        VECTOR_STORE_SERVICE,
        (
            Binding(CREATE_VECTOR_STORE, implementation.create_vector_store),
            Binding(LIST_VECTOR_STORES, implementation.list_vector_stores),
            Binding(GET_VECTOR_STORE, implementation.get_vector_store),
            Binding(UPDATE_VECTOR_STORE, implementation.update_vector_store),
            Binding(DELETE_VECTOR_STORE, implementation.delete_vector_store),
            Binding(SEARCH_VECTOR_STORE, implementation.search_vector_store),
            Binding(CREATE_VECTOR_STORE_FILE, implementation.create_vector_store_file),
            Binding(LIST_VECTOR_STORE_FILES, implementation.list_vector_store_files),
            Binding(GET_VECTOR_STORE_FILE, implementation.get_vector_store_file),
            Binding(UPDATE_VECTOR_STORE_FILE, implementation.update_vector_store_file),
            Binding(DELETE_VECTOR_STORE_FILE, implementation.delete_vector_store_file),
            Binding(GET_VECTOR_STORE_FILE_CONTENT, implementation.get_vector_store_file_content),
            Binding(CREATE_VECTOR_STORE_FILE_BATCH, implementation.create_vector_store_file_batch),
            Binding(GET_VECTOR_STORE_FILE_BATCH, implementation.get_vector_store_file_batch),
            Binding(CANCEL_VECTOR_STORE_FILE_BATCH, implementation.cancel_vector_store_file_batch),
            Binding(
                LIST_VECTOR_STORE_FILE_BATCH_FILES,
                implementation.list_vector_store_file_batch_files,
            ),
        ),
    )


class VectorStoreServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def create_vector_store(
        self, request: m.CreateVectorStoreRequest, call: Call
    ) -> m.VectorStore:
        """Creates a store, and puts files in as `CreateVectorStoreFile` does."""
        answer: m.VectorStore = await self._channel.unary(
            VECTOR_STORE_SERVICE, CREATE_VECTOR_STORE, request, call
        )
        return answer

    async def list_vector_stores(
        self, request: m.ListVectorStoresRequest, call: Call
    ) -> m.VectorStoreList:
        """Lists stores, newest first unless `order` says otherwise."""
        answer: m.VectorStoreList = await self._channel.unary(
            VECTOR_STORE_SERVICE, LIST_VECTOR_STORES, request, call
        )
        return answer

    async def get_vector_store(self, request: m.GetVectorStoreRequest, call: Call) -> m.VectorStore:
        """Gets a store, to see how many of its files are in."""
        answer: m.VectorStore = await self._channel.unary(
            VECTOR_STORE_SERVICE, GET_VECTOR_STORE, request, call
        )
        return answer

    async def update_vector_store(
        self, request: m.UpdateVectorStoreRequest, call: Call
    ) -> m.VectorStore:
        """Changes a store's name, metadata or expiry."""
        answer: m.VectorStore = await self._channel.unary(
            VECTOR_STORE_SERVICE, UPDATE_VECTOR_STORE, request, call
        )
        return answer

    async def delete_vector_store(
        self, request: m.DeleteVectorStoreRequest, call: Call
    ) -> m.VectorStoreDeleted:
        """Deletes a store with all its chunks. Its files stay, in the files service."""
        answer: m.VectorStoreDeleted = await self._channel.unary(
            VECTOR_STORE_SERVICE, DELETE_VECTOR_STORE, request, call
        )
        return answer

    async def search_vector_store(
        self, request: m.SearchVectorStoreRequest, call: Call
    ) -> m.VectorStoreSearchPage:
        """Finds the chunks of a store that fit a query best."""
        answer: m.VectorStoreSearchPage = await self._channel.unary(
            VECTOR_STORE_SERVICE, SEARCH_VECTOR_STORE, request, call
        )
        return answer

    async def create_vector_store_file(
        self, request: m.CreateVectorStoreFileRequest, call: Call
    ) -> m.VectorStoreFile:
        """Puts a file into a store, as a job that outlives services. Answers when it is in, or has failed, or after as long as"""
        answer: m.VectorStoreFile = await self._channel.unary(
            VECTOR_STORE_SERVICE, CREATE_VECTOR_STORE_FILE, request, call
        )
        return answer

    async def list_vector_store_files(
        self, request: m.ListVectorStoreFilesRequest, call: Call
    ) -> m.VectorStoreFileList:
        """Lists the files of a store, newest first unless `order` says otherwise."""
        answer: m.VectorStoreFileList = await self._channel.unary(
            VECTOR_STORE_SERVICE, LIST_VECTOR_STORE_FILES, request, call
        )
        return answer

    async def get_vector_store_file(
        self, request: m.GetVectorStoreFileRequest, call: Call
    ) -> m.VectorStoreFile:
        """Gets a file of a store, to see whether it is in."""
        answer: m.VectorStoreFile = await self._channel.unary(
            VECTOR_STORE_SERVICE, GET_VECTOR_STORE_FILE, request, call
        )
        return answer

    async def update_vector_store_file(
        self, request: m.UpdateVectorStoreFileRequest, call: Call
    ) -> m.VectorStoreFile:
        """Replaces a file's attributes, on all its chunks."""
        answer: m.VectorStoreFile = await self._channel.unary(
            VECTOR_STORE_SERVICE, UPDATE_VECTOR_STORE_FILE, request, call
        )
        return answer

    async def delete_vector_store_file(
        self, request: m.DeleteVectorStoreFileRequest, call: Call
    ) -> m.VectorStoreFileDeleted:
        """Takes a file with its chunks out of a store. The file stays, in the files service."""
        answer: m.VectorStoreFileDeleted = await self._channel.unary(
            VECTOR_STORE_SERVICE, DELETE_VECTOR_STORE_FILE, request, call
        )
        return answer

    async def get_vector_store_file_content(
        self, request: m.GetVectorStoreFileContentRequest, call: Call
    ) -> m.VectorStoreFileContent:
        """Gets the chunks of a file, in order."""
        answer: m.VectorStoreFileContent = await self._channel.unary(
            VECTOR_STORE_SERVICE, GET_VECTOR_STORE_FILE_CONTENT, request, call
        )
        return answer

    async def create_vector_store_file_batch(
        self, request: m.CreateVectorStoreFileBatchRequest, call: Call
    ) -> m.VectorStoreFileBatch:
        """Begins to put several files into a store, and answers at once."""
        answer: m.VectorStoreFileBatch = await self._channel.unary(
            VECTOR_STORE_SERVICE, CREATE_VECTOR_STORE_FILE_BATCH, request, call
        )
        return answer

    async def get_vector_store_file_batch(
        self, request: m.GetVectorStoreFileBatchRequest, call: Call
    ) -> m.VectorStoreFileBatch:
        """Gets a batch, to see how far it is. Fails with `NOT_FOUND` if there is none."""
        answer: m.VectorStoreFileBatch = await self._channel.unary(
            VECTOR_STORE_SERVICE, GET_VECTOR_STORE_FILE_BATCH, request, call
        )
        return answer

    async def cancel_vector_store_file_batch(
        self, request: m.CancelVectorStoreFileBatchRequest, call: Call
    ) -> m.VectorStoreFileBatch:
        """Ends a batch early: what is in stays in, what is not is cancelled. A batch that is done stays as it is."""
        answer: m.VectorStoreFileBatch = await self._channel.unary(
            VECTOR_STORE_SERVICE, CANCEL_VECTOR_STORE_FILE_BATCH, request, call
        )
        return answer

    async def list_vector_store_file_batch_files(
        self, request: m.ListVectorStoreFileBatchFilesRequest, call: Call
    ) -> m.VectorStoreFileList:
        """Lists the files of a batch, newest first unless `order` says otherwise."""
        answer: m.VectorStoreFileList = await self._channel.unary(
            VECTOR_STORE_SERVICE, LIST_VECTOR_STORE_FILE_BATCH_FILES, request, call
        )
        return answer
