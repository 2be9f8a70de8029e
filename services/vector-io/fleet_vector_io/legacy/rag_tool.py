"""Llama Stack's RAG tool: documents go in, text for a model comes out."""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from fleet.vector_io.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_vector_io import payload
from fleet_vector_io.asked import ranker_of, text_of
from fleet_vector_io.config import ServiceConfig
from fleet_vector_io.legacy.databases import usable
from fleet_vector_io.legacy.documents import Documents, metadata_of
from fleet_vector_io.models import Models
from fleet_vector_io.native import VectorIo
from fleet_vector_io.provider import Hit
from fleet_vector_io.register import Register
from fleet_vector_io.search import Searcher, Wanted

_NAMES = uuid.UUID("0b6a7c52-6f0e-4c39-9d0a-8e8f7f1f3a55")
_MOST_TOKENS, _MOST_CHUNKS = 4096, 5
# Roughly, in characters: what a token is of English text.
_TOKEN = 4
_TEMPLATE = "Result {index}\nContent: {chunk.content}\nMetadata: {metadata}\n"
_HEAD = "knowledge_search tool found {count} chunks:\nBEGIN of knowledge_search tool results.\n"
_FOOT = (
    "END of knowledge_search tool results.\nThe above results were retrieved to help answer the user's query: "
    '"{query}". Use them as supporting information only in answering this query.\n'
)
_QUERY_TOKENS = 200


class RagTool:
    """Puts documents in, and finds them.

    Args:
        config: What requests leave open.
        register: What is known of stores.
        native: Puts chunks in.
        searcher: Finds chunks.
        documents: Cuts documents.
        models: Puts queries into words.
    """

    def __init__(
        self,
        *,
        config: ServiceConfig,
        register: Register,
        native: VectorIo,
        searcher: Searcher,
        documents: Documents,
        models: Models,
    ) -> None:
        self._config = config
        self._register = register
        self._native = native
        self._searcher = searcher
        self._documents = documents
        self._models = models

    async def insert(self, request: m.InsertDocumentsRequest, call: Call) -> None:
        """Cut documents into chunks, embed them and put them in."""
        store = await usable(self._register, request.vector_db_id)
        size, batch = request.chunk_size_in_tokens, self._config.ingestion.embedding_batch
        chunks: list[m.EmbeddedChunk] = []
        for place, document in enumerate(request.documents):
            texts = await self._documents.texts(
                document, size, store.embedding_model, call, f"documents[{place}]"
            )
            chunks += _chunks(document, texts)
        for start in range(0, len(chunks), batch):
            piece = m.InsertChunksRequest(
                vector_store_id=store.id, chunks=chunks[start : start + batch]
            )
            await self._native.insert_chunks(piece, call)

    async def query(self, request: m.QueryDocumentsRequest, call: Call) -> m.QueryDocumentsResponse:
        """Find what fits a query in any of some stores."""
        config = request.query_config or m.RagQueryConfig()
        if not request.vector_db_ids:
            raise InvalidArgument(
                "Name at least one vector database.", code="missing_value", param="vector_db_ids"
            )
        text = await self._words(text_of(request.content, "content"), config, call)
        wanted = Wanted(
            texts=[text],
            limit=config.max_chunks or _MOST_CHUNKS,
            mode=config.mode or "vector",
            ranking=ranker_of(config.ranker, self._config.search, "query_config.ranker"),
        )
        searches = (
            self._found(name, f"vector_db_ids[{place}]", wanted, call)
            for place, name in enumerate(request.vector_db_ids)
        )
        found = [hit for hits in await asyncio.gather(*searches) for hit in hits]
        found.sort(key=lambda pair: -pair[1].score)
        return _answer(text, found[: wanted.limit], config)

    async def _found(
        self, name: str, param: str, wanted: Wanted, call: Call
    ) -> list[tuple[str, Hit]]:
        store = await usable(self._register, name, param)
        return [(name, hit) for hit in await self._searcher.found(store, wanted, call)]

    async def _words(self, text: str, config: m.RagQueryConfig, call: Call) -> str:
        """Return a query as it is looked for."""
        generator = config.query_generator_config
        if generator is None or generator.type == "default":
            return text
        if generator.model is None or generator.template is None:
            raise InvalidArgument(
                "A query generator of type 'llm' has a 'model' and a 'template'.",
                code="missing_value",
                param="query_config.query_generator_config",
            )
        prompt = generator.template.replace("{{ messages }}", text).replace("{{messages}}", text)
        said = await self._models.say(generator.model, prompt, call, most=_QUERY_TOKENS)
        return said or text


def _chunks(document: m.RagDocument, texts: Sequence[str]) -> list[m.EmbeddedChunk]:
    metadata = msgspec.Raw(msgspec.json.encode(metadata_of(document)))
    chunks = []
    for place, text in enumerate(texts):
        name = str(uuid.uuid5(_NAMES, f"{document.document_id}\n{place}\n{text}"))
        source = m.ChunkMetadata(chunk_id=name, document_id=document.document_id)
        chunks.append(
            m.EmbeddedChunk(content=text, chunk_id=name, metadata=metadata, chunk_metadata=source)
        )
    return chunks


def _answer(
    query: str, found: Sequence[tuple[str, Hit]], config: m.RagQueryConfig
) -> m.QueryDocumentsResponse:
    """Return what was found as text, as much of it as a model may be given."""
    template = config.chunk_template or _TEMPLATE
    if "{chunk.content}" not in template:
        raise InvalidArgument(
            "'chunk_template' holds '{chunk.content}'.",
            code="invalid_value",
            param="query_config.chunk_template",
        )
    room = (config.max_tokens_in_context or _MOST_TOKENS) * _TOKEN
    told: list[tuple[str, str, Hit]] = []
    for place, (name, hit) in enumerate(found, start=1):
        text = _filled(template, place, hit)
        room -= len(text)
        if room < 0:
            break
        told.append((text, name, hit))
    texts = [_HEAD.format(count=len(told)), *(text for text, _, _ in told)]
    texts.append(_FOOT.replace("{query}", query))
    metadata: dict[str, Any] = {
        "document_ids": [hit.chunk.file_id for _, _, hit in told],
        "chunks": [hit.chunk.text for _, _, hit in told],
        "scores": [hit.score for _, _, hit in told],
        "vector_db_ids": [name for _, name, _ in told],
    }
    content = [m.ContentItem(type="text", text=text) for text in texts] if told else None
    return m.QueryDocumentsResponse(
        content=content, metadata=msgspec.Raw(msgspec.json.encode(metadata))
    )


def _filled(template: str, place: int, hit: Hit) -> str:
    metadata = payload.read(hit.chunk.payload).metadata
    text = template.replace("{index}", str(place)).replace("{metadata}", str(metadata))
    return text.replace("{chunk.content}", hit.chunk.text)
