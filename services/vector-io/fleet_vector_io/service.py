"""The operations of OpenAI's vector stores."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import replace

import msgspec

from fleet.vector_io.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.operation import Answer
from fleet_runtime.store import PageRequest
from fleet_vector_io import answers, strategies
from fleet_vector_io.asked import search_of
from fleet_vector_io.attaching import Attaching, Attachment
from fleet_vector_io.attributes import read_attributes, read_metadata
from fleet_vector_io.config import ServiceConfig
from fleet_vector_io.making import Making
from fleet_vector_io.provider import Chunk, Selection, VectorIOProvider
from fleet_vector_io.records import BatchRecord, StoreRecord
from fleet_vector_io.register import Register
from fleet_vector_io.search import Searcher

# How many chunks are read at once.
_PIECE = 1000


class VectorStores:
    """Keeps what is known of stores, has files put in, and searches.

    Args:
        config: What requests leave open.
        register: What is known of stores and files.
        providers: Who keeps chunks, by id.
        making: Makes stores.
        attaching: Puts files in.
        searcher: Finds chunks.
    """

    def __init__(
        self,
        *,
        config: ServiceConfig,
        register: Register,
        providers: Mapping[str, VectorIOProvider],
        making: Making,
        attaching: Attaching,
        searcher: Searcher,
    ) -> None:
        self._config = config
        self._register = register
        self._providers = providers
        self._making = making
        self._attaching = attaching
        self._searcher = searcher

    async def create_vector_store(
        self, request: m.CreateVectorStoreRequest, call: Call
    ) -> Answer[m.VectorStore]:
        """Create a store, and put its files in."""
        chunking = self._chunking(request.chunking_strategy)
        attachments = [Attachment(file, "{}", chunking) for file in request.file_ids or ()]
        store = await self._making.planned(request, chunking, call)
        files = await self._attaching.records(store.id, attachments, call, "file_ids")
        await self._making.room(store)
        await self._attaching.create(store, files)
        call.notes["vector_store"] = store.id
        await self._attaching.ended(files, call)
        return await self._told(store.id)

    async def list_vector_stores(
        self, request: m.ListVectorStoresRequest, call: Call
    ) -> Answer[m.VectorStoreList]:
        """List stores."""
        del call
        page = await self._register.stores(_page(request))
        ids = [store.id for store in page.items]
        counted = await self._register.counted(ids)
        first, last = answers.ends(ids)
        return m.VectorStoreList(
            data=[answers.store(store, counted[store.id]) for store in page.items],
            first_id=first,
            last_id=last,
            has_more=page.has_more,
        )

    async def get_vector_store(
        self, request: m.GetVectorStoreRequest, call: Call
    ) -> Answer[m.VectorStore]:
        """Get a store."""
        del call
        return await self._told(request.vector_store_id)

    async def update_vector_store(
        self, request: m.UpdateVectorStoreRequest, call: Call
    ) -> Answer[m.VectorStore]:
        """Change a store's name, metadata or expiry."""
        del call
        store = await self._alive(request.vector_store_id)
        if request.name is not None:
            store = replace(store, name=request.name)
        if request.expires_after is not None:
            now = int(time.time())
            store = replace(store, expires_days=request.expires_after.days, last_active=now)
        if request.metadata is not ABSENT:
            store = replace(store, metadata=read_metadata(request.metadata))
        await self._register.update_store(store)
        return await self._told(store.id)

    async def delete_vector_store(
        self, request: m.DeleteVectorStoreRequest, call: Call
    ) -> Answer[m.VectorStoreDeleted]:
        """Delete a store with all its chunks."""
        del call
        await self._making.unmake(await self._register.store(request.vector_store_id))
        return m.VectorStoreDeleted(id=request.vector_store_id, deleted=True)

    async def search_vector_store(
        self, request: m.SearchVectorStoreRequest, call: Call
    ) -> Answer[m.VectorStoreSearchPage]:
        """Find the chunks of a store that fit a query best."""
        texts = [request.query] if isinstance(request.query, str) else request.query
        if not all(text.strip() for text in texts):
            raise InvalidArgument("'query' is empty.", code="empty_query", param="query")
        wanted = search_of(request, texts, self._config.search)
        store = await self._alive(request.vector_store_id)
        if request.rewrite_query:
            wanted = replace(wanted, texts=await self._searcher.rewritten(texts, call))
        hits = await self._searcher.found(store, wanted, call)
        await self._register.used(store)
        return m.VectorStoreSearchPage(
            search_query=list(wanted.texts), data=list(map(answers.result, hits)), has_more=False
        )

    async def create_vector_store_file(
        self, request: m.CreateVectorStoreFileRequest, call: Call
    ) -> Answer[m.VectorStoreFile]:
        """Put a file into a store."""
        store = await self._alive(request.vector_store_id)
        attachment = Attachment(
            request.file_id,
            read_attributes(request.attributes),
            self._chunking(request.chunking_strategy, store),
        )
        files = await self._attaching.records(store.id, [attachment], call, "file_id")
        await self._attaching.attach(files)
        await self._register.used(store)
        [file] = await self._attaching.ended(files, call)
        return answers.file(file)

    async def list_vector_store_files(
        self, request: m.ListVectorStoreFilesRequest, call: Call
    ) -> Answer[m.VectorStoreFileList]:
        """List the files of a store."""
        del call
        store_id = request.vector_store_id
        return answers.files(
            await self._register.files(store_id, _page(request), status=request.filter)
        )

    async def get_vector_store_file(
        self, request: m.GetVectorStoreFileRequest, call: Call
    ) -> Answer[m.VectorStoreFile]:
        """Get a file of a store."""
        del call
        return answers.file(await self._register.file(request.vector_store_id, request.file_id))

    async def update_vector_store_file(
        self, request: m.UpdateVectorStoreFileRequest, call: Call
    ) -> Answer[m.VectorStoreFile]:
        """Replace a file's attributes, on all its chunks."""
        del call
        attributes = read_attributes(request.attributes)
        store = await self._alive(request.vector_store_id)
        file = replace(await self._register.file(store.id, request.file_id), attributes=attributes)
        await self._register.set_attributes(store.id, file.file, attributes)
        chunks = await self._chunks(store, file.file)
        fresh = [replace(chunk, attributes=msgspec.json.decode(attributes)) for chunk in chunks]
        provider = self._providers[store.provider_id]
        for start in range(0, len(fresh), _PIECE):
            await provider.put(store.collection, fresh[start : start + _PIECE])
        return answers.file(file)

    async def delete_vector_store_file(
        self, request: m.DeleteVectorStoreFileRequest, call: Call
    ) -> Answer[m.VectorStoreFileDeleted]:
        """Take a file with its chunks out of a store."""
        del call
        store = await self._register.store(request.vector_store_id)
        await self._attaching.detach(store.id, request.file_id)
        provider = self._providers[store.provider_id]
        await provider.delete(store.collection, Selection(file_ids=[request.file_id]))
        return m.VectorStoreFileDeleted(id=request.file_id, deleted=True)

    async def get_vector_store_file_content(
        self, request: m.GetVectorStoreFileContentRequest, call: Call
    ) -> Answer[m.VectorStoreFileContent]:
        """Get the chunks of a file, in order."""
        del call
        store = await self._alive(request.vector_store_id)
        await self._register.file(store.id, request.file_id)
        shown = {
            "embedding": bool(request.include_embeddings),
            "metadata": bool(request.include_metadata),
        }
        chunks = await self._chunks(store, request.file_id)
        return m.VectorStoreFileContent(
            data=[answers.content(chunk, **shown) for chunk in chunks], has_more=False
        )

    async def create_vector_store_file_batch(
        self, request: m.CreateVectorStoreFileBatchRequest, call: Call
    ) -> Answer[m.VectorStoreFileBatch]:
        """Begin to put several files into a store."""
        store = await self._alive(request.vector_store_id)
        attachments = self._attachments(request, store)
        param = "files" if request.files else "file_ids"
        files = await self._attaching.records(store.id, attachments, call, param)
        batch = BatchRecord(f"vsfb_{uuid.uuid4().hex}", store.id, int(time.time()))
        await self._attaching.attach(files, batch)
        await self._register.used(store)
        return answers.batch(*await self._register.batch(store.id, batch.id))

    async def get_vector_store_file_batch(
        self, request: m.GetVectorStoreFileBatchRequest, call: Call
    ) -> Answer[m.VectorStoreFileBatch]:
        """Get a batch."""
        del call
        return answers.batch(*await self._register.batch(request.vector_store_id, request.batch_id))

    async def cancel_vector_store_file_batch(
        self, request: m.CancelVectorStoreFileBatchRequest, call: Call
    ) -> Answer[m.VectorStoreFileBatch]:
        """End a batch early."""
        del call
        return answers.batch(
            *await self._attaching.cancel(request.vector_store_id, request.batch_id)
        )

    async def list_vector_store_file_batch_files(
        self, request: m.ListVectorStoreFileBatchFilesRequest, call: Call
    ) -> Answer[m.VectorStoreFileList]:
        """List the files of a batch."""
        del call
        store_id, batch_id = request.vector_store_id, request.batch_id
        await self._register.batch(store_id, batch_id)
        page = await self._register.files(
            store_id, _page(request), status=request.filter, batch=batch_id
        )
        return answers.files(page)

    async def _told(self, store_id: str) -> m.VectorStore:
        store = await self._register.store(store_id)
        counted = await self._register.counted([store_id])
        return answers.store(store, counted[store_id])

    async def _alive(self, store_id: str) -> StoreRecord:
        """Return a store that has not expired, or raise `NotFound`."""
        return alive(await self._register.store(store_id))

    async def _chunks(self, store: StoreRecord, file_id: str) -> list[Chunk]:
        """Return all chunks of a file, in order."""
        provider, selection = self._providers[store.provider_id], Selection(file_ids=[file_id])
        chunks: list[Chunk] = []
        while True:
            some = await provider.chunks(
                store.collection, selection, offset=len(chunks), limit=_PIECE
            )
            chunks += some
            if len(some) < _PIECE:
                return chunks

    def _chunking(
        self, asked: m.VectorStoreChunkingStrategy | None, store: StoreRecord | None = None
    ) -> str:
        if asked is None and store is not None:
            return store.chunking
        return strategies.kept(strategies.checked(asked, self._config.contextual))

    def _attachments(
        self, request: m.CreateVectorStoreFileBatchRequest, store: StoreRecord
    ) -> list[Attachment]:
        """Return what a batch is to put in.

        Raises:
            InvalidArgument: It names no files, or in both ways.
        """
        if bool(request.file_ids) == bool(request.files):
            raise InvalidArgument(
                "Name the files either as 'file_ids' or as 'files'.",
                code="invalid_value",
                param="files",
            )
        usual = self._chunking(request.chunking_strategy, store)
        attributes = read_attributes(request.attributes)
        if request.file_ids:
            return [Attachment(file, attributes, usual) for file in request.file_ids]
        return [
            Attachment(
                entry.file_id,
                attributes
                if entry.attributes is ABSENT
                else read_attributes(entry.attributes, f"files[{place}].attributes"),
                usual
                if entry.chunking_strategy is None
                else self._chunking(entry.chunking_strategy),
            )
            for place, entry in enumerate(request.files or ())
        ]


def alive(store: StoreRecord) -> StoreRecord:
    """Return `store`, or raise `NotFound` if it has expired."""
    if store.expired(int(time.time())):
        raise NotFound(
            f"The vector store '{store.id}' has expired.",
            code="vector_store_expired",
            param="vector_store_id",
        )
    return store


def _page(
    request: m.ListVectorStoresRequest
    | m.ListVectorStoreFilesRequest
    | m.ListVectorStoreFileBatchFilesRequest,
) -> PageRequest:
    return PageRequest(
        after=request.after,
        limit=request.limit or 20,
        order=request.order or "desc",
        before=request.before,
    )
