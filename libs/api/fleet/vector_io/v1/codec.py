"""Messages of `fleet.vector_io.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from msgspec import Raw

from fleet.vector_io.v1 import messages as m
from fleet.vector_io.v1 import vector_io_pb2
from fleet.vector_io.v1 import legacy_pb2
from fleet.vector_io.v1 import vector_stores_pb2
from fleet_runtime.reading import json_text, nothing_set
from fleet_runtime.encoded import ABSENT


def content_item_from_proto(p: vector_io_pb2.ContentItem) -> m.ContentItem:
    return m.ContentItem(
        type=p.type,  # type: ignore[arg-type]
        text=p.text,
    )


def content_item_to_proto(s: m.ContentItem) -> vector_io_pb2.ContentItem:
    return vector_io_pb2.ContentItem(
        type=s.type,
        text=s.text,
    )


def content_items_from_proto(p: vector_io_pb2.ContentItems) -> m.ContentItems:
    return [content_item_from_proto(v) for v in p.items]


def content_items_to_proto(s: m.ContentItems) -> vector_io_pb2.ContentItems:
    return vector_io_pb2.ContentItems(items=[content_item_to_proto(v) for v in s])


def content_from_proto(p: vector_io_pb2.Content) -> m.Content:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "item":
        return content_item_from_proto(p.item)
    if kind == "items":
        return content_items_from_proto(p.items)
    raise nothing_set("Content")


def content_to_proto(s: m.Content) -> vector_io_pb2.Content:
    if isinstance(s, str):
        return vector_io_pb2.Content(text=s)
    if isinstance(s, m.ContentItem):
        return vector_io_pb2.Content(item=content_item_to_proto(s))
    if isinstance(s, list):
        return vector_io_pb2.Content(items=content_items_to_proto(s))
    raise TypeError(type(s))


def chunk_metadata_from_proto(p: vector_io_pb2.ChunkMetadata) -> m.ChunkMetadata:
    return m.ChunkMetadata(
        chunk_id=p.chunk_id if p.HasField("chunk_id") else None,
        document_id=p.document_id if p.HasField("document_id") else None,
        source=p.source if p.HasField("source") else None,
        created_timestamp=p.created_timestamp if p.HasField("created_timestamp") else None,
        updated_timestamp=p.updated_timestamp if p.HasField("updated_timestamp") else None,
        chunk_window=p.chunk_window if p.HasField("chunk_window") else None,
        chunk_tokenizer=p.chunk_tokenizer if p.HasField("chunk_tokenizer") else None,
        content_token_count=p.content_token_count if p.HasField("content_token_count") else None,
        metadata_token_count=p.metadata_token_count if p.HasField("metadata_token_count") else None,
    )


def chunk_metadata_to_proto(s: m.ChunkMetadata) -> vector_io_pb2.ChunkMetadata:
    return vector_io_pb2.ChunkMetadata(
        chunk_id=s.chunk_id,
        document_id=s.document_id,
        source=s.source,
        created_timestamp=s.created_timestamp,
        updated_timestamp=s.updated_timestamp,
        chunk_window=s.chunk_window,
        chunk_tokenizer=s.chunk_tokenizer,
        content_token_count=s.content_token_count,
        metadata_token_count=s.metadata_token_count,
    )


def embedded_chunk_from_proto(p: vector_io_pb2.EmbeddedChunk) -> m.EmbeddedChunk:
    return m.EmbeddedChunk(
        content=content_from_proto(p.content),
        chunk_id=p.chunk_id if p.HasField("chunk_id") else None,
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
        chunk_metadata=chunk_metadata_from_proto(p.chunk_metadata)
        if p.HasField("chunk_metadata")
        else None,
        embedding=list(p.embedding) or None,
        embedding_model=p.embedding_model if p.HasField("embedding_model") else None,
        embedding_dimension=p.embedding_dimension if p.HasField("embedding_dimension") else None,
    )


def embedded_chunk_to_proto(s: m.EmbeddedChunk) -> vector_io_pb2.EmbeddedChunk:
    return vector_io_pb2.EmbeddedChunk(
        content=content_to_proto(s.content),
        chunk_id=s.chunk_id,
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
        chunk_metadata=None
        if s.chunk_metadata is None
        else chunk_metadata_to_proto(s.chunk_metadata),
        embedding=s.embedding,
        embedding_model=s.embedding_model,
        embedding_dimension=s.embedding_dimension,
    )


def insert_chunks_request_from_proto(p: vector_io_pb2.InsertChunksRequest) -> m.InsertChunksRequest:
    return m.InsertChunksRequest(
        vector_store_id=p.vector_store_id if p.HasField("vector_store_id") else None,
        chunks=[embedded_chunk_from_proto(v) for v in p.chunks],
        ttl_seconds=p.ttl_seconds if p.HasField("ttl_seconds") else None,
        vector_db_id=p.vector_db_id if p.HasField("vector_db_id") else None,
    )


def insert_chunks_request_to_proto(s: m.InsertChunksRequest) -> vector_io_pb2.InsertChunksRequest:
    return vector_io_pb2.InsertChunksRequest(
        vector_store_id=s.vector_store_id,
        chunks=[embedded_chunk_to_proto(v) for v in s.chunks],
        ttl_seconds=s.ttl_seconds,
        vector_db_id=s.vector_db_id,
    )


def query_chunks_params_from_proto(p: vector_io_pb2.QueryChunksParams) -> m.QueryChunksParams:
    return m.QueryChunksParams(
        max_chunks=p.max_chunks if p.HasField("max_chunks") else None,
        k=p.k if p.HasField("k") else None,
        mode=p.mode if p.HasField("mode") else None,  # type: ignore[arg-type]
        score_threshold=p.score_threshold if p.HasField("score_threshold") else None,
        filters=json_text(p.filters) if p.HasField("filters") else ABSENT,
        ranker=json_text(p.ranker) if p.HasField("ranker") else ABSENT,
    )


def query_chunks_params_to_proto(s: m.QueryChunksParams) -> vector_io_pb2.QueryChunksParams:
    return vector_io_pb2.QueryChunksParams(
        max_chunks=s.max_chunks,
        k=s.k,
        mode=s.mode,
        score_threshold=s.score_threshold,
        filters=None if s.filters is ABSENT else bytes(s.filters).decode(),
        ranker=None if s.ranker is ABSENT else bytes(s.ranker).decode(),
    )


def query_chunks_request_from_proto(p: vector_io_pb2.QueryChunksRequest) -> m.QueryChunksRequest:
    return m.QueryChunksRequest(
        vector_store_id=p.vector_store_id if p.HasField("vector_store_id") else None,
        query=content_from_proto(p.query),
        params=query_chunks_params_from_proto(p.params) if p.HasField("params") else None,
        vector_db_id=p.vector_db_id if p.HasField("vector_db_id") else None,
    )


def query_chunks_request_to_proto(s: m.QueryChunksRequest) -> vector_io_pb2.QueryChunksRequest:
    return vector_io_pb2.QueryChunksRequest(
        vector_store_id=s.vector_store_id,
        query=content_to_proto(s.query),
        params=None if s.params is None else query_chunks_params_to_proto(s.params),
        vector_db_id=s.vector_db_id,
    )


def query_chunks_response_from_proto(p: vector_io_pb2.QueryChunksResponse) -> m.QueryChunksResponse:
    return m.QueryChunksResponse(
        chunks=[embedded_chunk_from_proto(v) for v in p.chunks],
        scores=list(p.scores),
    )


def query_chunks_response_to_proto(s: m.QueryChunksResponse) -> vector_io_pb2.QueryChunksResponse:
    return vector_io_pb2.QueryChunksResponse(
        chunks=[embedded_chunk_to_proto(v) for v in s.chunks],
        scores=s.scores,
    )


def delete_chunks_request_from_proto(p: vector_io_pb2.DeleteChunksRequest) -> m.DeleteChunksRequest:
    return m.DeleteChunksRequest(
        vector_store_id=p.vector_store_id,
        chunk_ids=list(p.chunk_ids),
    )


def delete_chunks_request_to_proto(s: m.DeleteChunksRequest) -> vector_io_pb2.DeleteChunksRequest:
    return vector_io_pb2.DeleteChunksRequest(
        vector_store_id=s.vector_store_id,
        chunk_ids=s.chunk_ids,
    )


def list_vector_dbs_request_from_proto(
    p: legacy_pb2.ListVectorDbsRequest,
) -> m.ListVectorDbsRequest:
    del p
    return m.ListVectorDbsRequest()


def list_vector_dbs_request_to_proto(s: m.ListVectorDbsRequest) -> legacy_pb2.ListVectorDbsRequest:
    del s
    return legacy_pb2.ListVectorDbsRequest()


def vector_db_from_proto(p: legacy_pb2.VectorDb) -> m.VectorDb:
    return m.VectorDb(
        identifier=p.identifier,
        provider_resource_id=p.provider_resource_id if p.HasField("provider_resource_id") else None,
        provider_id=p.provider_id,
        embedding_model=p.embedding_model,
        embedding_dimension=p.embedding_dimension,
        vector_db_name=p.vector_db_name if p.HasField("vector_db_name") else None,
    )


def vector_db_to_proto(s: m.VectorDb) -> legacy_pb2.VectorDb:
    return legacy_pb2.VectorDb(
        identifier=s.identifier,
        provider_resource_id=s.provider_resource_id,
        provider_id=s.provider_id,
        type=s.type,
        embedding_model=s.embedding_model,
        embedding_dimension=s.embedding_dimension,
        vector_db_name=s.vector_db_name,
    )


def vector_db_list_from_proto(p: legacy_pb2.VectorDbList) -> m.VectorDbList:
    return m.VectorDbList(
        data=[vector_db_from_proto(v) for v in p.data],
    )


def vector_db_list_to_proto(s: m.VectorDbList) -> legacy_pb2.VectorDbList:
    return legacy_pb2.VectorDbList(
        data=[vector_db_to_proto(v) for v in s.data],
    )


def register_vector_db_request_from_proto(
    p: legacy_pb2.RegisterVectorDbRequest,
) -> m.RegisterVectorDbRequest:
    return m.RegisterVectorDbRequest(
        vector_db_id=p.vector_db_id,
        embedding_model=p.embedding_model,
        embedding_dimension=p.embedding_dimension if p.HasField("embedding_dimension") else None,
        provider_id=p.provider_id if p.HasField("provider_id") else None,
        vector_db_name=p.vector_db_name if p.HasField("vector_db_name") else None,
        provider_vector_db_id=p.provider_vector_db_id
        if p.HasField("provider_vector_db_id")
        else None,
    )


def register_vector_db_request_to_proto(
    s: m.RegisterVectorDbRequest,
) -> legacy_pb2.RegisterVectorDbRequest:
    return legacy_pb2.RegisterVectorDbRequest(
        vector_db_id=s.vector_db_id,
        embedding_model=s.embedding_model,
        embedding_dimension=s.embedding_dimension,
        provider_id=s.provider_id,
        vector_db_name=s.vector_db_name,
        provider_vector_db_id=s.provider_vector_db_id,
    )


def get_vector_db_request_from_proto(p: legacy_pb2.GetVectorDbRequest) -> m.GetVectorDbRequest:
    return m.GetVectorDbRequest(
        vector_db_id=p.vector_db_id,
    )


def get_vector_db_request_to_proto(s: m.GetVectorDbRequest) -> legacy_pb2.GetVectorDbRequest:
    return legacy_pb2.GetVectorDbRequest(
        vector_db_id=s.vector_db_id,
    )


def unregister_vector_db_request_from_proto(
    p: legacy_pb2.UnregisterVectorDbRequest,
) -> m.UnregisterVectorDbRequest:
    return m.UnregisterVectorDbRequest(
        vector_db_id=p.vector_db_id,
    )


def unregister_vector_db_request_to_proto(
    s: m.UnregisterVectorDbRequest,
) -> legacy_pb2.UnregisterVectorDbRequest:
    return legacy_pb2.UnregisterVectorDbRequest(
        vector_db_id=s.vector_db_id,
    )


def rag_content_item_from_proto(p: legacy_pb2.RagContentItem) -> m.RagContentItem:
    return m.RagContentItem(
        type=p.type if p.HasField("type") else None,
        text=p.text if p.HasField("text") else None,
        uri=p.uri if p.HasField("uri") else None,
    )


def rag_content_item_to_proto(s: m.RagContentItem) -> legacy_pb2.RagContentItem:
    return legacy_pb2.RagContentItem(
        type=s.type,
        text=s.text,
        uri=s.uri,
    )


def rag_content_items_from_proto(p: legacy_pb2.RagContentItems) -> m.RagContentItems:
    return [rag_content_item_from_proto(v) for v in p.items]


def rag_content_items_to_proto(s: m.RagContentItems) -> legacy_pb2.RagContentItems:
    return legacy_pb2.RagContentItems(items=[rag_content_item_to_proto(v) for v in s])


def rag_content_from_proto(p: legacy_pb2.RagContent) -> m.RagContent:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "item":
        return rag_content_item_from_proto(p.item)
    if kind == "items":
        return rag_content_items_from_proto(p.items)
    raise nothing_set("RagContent")


def rag_content_to_proto(s: m.RagContent) -> legacy_pb2.RagContent:
    if isinstance(s, str):
        return legacy_pb2.RagContent(text=s)
    if isinstance(s, m.RagContentItem):
        return legacy_pb2.RagContent(item=rag_content_item_to_proto(s))
    if isinstance(s, list):
        return legacy_pb2.RagContent(items=rag_content_items_to_proto(s))
    raise TypeError(type(s))


def rag_document_from_proto(p: legacy_pb2.RagDocument) -> m.RagDocument:
    return m.RagDocument(
        document_id=p.document_id,
        content=rag_content_from_proto(p.content),
        mime_type=p.mime_type if p.HasField("mime_type") else None,
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
    )


def rag_document_to_proto(s: m.RagDocument) -> legacy_pb2.RagDocument:
    return legacy_pb2.RagDocument(
        document_id=s.document_id,
        content=rag_content_to_proto(s.content),
        mime_type=s.mime_type,
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
    )


def insert_documents_request_from_proto(
    p: legacy_pb2.InsertDocumentsRequest,
) -> m.InsertDocumentsRequest:
    return m.InsertDocumentsRequest(
        documents=[rag_document_from_proto(v) for v in p.documents],
        vector_db_id=p.vector_db_id,
        chunk_size_in_tokens=p.chunk_size_in_tokens if p.HasField("chunk_size_in_tokens") else None,
    )


def insert_documents_request_to_proto(
    s: m.InsertDocumentsRequest,
) -> legacy_pb2.InsertDocumentsRequest:
    return legacy_pb2.InsertDocumentsRequest(
        documents=[rag_document_to_proto(v) for v in s.documents],
        vector_db_id=s.vector_db_id,
        chunk_size_in_tokens=s.chunk_size_in_tokens,
    )


def rag_query_generator_from_proto(p: legacy_pb2.RagQueryGenerator) -> m.RagQueryGenerator:
    return m.RagQueryGenerator(
        type=p.type,  # type: ignore[arg-type]
        separator=p.separator if p.HasField("separator") else None,
        model=p.model if p.HasField("model") else None,
        template=p.template if p.HasField("template") else None,
    )


def rag_query_generator_to_proto(s: m.RagQueryGenerator) -> legacy_pb2.RagQueryGenerator:
    return legacy_pb2.RagQueryGenerator(
        type=s.type,
        separator=s.separator,
        model=s.model,
        template=s.template,
    )


def rag_query_config_from_proto(p: legacy_pb2.RagQueryConfig) -> m.RagQueryConfig:
    return m.RagQueryConfig(
        query_generator_config=rag_query_generator_from_proto(p.query_generator_config)
        if p.HasField("query_generator_config")
        else None,
        max_tokens_in_context=p.max_tokens_in_context
        if p.HasField("max_tokens_in_context")
        else None,
        max_chunks=p.max_chunks if p.HasField("max_chunks") else None,
        chunk_template=p.chunk_template if p.HasField("chunk_template") else None,
        mode=p.mode if p.HasField("mode") else None,  # type: ignore[arg-type]
        ranker=json_text(p.ranker) if p.HasField("ranker") else ABSENT,
    )


def rag_query_config_to_proto(s: m.RagQueryConfig) -> legacy_pb2.RagQueryConfig:
    return legacy_pb2.RagQueryConfig(
        query_generator_config=None
        if s.query_generator_config is None
        else rag_query_generator_to_proto(s.query_generator_config),
        max_tokens_in_context=s.max_tokens_in_context,
        max_chunks=s.max_chunks,
        chunk_template=s.chunk_template,
        mode=s.mode,
        ranker=None if s.ranker is ABSENT else bytes(s.ranker).decode(),
    )


def query_documents_request_from_proto(
    p: legacy_pb2.QueryDocumentsRequest,
) -> m.QueryDocumentsRequest:
    return m.QueryDocumentsRequest(
        content=content_from_proto(p.content),
        vector_db_ids=list(p.vector_db_ids),
        query_config=rag_query_config_from_proto(p.query_config)
        if p.HasField("query_config")
        else None,
    )


def query_documents_request_to_proto(
    s: m.QueryDocumentsRequest,
) -> legacy_pb2.QueryDocumentsRequest:
    return legacy_pb2.QueryDocumentsRequest(
        content=content_to_proto(s.content),
        vector_db_ids=s.vector_db_ids,
        query_config=None if s.query_config is None else rag_query_config_to_proto(s.query_config),
    )


def query_documents_response_from_proto(
    p: legacy_pb2.QueryDocumentsResponse,
) -> m.QueryDocumentsResponse:
    return m.QueryDocumentsResponse(
        content=[content_item_from_proto(v) for v in p.content] or None,
        metadata=json_text(p.metadata),
    )


def query_documents_response_to_proto(
    s: m.QueryDocumentsResponse,
) -> legacy_pb2.QueryDocumentsResponse:
    return legacy_pb2.QueryDocumentsResponse(
        content=[content_item_to_proto(v) for v in s.content or ()],
        metadata=bytes(s.metadata).decode(),
    )


def vector_store_expires_after_from_proto(
    p: vector_stores_pb2.VectorStoreExpiresAfter,
) -> m.VectorStoreExpiresAfter:
    return m.VectorStoreExpiresAfter(
        anchor=p.anchor,  # type: ignore[arg-type]
        days=p.days,
    )


def vector_store_expires_after_to_proto(
    s: m.VectorStoreExpiresAfter,
) -> vector_stores_pb2.VectorStoreExpiresAfter:
    return vector_stores_pb2.VectorStoreExpiresAfter(
        anchor=s.anchor,
        days=s.days,
    )


def vector_store_static_chunking_from_proto(
    p: vector_stores_pb2.VectorStoreStaticChunking,
) -> m.VectorStoreStaticChunking:
    return m.VectorStoreStaticChunking(
        max_chunk_size_tokens=p.max_chunk_size_tokens
        if p.HasField("max_chunk_size_tokens")
        else None,
        chunk_overlap_tokens=p.chunk_overlap_tokens if p.HasField("chunk_overlap_tokens") else None,
    )


def vector_store_static_chunking_to_proto(
    s: m.VectorStoreStaticChunking,
) -> vector_stores_pb2.VectorStoreStaticChunking:
    return vector_stores_pb2.VectorStoreStaticChunking(
        max_chunk_size_tokens=s.max_chunk_size_tokens,
        chunk_overlap_tokens=s.chunk_overlap_tokens,
    )


def vector_store_contextual_chunking_from_proto(
    p: vector_stores_pb2.VectorStoreContextualChunking,
) -> m.VectorStoreContextualChunking:
    return m.VectorStoreContextualChunking(
        model_id=p.model_id if p.HasField("model_id") else None,
        context_prompt=p.context_prompt if p.HasField("context_prompt") else None,
        max_chunk_size_tokens=p.max_chunk_size_tokens
        if p.HasField("max_chunk_size_tokens")
        else None,
        chunk_overlap_tokens=p.chunk_overlap_tokens if p.HasField("chunk_overlap_tokens") else None,
        timeout_seconds=p.timeout_seconds if p.HasField("timeout_seconds") else None,
        max_concurrency=p.max_concurrency if p.HasField("max_concurrency") else None,
    )


def vector_store_contextual_chunking_to_proto(
    s: m.VectorStoreContextualChunking,
) -> vector_stores_pb2.VectorStoreContextualChunking:
    return vector_stores_pb2.VectorStoreContextualChunking(
        model_id=s.model_id,
        context_prompt=s.context_prompt,
        max_chunk_size_tokens=s.max_chunk_size_tokens,
        chunk_overlap_tokens=s.chunk_overlap_tokens,
        timeout_seconds=s.timeout_seconds,
        max_concurrency=s.max_concurrency,
    )


def vector_store_chunking_strategy_from_proto(
    p: vector_stores_pb2.VectorStoreChunkingStrategy,
) -> m.VectorStoreChunkingStrategy:
    return m.VectorStoreChunkingStrategy(
        type=p.type,  # type: ignore[arg-type]
        static=vector_store_static_chunking_from_proto(p.static) if p.HasField("static") else None,
        contextual=vector_store_contextual_chunking_from_proto(p.contextual)
        if p.HasField("contextual")
        else None,
    )


def vector_store_chunking_strategy_to_proto(
    s: m.VectorStoreChunkingStrategy,
) -> vector_stores_pb2.VectorStoreChunkingStrategy:
    return vector_stores_pb2.VectorStoreChunkingStrategy(
        type=s.type,
        static=None if s.static is None else vector_store_static_chunking_to_proto(s.static),
        contextual=None
        if s.contextual is None
        else vector_store_contextual_chunking_to_proto(s.contextual),
    )


def create_vector_store_request_from_proto(
    p: vector_stores_pb2.CreateVectorStoreRequest,
) -> m.CreateVectorStoreRequest:
    return m.CreateVectorStoreRequest(
        name=p.name if p.HasField("name") else None,
        description=p.description if p.HasField("description") else None,
        file_ids=list(p.file_ids) or None,
        expires_after=vector_store_expires_after_from_proto(p.expires_after)
        if p.HasField("expires_after")
        else None,
        chunking_strategy=vector_store_chunking_strategy_from_proto(p.chunking_strategy)
        if p.HasField("chunking_strategy")
        else None,
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
        provider_id=p.provider_id if p.HasField("provider_id") else None,
        embedding_model=p.embedding_model if p.HasField("embedding_model") else None,
        embedding_dimension=p.embedding_dimension if p.HasField("embedding_dimension") else None,
    )


def create_vector_store_request_to_proto(
    s: m.CreateVectorStoreRequest,
) -> vector_stores_pb2.CreateVectorStoreRequest:
    return vector_stores_pb2.CreateVectorStoreRequest(
        name=s.name,
        description=s.description,
        file_ids=s.file_ids,
        expires_after=None
        if s.expires_after is None
        else vector_store_expires_after_to_proto(s.expires_after),
        chunking_strategy=None
        if s.chunking_strategy is None
        else vector_store_chunking_strategy_to_proto(s.chunking_strategy),
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
        provider_id=s.provider_id,
        embedding_model=s.embedding_model,
        embedding_dimension=s.embedding_dimension,
    )


def vector_store_file_counts_from_proto(
    p: vector_stores_pb2.VectorStoreFileCounts,
) -> m.VectorStoreFileCounts:
    return m.VectorStoreFileCounts(
        completed=p.completed,
        cancelled=p.cancelled,
        failed=p.failed,
        in_progress=p.in_progress,
        total=p.total,
    )


def vector_store_file_counts_to_proto(
    s: m.VectorStoreFileCounts,
) -> vector_stores_pb2.VectorStoreFileCounts:
    return vector_stores_pb2.VectorStoreFileCounts(
        completed=s.completed,
        cancelled=s.cancelled,
        failed=s.failed,
        in_progress=s.in_progress,
        total=s.total,
    )


def vector_store_from_proto(p: vector_stores_pb2.VectorStore) -> m.VectorStore:
    return m.VectorStore(
        id=p.id,
        created_at=p.created_at,
        name=p.name,
        description=p.description if p.HasField("description") else None,
        usage_bytes=p.usage_bytes,
        file_counts=vector_store_file_counts_from_proto(p.file_counts),
        status=p.status,
        expires_after=vector_store_expires_after_from_proto(p.expires_after)
        if p.HasField("expires_after")
        else None,
        expires_at=p.expires_at if p.HasField("expires_at") else None,
        last_active_at=p.last_active_at if p.HasField("last_active_at") else None,
        metadata=json_text(p.metadata),
    )


def vector_store_to_proto(s: m.VectorStore) -> vector_stores_pb2.VectorStore:
    return vector_stores_pb2.VectorStore(
        id=s.id,
        object=s.object,
        created_at=s.created_at,
        name=s.name,
        description=s.description,
        usage_bytes=s.usage_bytes,
        file_counts=vector_store_file_counts_to_proto(s.file_counts),
        status=s.status,
        expires_after=None
        if s.expires_after is None
        else vector_store_expires_after_to_proto(s.expires_after),
        expires_at=s.expires_at,
        last_active_at=s.last_active_at,
        metadata=bytes(s.metadata).decode(),
    )


def list_vector_stores_request_from_proto(
    p: vector_stores_pb2.ListVectorStoresRequest,
) -> m.ListVectorStoresRequest:
    return m.ListVectorStoresRequest(
        limit=p.limit if p.HasField("limit") else None,
        order=p.order if p.HasField("order") else None,  # type: ignore[arg-type]
        after=p.after if p.HasField("after") else None,
        before=p.before if p.HasField("before") else None,
    )


def list_vector_stores_request_to_proto(
    s: m.ListVectorStoresRequest,
) -> vector_stores_pb2.ListVectorStoresRequest:
    return vector_stores_pb2.ListVectorStoresRequest(
        limit=s.limit,
        order=s.order,
        after=s.after,
        before=s.before,
    )


def vector_store_list_from_proto(p: vector_stores_pb2.VectorStoreList) -> m.VectorStoreList:
    return m.VectorStoreList(
        data=[vector_store_from_proto(v) for v in p.data],
        first_id=p.first_id if p.HasField("first_id") else None,
        last_id=p.last_id if p.HasField("last_id") else None,
        has_more=p.has_more,
    )


def vector_store_list_to_proto(s: m.VectorStoreList) -> vector_stores_pb2.VectorStoreList:
    return vector_stores_pb2.VectorStoreList(
        object=s.object,
        data=[vector_store_to_proto(v) for v in s.data],
        first_id=s.first_id,
        last_id=s.last_id,
        has_more=s.has_more,
    )


def get_vector_store_request_from_proto(
    p: vector_stores_pb2.GetVectorStoreRequest,
) -> m.GetVectorStoreRequest:
    return m.GetVectorStoreRequest(
        vector_store_id=p.vector_store_id,
    )


def get_vector_store_request_to_proto(
    s: m.GetVectorStoreRequest,
) -> vector_stores_pb2.GetVectorStoreRequest:
    return vector_stores_pb2.GetVectorStoreRequest(
        vector_store_id=s.vector_store_id,
    )


def update_vector_store_request_from_proto(
    p: vector_stores_pb2.UpdateVectorStoreRequest,
) -> m.UpdateVectorStoreRequest:
    return m.UpdateVectorStoreRequest(
        vector_store_id=p.vector_store_id,
        name=p.name if p.HasField("name") else None,
        expires_after=vector_store_expires_after_from_proto(p.expires_after)
        if p.HasField("expires_after")
        else None,
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
    )


def update_vector_store_request_to_proto(
    s: m.UpdateVectorStoreRequest,
) -> vector_stores_pb2.UpdateVectorStoreRequest:
    return vector_stores_pb2.UpdateVectorStoreRequest(
        vector_store_id=s.vector_store_id,
        name=s.name,
        expires_after=None
        if s.expires_after is None
        else vector_store_expires_after_to_proto(s.expires_after),
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
    )


def delete_vector_store_request_from_proto(
    p: vector_stores_pb2.DeleteVectorStoreRequest,
) -> m.DeleteVectorStoreRequest:
    return m.DeleteVectorStoreRequest(
        vector_store_id=p.vector_store_id,
    )


def delete_vector_store_request_to_proto(
    s: m.DeleteVectorStoreRequest,
) -> vector_stores_pb2.DeleteVectorStoreRequest:
    return vector_stores_pb2.DeleteVectorStoreRequest(
        vector_store_id=s.vector_store_id,
    )


def vector_store_deleted_from_proto(
    p: vector_stores_pb2.VectorStoreDeleted,
) -> m.VectorStoreDeleted:
    return m.VectorStoreDeleted(
        id=p.id,
        deleted=p.deleted,
    )


def vector_store_deleted_to_proto(s: m.VectorStoreDeleted) -> vector_stores_pb2.VectorStoreDeleted:
    return vector_stores_pb2.VectorStoreDeleted(
        id=s.id,
        object=s.object,
        deleted=s.deleted,
    )


def search_queries_from_proto(p: vector_stores_pb2.SearchQueries) -> m.SearchQueries:
    return list(p.texts)


def search_queries_to_proto(s: m.SearchQueries) -> vector_stores_pb2.SearchQueries:
    return vector_stores_pb2.SearchQueries(texts=s)


def search_query_from_proto(p: vector_stores_pb2.SearchQuery) -> m.SearchQuery:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "texts":
        return search_queries_from_proto(p.texts)
    raise nothing_set("SearchQuery")


def search_query_to_proto(s: m.SearchQuery) -> vector_stores_pb2.SearchQuery:
    if isinstance(s, str):
        return vector_stores_pb2.SearchQuery(text=s)
    if isinstance(s, list):
        return vector_stores_pb2.SearchQuery(texts=search_queries_to_proto(s))
    raise TypeError(type(s))


def hybrid_search_options_from_proto(
    p: vector_stores_pb2.HybridSearchOptions,
) -> m.HybridSearchOptions:
    return m.HybridSearchOptions(
        embedding_weight=p.embedding_weight,
        text_weight=p.text_weight,
    )


def hybrid_search_options_to_proto(
    s: m.HybridSearchOptions,
) -> vector_stores_pb2.HybridSearchOptions:
    return vector_stores_pb2.HybridSearchOptions(
        embedding_weight=s.embedding_weight,
        text_weight=s.text_weight,
    )


def search_ranking_options_from_proto(
    p: vector_stores_pb2.SearchRankingOptions,
) -> m.SearchRankingOptions:
    return m.SearchRankingOptions(
        ranker=p.ranker if p.HasField("ranker") else None,
        score_threshold=p.score_threshold if p.HasField("score_threshold") else None,
        alpha=p.alpha if p.HasField("alpha") else None,
        impact_factor=p.impact_factor if p.HasField("impact_factor") else None,
        weights={k: v for k, v in p.weights.items()} or None,
        model=p.model if p.HasField("model") else None,
        hybrid_search=hybrid_search_options_from_proto(p.hybrid_search)
        if p.HasField("hybrid_search")
        else None,
    )


def search_ranking_options_to_proto(
    s: m.SearchRankingOptions,
) -> vector_stores_pb2.SearchRankingOptions:
    return vector_stores_pb2.SearchRankingOptions(
        ranker=s.ranker,
        score_threshold=s.score_threshold,
        alpha=s.alpha,
        impact_factor=s.impact_factor,
        weights=s.weights,
        model=s.model,
        hybrid_search=None
        if s.hybrid_search is None
        else hybrid_search_options_to_proto(s.hybrid_search),
    )


def search_vector_store_request_from_proto(
    p: vector_stores_pb2.SearchVectorStoreRequest,
) -> m.SearchVectorStoreRequest:
    return m.SearchVectorStoreRequest(
        vector_store_id=p.vector_store_id,
        query=search_query_from_proto(p.query),
        filters=json_text(p.filters) if p.HasField("filters") else ABSENT,
        max_num_results=p.max_num_results if p.HasField("max_num_results") else None,
        ranking_options=search_ranking_options_from_proto(p.ranking_options)
        if p.HasField("ranking_options")
        else None,
        rewrite_query=p.rewrite_query if p.HasField("rewrite_query") else None,
        search_mode=p.search_mode if p.HasField("search_mode") else None,  # type: ignore[arg-type]
    )


def search_vector_store_request_to_proto(
    s: m.SearchVectorStoreRequest,
) -> vector_stores_pb2.SearchVectorStoreRequest:
    return vector_stores_pb2.SearchVectorStoreRequest(
        vector_store_id=s.vector_store_id,
        query=search_query_to_proto(s.query),
        filters=None if s.filters is ABSENT else bytes(s.filters).decode(),
        max_num_results=s.max_num_results,
        ranking_options=None
        if s.ranking_options is None
        else search_ranking_options_to_proto(s.ranking_options),
        rewrite_query=s.rewrite_query,
        search_mode=s.search_mode,
    )


def vector_store_content_from_proto(
    p: vector_stores_pb2.VectorStoreContent,
) -> m.VectorStoreContent:
    return m.VectorStoreContent(
        text=p.text,
        embedding=list(p.embedding) or None,
        chunk_metadata=chunk_metadata_from_proto(p.chunk_metadata)
        if p.HasField("chunk_metadata")
        else None,
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
    )


def vector_store_content_to_proto(s: m.VectorStoreContent) -> vector_stores_pb2.VectorStoreContent:
    return vector_stores_pb2.VectorStoreContent(
        type=s.type,
        text=s.text,
        embedding=s.embedding,
        chunk_metadata=None
        if s.chunk_metadata is None
        else chunk_metadata_to_proto(s.chunk_metadata),
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
    )


def vector_store_search_result_from_proto(
    p: vector_stores_pb2.VectorStoreSearchResult,
) -> m.VectorStoreSearchResult:
    return m.VectorStoreSearchResult(
        file_id=p.file_id,
        filename=p.filename,
        score=p.score,
        attributes=json_text(p.attributes) if p.HasField("attributes") else Raw(b"null"),
        content=[vector_store_content_from_proto(v) for v in p.content],
    )


def vector_store_search_result_to_proto(
    s: m.VectorStoreSearchResult,
) -> vector_stores_pb2.VectorStoreSearchResult:
    return vector_stores_pb2.VectorStoreSearchResult(
        file_id=s.file_id,
        filename=s.filename,
        score=s.score,
        attributes=None if s.attributes is ABSENT else bytes(s.attributes).decode(),
        content=[vector_store_content_to_proto(v) for v in s.content],
    )


def vector_store_search_page_from_proto(
    p: vector_stores_pb2.VectorStoreSearchPage,
) -> m.VectorStoreSearchPage:
    return m.VectorStoreSearchPage(
        search_query=list(p.search_query),
        data=[vector_store_search_result_from_proto(v) for v in p.data],
        has_more=p.has_more,
        next_page=p.next_page if p.HasField("next_page") else None,
    )


def vector_store_search_page_to_proto(
    s: m.VectorStoreSearchPage,
) -> vector_stores_pb2.VectorStoreSearchPage:
    return vector_stores_pb2.VectorStoreSearchPage(
        object=s.object,
        search_query=s.search_query,
        data=[vector_store_search_result_to_proto(v) for v in s.data],
        has_more=s.has_more,
        next_page=s.next_page,
    )


def create_vector_store_file_request_from_proto(
    p: vector_stores_pb2.CreateVectorStoreFileRequest,
) -> m.CreateVectorStoreFileRequest:
    return m.CreateVectorStoreFileRequest(
        vector_store_id=p.vector_store_id,
        file_id=p.file_id,
        attributes=json_text(p.attributes) if p.HasField("attributes") else ABSENT,
        chunking_strategy=vector_store_chunking_strategy_from_proto(p.chunking_strategy)
        if p.HasField("chunking_strategy")
        else None,
    )


def create_vector_store_file_request_to_proto(
    s: m.CreateVectorStoreFileRequest,
) -> vector_stores_pb2.CreateVectorStoreFileRequest:
    return vector_stores_pb2.CreateVectorStoreFileRequest(
        vector_store_id=s.vector_store_id,
        file_id=s.file_id,
        attributes=None if s.attributes is ABSENT else bytes(s.attributes).decode(),
        chunking_strategy=None
        if s.chunking_strategy is None
        else vector_store_chunking_strategy_to_proto(s.chunking_strategy),
    )


def vector_store_file_error_from_proto(
    p: vector_stores_pb2.VectorStoreFileError,
) -> m.VectorStoreFileError:
    return m.VectorStoreFileError(
        code=p.code,
        message=p.message,
    )


def vector_store_file_error_to_proto(
    s: m.VectorStoreFileError,
) -> vector_stores_pb2.VectorStoreFileError:
    return vector_stores_pb2.VectorStoreFileError(
        code=s.code,
        message=s.message,
    )


def vector_store_file_from_proto(p: vector_stores_pb2.VectorStoreFile) -> m.VectorStoreFile:
    return m.VectorStoreFile(
        id=p.id,
        attributes=json_text(p.attributes),
        chunking_strategy=vector_store_chunking_strategy_from_proto(p.chunking_strategy),
        created_at=p.created_at,
        last_error=vector_store_file_error_from_proto(p.last_error)
        if p.HasField("last_error")
        else None,
        status=p.status,
        usage_bytes=p.usage_bytes,
        vector_store_id=p.vector_store_id,
    )


def vector_store_file_to_proto(s: m.VectorStoreFile) -> vector_stores_pb2.VectorStoreFile:
    return vector_stores_pb2.VectorStoreFile(
        id=s.id,
        object=s.object,
        attributes=bytes(s.attributes).decode(),
        chunking_strategy=vector_store_chunking_strategy_to_proto(s.chunking_strategy),
        created_at=s.created_at,
        last_error=None if s.last_error is None else vector_store_file_error_to_proto(s.last_error),
        status=s.status,
        usage_bytes=s.usage_bytes,
        vector_store_id=s.vector_store_id,
    )


def list_vector_store_files_request_from_proto(
    p: vector_stores_pb2.ListVectorStoreFilesRequest,
) -> m.ListVectorStoreFilesRequest:
    return m.ListVectorStoreFilesRequest(
        vector_store_id=p.vector_store_id,
        limit=p.limit if p.HasField("limit") else None,
        order=p.order if p.HasField("order") else None,  # type: ignore[arg-type]
        after=p.after if p.HasField("after") else None,
        before=p.before if p.HasField("before") else None,
        filter=p.filter if p.HasField("filter") else None,  # type: ignore[arg-type]
    )


def list_vector_store_files_request_to_proto(
    s: m.ListVectorStoreFilesRequest,
) -> vector_stores_pb2.ListVectorStoreFilesRequest:
    return vector_stores_pb2.ListVectorStoreFilesRequest(
        vector_store_id=s.vector_store_id,
        limit=s.limit,
        order=s.order,
        after=s.after,
        before=s.before,
        filter=s.filter,
    )


def vector_store_file_list_from_proto(
    p: vector_stores_pb2.VectorStoreFileList,
) -> m.VectorStoreFileList:
    return m.VectorStoreFileList(
        data=[vector_store_file_from_proto(v) for v in p.data],
        first_id=p.first_id if p.HasField("first_id") else None,
        last_id=p.last_id if p.HasField("last_id") else None,
        has_more=p.has_more,
    )


def vector_store_file_list_to_proto(
    s: m.VectorStoreFileList,
) -> vector_stores_pb2.VectorStoreFileList:
    return vector_stores_pb2.VectorStoreFileList(
        object=s.object,
        data=[vector_store_file_to_proto(v) for v in s.data],
        first_id=s.first_id,
        last_id=s.last_id,
        has_more=s.has_more,
    )


def get_vector_store_file_request_from_proto(
    p: vector_stores_pb2.GetVectorStoreFileRequest,
) -> m.GetVectorStoreFileRequest:
    return m.GetVectorStoreFileRequest(
        vector_store_id=p.vector_store_id,
        file_id=p.file_id,
    )


def get_vector_store_file_request_to_proto(
    s: m.GetVectorStoreFileRequest,
) -> vector_stores_pb2.GetVectorStoreFileRequest:
    return vector_stores_pb2.GetVectorStoreFileRequest(
        vector_store_id=s.vector_store_id,
        file_id=s.file_id,
    )


def update_vector_store_file_request_from_proto(
    p: vector_stores_pb2.UpdateVectorStoreFileRequest,
) -> m.UpdateVectorStoreFileRequest:
    return m.UpdateVectorStoreFileRequest(
        vector_store_id=p.vector_store_id,
        file_id=p.file_id,
        attributes=json_text(p.attributes),
    )


def update_vector_store_file_request_to_proto(
    s: m.UpdateVectorStoreFileRequest,
) -> vector_stores_pb2.UpdateVectorStoreFileRequest:
    return vector_stores_pb2.UpdateVectorStoreFileRequest(
        vector_store_id=s.vector_store_id,
        file_id=s.file_id,
        attributes=bytes(s.attributes).decode(),
    )


def delete_vector_store_file_request_from_proto(
    p: vector_stores_pb2.DeleteVectorStoreFileRequest,
) -> m.DeleteVectorStoreFileRequest:
    return m.DeleteVectorStoreFileRequest(
        vector_store_id=p.vector_store_id,
        file_id=p.file_id,
    )


def delete_vector_store_file_request_to_proto(
    s: m.DeleteVectorStoreFileRequest,
) -> vector_stores_pb2.DeleteVectorStoreFileRequest:
    return vector_stores_pb2.DeleteVectorStoreFileRequest(
        vector_store_id=s.vector_store_id,
        file_id=s.file_id,
    )


def vector_store_file_deleted_from_proto(
    p: vector_stores_pb2.VectorStoreFileDeleted,
) -> m.VectorStoreFileDeleted:
    return m.VectorStoreFileDeleted(
        id=p.id,
        deleted=p.deleted,
    )


def vector_store_file_deleted_to_proto(
    s: m.VectorStoreFileDeleted,
) -> vector_stores_pb2.VectorStoreFileDeleted:
    return vector_stores_pb2.VectorStoreFileDeleted(
        id=s.id,
        object=s.object,
        deleted=s.deleted,
    )


def get_vector_store_file_content_request_from_proto(
    p: vector_stores_pb2.GetVectorStoreFileContentRequest,
) -> m.GetVectorStoreFileContentRequest:
    return m.GetVectorStoreFileContentRequest(
        vector_store_id=p.vector_store_id,
        file_id=p.file_id,
        include_embeddings=p.include_embeddings if p.HasField("include_embeddings") else None,
        include_metadata=p.include_metadata if p.HasField("include_metadata") else None,
    )


def get_vector_store_file_content_request_to_proto(
    s: m.GetVectorStoreFileContentRequest,
) -> vector_stores_pb2.GetVectorStoreFileContentRequest:
    return vector_stores_pb2.GetVectorStoreFileContentRequest(
        vector_store_id=s.vector_store_id,
        file_id=s.file_id,
        include_embeddings=s.include_embeddings,
        include_metadata=s.include_metadata,
    )


def vector_store_file_content_from_proto(
    p: vector_stores_pb2.VectorStoreFileContent,
) -> m.VectorStoreFileContent:
    return m.VectorStoreFileContent(
        data=[vector_store_content_from_proto(v) for v in p.data],
        has_more=p.has_more,
        next_page=p.next_page if p.HasField("next_page") else None,
    )


def vector_store_file_content_to_proto(
    s: m.VectorStoreFileContent,
) -> vector_stores_pb2.VectorStoreFileContent:
    return vector_stores_pb2.VectorStoreFileContent(
        object=s.object,
        data=[vector_store_content_to_proto(v) for v in s.data],
        has_more=s.has_more,
        next_page=s.next_page,
    )


def vector_store_file_batch_entry_from_proto(
    p: vector_stores_pb2.VectorStoreFileBatchEntry,
) -> m.VectorStoreFileBatchEntry:
    return m.VectorStoreFileBatchEntry(
        file_id=p.file_id,
        attributes=json_text(p.attributes) if p.HasField("attributes") else ABSENT,
        chunking_strategy=vector_store_chunking_strategy_from_proto(p.chunking_strategy)
        if p.HasField("chunking_strategy")
        else None,
    )


def vector_store_file_batch_entry_to_proto(
    s: m.VectorStoreFileBatchEntry,
) -> vector_stores_pb2.VectorStoreFileBatchEntry:
    return vector_stores_pb2.VectorStoreFileBatchEntry(
        file_id=s.file_id,
        attributes=None if s.attributes is ABSENT else bytes(s.attributes).decode(),
        chunking_strategy=None
        if s.chunking_strategy is None
        else vector_store_chunking_strategy_to_proto(s.chunking_strategy),
    )


def create_vector_store_file_batch_request_from_proto(
    p: vector_stores_pb2.CreateVectorStoreFileBatchRequest,
) -> m.CreateVectorStoreFileBatchRequest:
    return m.CreateVectorStoreFileBatchRequest(
        vector_store_id=p.vector_store_id,
        file_ids=list(p.file_ids) or None,
        files=[vector_store_file_batch_entry_from_proto(v) for v in p.files] or None,
        attributes=json_text(p.attributes) if p.HasField("attributes") else ABSENT,
        chunking_strategy=vector_store_chunking_strategy_from_proto(p.chunking_strategy)
        if p.HasField("chunking_strategy")
        else None,
    )


def create_vector_store_file_batch_request_to_proto(
    s: m.CreateVectorStoreFileBatchRequest,
) -> vector_stores_pb2.CreateVectorStoreFileBatchRequest:
    return vector_stores_pb2.CreateVectorStoreFileBatchRequest(
        vector_store_id=s.vector_store_id,
        file_ids=s.file_ids,
        files=[vector_store_file_batch_entry_to_proto(v) for v in s.files or ()],
        attributes=None if s.attributes is ABSENT else bytes(s.attributes).decode(),
        chunking_strategy=None
        if s.chunking_strategy is None
        else vector_store_chunking_strategy_to_proto(s.chunking_strategy),
    )


def vector_store_file_batch_from_proto(
    p: vector_stores_pb2.VectorStoreFileBatch,
) -> m.VectorStoreFileBatch:
    return m.VectorStoreFileBatch(
        id=p.id,
        created_at=p.created_at,
        vector_store_id=p.vector_store_id,
        status=p.status,
        file_counts=vector_store_file_counts_from_proto(p.file_counts),
    )


def vector_store_file_batch_to_proto(
    s: m.VectorStoreFileBatch,
) -> vector_stores_pb2.VectorStoreFileBatch:
    return vector_stores_pb2.VectorStoreFileBatch(
        id=s.id,
        object=s.object,
        created_at=s.created_at,
        vector_store_id=s.vector_store_id,
        status=s.status,
        file_counts=vector_store_file_counts_to_proto(s.file_counts),
    )


def get_vector_store_file_batch_request_from_proto(
    p: vector_stores_pb2.GetVectorStoreFileBatchRequest,
) -> m.GetVectorStoreFileBatchRequest:
    return m.GetVectorStoreFileBatchRequest(
        vector_store_id=p.vector_store_id,
        batch_id=p.batch_id,
    )


def get_vector_store_file_batch_request_to_proto(
    s: m.GetVectorStoreFileBatchRequest,
) -> vector_stores_pb2.GetVectorStoreFileBatchRequest:
    return vector_stores_pb2.GetVectorStoreFileBatchRequest(
        vector_store_id=s.vector_store_id,
        batch_id=s.batch_id,
    )


def cancel_vector_store_file_batch_request_from_proto(
    p: vector_stores_pb2.CancelVectorStoreFileBatchRequest,
) -> m.CancelVectorStoreFileBatchRequest:
    return m.CancelVectorStoreFileBatchRequest(
        vector_store_id=p.vector_store_id,
        batch_id=p.batch_id,
    )


def cancel_vector_store_file_batch_request_to_proto(
    s: m.CancelVectorStoreFileBatchRequest,
) -> vector_stores_pb2.CancelVectorStoreFileBatchRequest:
    return vector_stores_pb2.CancelVectorStoreFileBatchRequest(
        vector_store_id=s.vector_store_id,
        batch_id=s.batch_id,
    )


def list_vector_store_file_batch_files_request_from_proto(
    p: vector_stores_pb2.ListVectorStoreFileBatchFilesRequest,
) -> m.ListVectorStoreFileBatchFilesRequest:
    return m.ListVectorStoreFileBatchFilesRequest(
        vector_store_id=p.vector_store_id,
        batch_id=p.batch_id,
        limit=p.limit if p.HasField("limit") else None,
        order=p.order if p.HasField("order") else None,  # type: ignore[arg-type]
        after=p.after if p.HasField("after") else None,
        before=p.before if p.HasField("before") else None,
        filter=p.filter if p.HasField("filter") else None,  # type: ignore[arg-type]
    )


def list_vector_store_file_batch_files_request_to_proto(
    s: m.ListVectorStoreFileBatchFilesRequest,
) -> vector_stores_pb2.ListVectorStoreFileBatchFilesRequest:
    return vector_stores_pb2.ListVectorStoreFileBatchFilesRequest(
        vector_store_id=s.vector_store_id,
        batch_id=s.batch_id,
        limit=s.limit,
        order=s.order,
        after=s.after,
        before=s.before,
        filter=s.filter,
    )
