"""Llama Stack's own way to put chunks in and to find them."""

import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from fleet.vector_io.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.operation import Answer
from fleet_vector_io import answers, metrics, payload
from fleet_vector_io.asked import query_of, text_of
from fleet_vector_io.attributes import check_text, filterable
from fleet_vector_io.config import SearchConfig
from fleet_vector_io.models import Models
from fleet_vector_io.provider import Chunk, Hit, Selection, Vector, VectorIOProvider
from fleet_vector_io.records import StoreRecord
from fleet_vector_io.register import Register
from fleet_vector_io.search import Searcher
from fleet_vector_io.service import alive

# The names of chunks that come without one are made from this one.
_NAMES = uuid.UUID("5a3c86a4-2b1f-4bd6-8d9f-7f5d0a0b8a53")


class VectorIo:
    """Puts chunks in, finds them and takes them out.

    Args:
        config: What requests leave open.
        register: What is known of stores.
        providers: Who keeps chunks, by id.
        models: Embeds chunks that come without vectors.
        searcher: Finds chunks.
    """

    def __init__(
        self,
        *,
        config: SearchConfig,
        register: Register,
        providers: Mapping[str, VectorIOProvider],
        models: Models,
        searcher: Searcher,
    ) -> None:
        self._config = config
        self._register = register
        self._providers = providers
        self._models = models
        self._searcher = searcher

    async def insert_chunks(self, request: m.InsertChunksRequest, call: Call) -> None:
        """Put chunks in."""
        store = alive(await self._register.store(_store_id(request)))
        texts = [text_of(c.content, f"chunks[{n}].content") for n, c in enumerate(request.chunks)]
        vectors = await self._vectors(store, request.chunks, texts, call)
        expires = int(time.time()) + request.ttl_seconds if request.ttl_seconds else None
        rows = [
            _row(chunk, text, vector, expires, f"chunks[{place}]")
            for place, (chunk, text, vector) in enumerate(
                zip(request.chunks, texts, vectors, strict=True)
            )
        ]
        if expires is not None and not store.fleeting:
            await self._register.make_fleeting(store)
        await self._providers[store.provider_id].put(store.collection, rows)
        metrics.CHUNKS.labels(store.provider_id).inc(len(rows))
        await self._register.used(store)

    async def query_chunks(
        self, request: m.QueryChunksRequest, call: Call
    ) -> Answer[m.QueryChunksResponse]:
        """Find the chunks that fit a query best."""
        wanted = query_of(request, self._config)
        store = alive(await self._register.store(_store_id(request)))
        hits = await self._searcher.found(store, wanted, call)
        await self._register.used(store)
        chunks = await self._with_vectors(store, hits)
        return m.QueryChunksResponse(
            chunks=[answers.embedded(c, store.embedding_model, store.dimension) for c in chunks],
            scores=[hit.score for hit in hits],
        )

    async def delete_chunks(self, request: m.DeleteChunksRequest, call: Call) -> None:
        """Take chunks out."""
        del call
        store = alive(await self._register.store(request.vector_store_id))
        selection = Selection(ids=request.chunk_ids)
        await self._providers[store.provider_id].delete(store.collection, selection)

    async def _vectors(
        self, store: StoreRecord, chunks: Sequence[m.EmbeddedChunk], texts: list[str], call: Call
    ) -> list[Vector]:
        """Return the chunks' vectors: their own, or those that the store's model makes.

        Raises:
            InvalidArgument: One has another length than the store's.
        """
        for place, chunk in enumerate(chunks):
            if chunk.embedding and len(chunk.embedding) != store.dimension:
                raise InvalidArgument(
                    f"The vectors of this store have {store.dimension} numbers, not {len(chunk.embedding)}.",
                    code="wrong_dimension",
                    param=f"chunks[{place}].embedding",
                )
        bare = [place for place, chunk in enumerate(chunks) if not chunk.embedding]
        made: list[Vector] = []
        if bare:
            wanted = [texts[place] for place in bare]
            made = await self._models.embed(store.embedding_model, wanted, store.dimension, call)
        known = dict(zip(bare, made, strict=True))
        return [
            known[place] if place in known else np.asarray(chunk.embedding, dtype=np.float32)
            for place, chunk in enumerate(chunks)
        ]

    async def _with_vectors(self, store: StoreRecord, hits: Sequence[Hit]) -> list[Chunk]:
        """Return the chunks of `hits` with their vectors, which searches leave out."""
        ids = [hit.chunk.id for hit in hits]
        if not ids:
            return []
        provider = self._providers[store.provider_id]
        found = await provider.chunks(store.collection, Selection(ids=ids), limit=len(ids))
        by_id = {chunk.id: chunk for chunk in found}
        return [by_id.get(hit.chunk.id, hit.chunk) for hit in hits]


def _store_id(request: m.InsertChunksRequest | m.QueryChunksRequest) -> str:
    """Return the store that is meant, by whichever name.

    Raises:
        InvalidArgument: None is named, or two are.
    """
    names = {request.vector_store_id, request.vector_db_id} - {None}
    if len(names) != 1:
        raise InvalidArgument(
            "Name the store as 'vector_store_id'.", code="missing_value", param="vector_store_id"
        )
    return str(names.pop())


def _row(
    chunk: m.EmbeddedChunk, text: str, vector: Vector, expires: int | None, param: str
) -> Chunk:
    metadata: dict[str, Any] = {}
    if chunk.metadata is not ABSENT:
        metadata = msgspec.json.decode(chunk.metadata, type=dict[str, Any] | None) or {}
    source = chunk.chunk_metadata
    told = payload.Payload(
        filename=_text(metadata.get("filename")),
        source=source,
        metadata=metadata,
        expires=expires,
        embedding_model=chunk.embedding_model,
    )
    file_id = (source and source.document_id) or _text(metadata.get("document_id"))
    check_text(file_id, f"{param}.chunk_metadata.document_id")
    name = chunk.chunk_id or str(uuid.uuid5(_NAMES, f"{file_id}\n{text}"))
    check_text(name, f"{param}.chunk_id")
    return Chunk(
        id=name,
        text=text,
        embedding=vector,
        file_id=file_id,
        attributes=filterable(metadata, f"{param}.metadata"),
        payload=payload.written(told),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
