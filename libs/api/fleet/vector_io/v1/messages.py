"""Messages of `fleet.vector_io.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class ContentItem(Struct, kw_only=True, omit_defaults=True):
    """A text. Images are refused: there is no model that would find them."""

    type: Literal["text"]
    """`text`."""
    text: str
    """The text."""


ContentItems: TypeAlias = list[ContentItem]
"""Several content items."""


Content: TypeAlias = str | ContentItem | ContentItems
"""What a chunk or a query says: a text, one item, or several."""


class ChunkMetadata(Struct, kw_only=True, omit_defaults=True):
    """Where a chunk comes from."""

    chunk_id: str | None = field(default_factory=lambda: None)
    """The chunk's name."""
    document_id: str | None = field(default_factory=lambda: None)
    """The id of its file."""
    source: str | None = field(default_factory=lambda: None)
    """The name of its file."""
    created_timestamp: int | None = field(default_factory=lambda: None)
    """When it was made, in Unix seconds."""
    updated_timestamp: int | None = field(default_factory=lambda: None)
    """When it was last changed, in Unix seconds."""
    chunk_window: str | None = field(default_factory=lambda: None)
    """Which part of the file it is: its first and last token, as `0-800`."""
    chunk_tokenizer: str | None = field(default_factory=lambda: None)
    """What counted its tokens."""
    content_token_count: int | None = field(default_factory=lambda: None)
    """How many tokens its text has."""
    metadata_token_count: int | None = field(default_factory=lambda: None)
    """How many tokens its metadata has."""


class EmbeddedChunk(Struct, kw_only=True, omit_defaults=True):
    """A chunk, with its vector."""

    content: Content
    """What it says."""
    chunk_id: Annotated[str, Meta(min_length=1, max_length=256)] | None = None
    """Names it within its store. Made from its text and its document if unset, so that the same chunk is in once."""
    metadata: Raw = ABSENT
    """A JSON object by which it can be filtered, as far as its values are texts, numbers and booleans."""
    chunk_metadata: ChunkMetadata | None = None
    """Where it comes from."""
    embedding: list[float] | None = None
    """Its vector. The store's model makes it if there is none."""
    embedding_model: str | None = None
    """The model that made it."""
    embedding_dimension: int | None = None
    """Its length."""


class InsertChunksRequest(Struct, kw_only=True, omit_defaults=True):
    """Chunks to be put in."""

    vector_store_id: Annotated[str, Meta(min_length=1)] | None = None
    """The store's id. Either this or `vector_db_id` is set."""
    chunks: Annotated[list[EmbeddedChunk], Meta(min_length=1)]
    """The chunks."""
    ttl_seconds: Annotated[int, Meta(ge=1)] | None = None
    """When they expire, in seconds from now. Never if unset."""
    vector_db_id: Annotated[str, Meta(min_length=1)] | None = None
    """The older name of `vector_store_id`."""


class QueryChunksParams(Struct, kw_only=True, omit_defaults=True):
    """How chunks are found."""

    max_chunks: Annotated[int, Meta(ge=1, le=1000)] | None = None
    """The most chunks, 10 if unset; `k` is its older name."""
    k: Annotated[int, Meta(ge=1, le=1000)] | None = None
    """The older name of `max_chunks`."""
    mode: Literal["vector", "keyword", "hybrid"] | None = None
    """By meaning, by words, or by both. As the service is configured if unset."""
    score_threshold: float | None = None
    """The least score of a chunk. 0 if unset."""
    filters: Raw = ABSENT
    """A JSON object: the filters of `SearchVectorStoreRequest`."""
    ranker: Raw = ABSENT
    """A JSON object: `{"type": "rrf", "impact_factor": 60}` or `{"type": "weighted", "alpha": 0.5}`, for `hybrid`."""


class QueryChunksRequest(Struct, kw_only=True, omit_defaults=True):
    """What is to be found."""

    vector_store_id: Annotated[str, Meta(min_length=1)] | None = None
    """The store's id. Either this or `vector_db_id` is set."""
    query: Content
    """What is looked for."""
    params: QueryChunksParams | None = None
    """How."""
    vector_db_id: Annotated[str, Meta(min_length=1)] | None = None
    """The older name of `vector_store_id`."""


class QueryChunksResponse(Struct, kw_only=True, omit_defaults=True):
    """The chunks that were found, the best first."""

    chunks: list[EmbeddedChunk]
    """The chunks."""
    scores: list[float]
    """How well each fits; higher is better."""


class DeleteChunksRequest(Struct, kw_only=True, omit_defaults=True):
    """Chunks to be taken out."""

    vector_store_id: Annotated[str, Meta(min_length=1)]
    """The store's id."""
    chunk_ids: Annotated[list[str], Meta(min_length=1)]
    """Their ids."""


class ListVectorDbsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for all vector databases."""


class VectorDb(Struct, kw_only=True, omit_defaults=True):
    """A vector database."""

    identifier: str
    """Its name."""
    provider_resource_id: str | None = None
    """The provider's name for it."""
    provider_id: str
    """The provider that keeps it."""
    type: Literal["vector_db"] = field(default_factory=lambda: "vector_db")
    """Always `vector_db`."""
    embedding_model: str
    """The model that turns its texts into vectors."""
    embedding_dimension: int
    """The length of the vectors."""
    vector_db_name: str | None = None
    """A name for people."""


class VectorDbList(Struct, kw_only=True, omit_defaults=True):
    """All vector databases."""

    data: list[VectorDb]
    """They."""


class RegisterVectorDbRequest(Struct, kw_only=True, omit_defaults=True):
    """A vector database to be created."""

    vector_db_id: Annotated[str, Meta(min_length=1, max_length=100)]
    """Its name: letters, digits, `_`, `-` and `.`."""
    embedding_model: Annotated[str, Meta(min_length=1)]
    """The model that turns its texts into vectors."""
    embedding_dimension: Annotated[int, Meta(ge=1)] | None = None
    """The length of the vectors. The model's own if unset."""
    provider_id: str | None = None
    """The provider that keeps it. The service's default if unset."""
    vector_db_name: str | None = None
    """A name for people."""
    provider_vector_db_id: str | None = None
    """The provider's name for it; providers choose it themselves."""


class GetVectorDbRequest(Struct, kw_only=True, omit_defaults=True):
    """Which vector database is wanted."""

    vector_db_id: str
    """Its name."""


class UnregisterVectorDbRequest(Struct, kw_only=True, omit_defaults=True):
    """Which vector database is to be deleted."""

    vector_db_id: str
    """Its name."""


class RagContentItem(Struct, kw_only=True, omit_defaults=True):
    """A text, or an address."""

    type: str | None = None
    """`text`; unset in an address."""
    text: str | None = None
    """The text."""
    uri: str | None = None
    """The address: `data:` as is; `http` and `https` where the service is configured to fetch, by default from public
    hosts alone.
    """


RagContentItems: TypeAlias = list[RagContentItem]
"""Several content items."""


RagContent: TypeAlias = str | RagContentItem | RagContentItems
"""A text, one item, several, or an address."""


class RagDocument(Struct, kw_only=True, omit_defaults=True):
    """A document."""

    document_id: Annotated[str, Meta(min_length=1)]
    """Names it."""
    content: RagContent
    """Its text, or where it is. A text that is nothing but an address is meant as one."""
    mime_type: str | None = None
    """What kind of content it is, such as `text/plain`."""
    metadata: Raw = ABSENT
    """A JSON object, which its chunks carry."""


class InsertDocumentsRequest(Struct, kw_only=True, omit_defaults=True):
    """Documents to be put in."""

    documents: Annotated[list[RagDocument], Meta(min_length=1)]
    """The documents."""
    vector_db_id: Annotated[str, Meta(min_length=1)]
    """The vector database, or a vector store's id."""
    chunk_size_in_tokens: Annotated[int, Meta(ge=100, le=4096)] | None = None
    """The most tokens of a chunk. 512 if unset."""


class RagQueryGenerator(Struct, kw_only=True, omit_defaults=True):
    """How a query is put into words."""

    type: Literal["default", "llm"]
    """`default`: the texts of the query. `llm`: as a model puts them."""
    separator: str | None = None
    """What stands between the texts, in `default`. A blank if unset."""
    model: str | None = None
    """The model, in `llm`."""
    template: str | None = None
    """What it is asked, in `llm`; holds `{{ messages }}`."""


class RagQueryConfig(Struct, kw_only=True, omit_defaults=True):
    """How documents are found, and told."""

    query_generator_config: RagQueryGenerator | None = None
    """How the query is put into words."""
    max_tokens_in_context: Annotated[int, Meta(ge=1)] | None = None
    """The most tokens of the answer. 4096 if unset."""
    max_chunks: Annotated[int, Meta(ge=1, le=1000)] | None = None
    """The most chunks. 5 if unset."""
    chunk_template: str | None = None
    """How each chunk is told; holds `{index}`, `{chunk.content}` and `{metadata}`."""
    mode: Literal["vector", "keyword", "hybrid"] | None = None
    """By meaning, by words, or by both. `vector` if unset."""
    ranker: Raw = ABSENT
    """A JSON object: `{"type": "rrf", "impact_factor": 60}` or `{"type": "weighted", "alpha": 0.5}`, for `hybrid`."""


class QueryDocumentsRequest(Struct, kw_only=True, omit_defaults=True):
    """What is to be found."""

    content: Content
    """What is looked for."""
    vector_db_ids: list[str]
    """The vector databases, or vector stores' ids."""
    query_config: RagQueryConfig | None = None
    """How."""


class QueryDocumentsResponse(Struct, kw_only=True, omit_defaults=True):
    """What was found."""

    content: list[ContentItem] | None = field(default_factory=lambda: None)
    """What a model can be given; unset if nothing was found."""
    metadata: Raw
    """A JSON object: `document_ids`, `chunks`, `scores` and `vector_db_ids`, in the order of the chunks."""


class VectorStoreExpiresAfter(Struct, kw_only=True, omit_defaults=True):
    """When a store expires."""

    anchor: Literal["last_active_at"]
    """From when on the time counts; only `last_active_at`."""
    days: Annotated[int, Meta(ge=1, le=365)]
    """How long, in days: 1 to 365."""


class VectorStoreStaticChunking(Struct, kw_only=True, omit_defaults=True):
    """The sizes of chunks."""

    max_chunk_size_tokens: Annotated[int, Meta(ge=100, le=4096)] | None = None
    """The most tokens of a chunk, from 100 to 4096, as the embedding model counts. 800 if unset."""
    chunk_overlap_tokens: Annotated[int, Meta(ge=0)] | None = None
    """How many tokens of the chunk before each begins with: at most half of the size. 400, or that half, if unset."""


class VectorStoreContextualChunking(Struct, kw_only=True, omit_defaults=True):
    """Chunks that begin with a model's words on what they are about."""

    model_id: Annotated[str, Meta(min_length=1)] | None = None
    """The model that writes them. The service's default if unset."""
    context_prompt: str | None = None
    """What it is asked; holds `{{WHOLE_DOCUMENT}}` and `{{CHUNK_CONTENT}}`. The service's own words if unset."""
    max_chunk_size_tokens: Annotated[int, Meta(ge=100, le=4096)] | None = None
    """The most tokens of a chunk, from 100 to 4096. 700 if unset."""
    chunk_overlap_tokens: Annotated[int, Meta(ge=0)] | None = None
    """How many tokens of the chunk before each begins with: at most half of the size. 350 if unset."""
    timeout_seconds: Annotated[int, Meta(ge=1)] | None = None
    """The longest that the model may take for one chunk, in seconds. The service's default if unset."""
    max_concurrency: Annotated[int, Meta(ge=1)] | None = None
    """How many chunks are asked about at once. The service's default if unset."""


class VectorStoreChunkingStrategy(Struct, kw_only=True, omit_defaults=True):
    """How files are cut into chunks."""

    type: Literal["auto", "static", "contextual"]
    """`auto`, `static` or `contextual`."""
    static: VectorStoreStaticChunking | None = None
    """The sizes, in `static`."""
    contextual: VectorStoreContextualChunking | None = None
    """How each chunk is told what document it is of, in `contextual`."""


class CreateVectorStoreRequest(Struct, kw_only=True, omit_defaults=True):
    """A store to be created."""

    name: Annotated[str, Meta(max_length=256)] | None = None
    """A name for people."""
    description: Annotated[str, Meta(max_length=512)] | None = None
    """What it is about."""
    file_ids: Annotated[list[str], Meta(max_length=500)] | None = None
    """The files to put in."""
    expires_after: VectorStoreExpiresAfter | None = None
    """When it expires. Never if unset."""
    chunking_strategy: VectorStoreChunkingStrategy | None = None
    """How its files are cut into chunks. `auto` if unset."""
    metadata: Raw = ABSENT
    """A JSON object: up to 16 texts by name. Keys have up to 64 characters, values 512."""
    provider_id: str | None = None
    """The provider that keeps it. The service's default if unset."""
    embedding_model: str | None = None
    """The model that turns its texts into vectors. The service's default if unset."""
    embedding_dimension: Annotated[int, Meta(ge=1)] | None = None
    """The length of the vectors, where the model can shorten them. The model's own if unset."""


class VectorStoreFileCounts(Struct, kw_only=True, omit_defaults=True):
    """How many files are in which state."""

    completed: int
    """Those that are in."""
    cancelled: int
    """Those that were cancelled."""
    failed: int
    """Those that could not be put in."""
    in_progress: int
    """Those that are being put in, or wait for it."""
    total: int
    """All."""


class VectorStore(Struct, kw_only=True, omit_defaults=True):
    """A store."""

    id: str
    """Names it: `vs_` and more."""
    object: Literal["vector_store"] = field(default_factory=lambda: "vector_store")
    """Always `vector_store`."""
    created_at: int
    """When it was created, in Unix seconds."""
    name: str
    """Its name; may be empty."""
    description: str | None = field(default_factory=lambda: None)
    """What it is about."""
    usage_bytes: int
    """The size of its chunks' texts and vectors."""
    file_counts: VectorStoreFileCounts
    """How many of its files are in."""
    status: str
    """`in_progress` while files are being put in, `expired`, or `completed`."""
    expires_after: VectorStoreExpiresAfter | None = field(default_factory=lambda: None)
    """When it expires."""
    expires_at: int | None = field(default_factory=lambda: None)
    """When it expires, in Unix seconds, if nobody uses it until then."""
    last_active_at: int | None = field(default_factory=lambda: None)
    """When it was last used, in Unix seconds."""
    metadata: Raw
    """A JSON object: the caller's, and `provider_id`, `provider_vector_store_id`, `embedding_model` and
    `embedding_dimension`.
    """


class ListVectorStoresRequest(Struct, kw_only=True, omit_defaults=True):
    """Which stores are listed."""

    limit: Annotated[int, Meta(ge=1, le=100)] | None = None
    """The most stores, from 1 to 100. 20 if unset."""
    order: Literal["asc", "desc"] | None = None
    """`desc`, newest first, if unset."""
    after: str | None = None
    """The store after which the page begins."""
    before: str | None = None
    """The store before which the page ends."""


class VectorStoreList(Struct, kw_only=True, omit_defaults=True):
    """Some stores."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[VectorStore]
    """The stores."""
    first_id: str | None = field(default_factory=lambda: None)
    """The first one's id."""
    last_id: str | None = field(default_factory=lambda: None)
    """The last one's id."""
    has_more: bool
    """Whether there are more in the direction that was asked for."""


class GetVectorStoreRequest(Struct, kw_only=True, omit_defaults=True):
    """Which store is wanted."""

    vector_store_id: str
    """Its id."""


class UpdateVectorStoreRequest(Struct, kw_only=True, omit_defaults=True):
    """What becomes of a store; what is unset stays."""

    vector_store_id: str
    """Its id."""
    name: Annotated[str, Meta(max_length=256)] | None = None
    """Its new name."""
    expires_after: VectorStoreExpiresAfter | None = None
    """When it expires from now on."""
    metadata: Raw = ABSENT
    """A JSON object that replaces its metadata."""


class DeleteVectorStoreRequest(Struct, kw_only=True, omit_defaults=True):
    """Which store is to be deleted."""

    vector_store_id: str
    """Its id."""


class VectorStoreDeleted(Struct, kw_only=True, omit_defaults=True):
    """A store that is gone."""

    id: str
    """Its id."""
    object: Literal["vector_store.deleted"] = field(default_factory=lambda: "vector_store.deleted")
    """Always `vector_store.deleted`."""
    deleted: bool
    """Always true."""


SearchQueries: TypeAlias = list[str]
"""Several texts."""


SearchQuery: TypeAlias = str | SearchQueries
"""One text, or several."""


class HybridSearchOptions(Struct, kw_only=True, omit_defaults=True):
    """How much the two ranks of a hybrid search count."""

    embedding_weight: Annotated[float, Meta(ge=0)]
    """The rank by meaning."""
    text_weight: Annotated[float, Meta(ge=0)]
    """The rank by words."""


class SearchRankingOptions(Struct, kw_only=True, omit_defaults=True):
    """How chunks are ranked."""

    ranker: str | None = None
    """In `hybrid`: `rrf`, `weighted` or `normalized`. In every mode: `neural`, by a rerank model. OpenAI's `auto`,
    `default-2024-11-15` and `none` leave it to the service.
    """
    score_threshold: float | None = None
    """The least score of a chunk. 0 if unset."""
    alpha: Annotated[float, Meta(ge=0, le=1)] | None = None
    """How much meaning counts against words in `weighted` and `normalized`: 0 is words only, 1 meaning only. 0.5 if unset."""
    impact_factor: float | None = None
    """How slowly `rrf` falls with the rank. 60 if unset."""
    weights: dict[str, float] | None = None
    """How much `vector`, `keyword` and `neural` ranks count."""
    model: str | None = None
    """The rerank model. The service's default if unset."""
    hybrid_search: HybridSearchOptions | None = None
    """OpenAI's way to ask for `hybrid` with `rrf`."""


class SearchVectorStoreRequest(Struct, kw_only=True, omit_defaults=True):
    """What is to be found in a store."""

    vector_store_id: str
    """Its id."""
    query: SearchQuery
    """What is looked for: a text, or several, each of which may be met."""
    filters: Raw = ABSENT
    """A JSON object: `{"type": "eq", "key": …, "value": …}`, with `eq`, `ne`, `gt`, `gte`, `lt`, `lte`, `in` or `nin`, or
    `{"type": "and", "filters": […]}`, with `and` or `or`. Looks at files' attributes.
    """
    max_num_results: Annotated[int, Meta(ge=1, le=50)] | None = None
    """The most chunks, from 1 to 50. 10 if unset."""
    ranking_options: SearchRankingOptions | None = None
    """How chunks are ranked."""
    rewrite_query: bool | None = None
    """Whether a model first puts the query into words that are better found."""
    search_mode: Literal["vector", "keyword", "hybrid"] | None = None
    """By meaning, by words, or by both. As the service is configured if unset, which is `vector` by default."""


class VectorStoreContent(Struct, kw_only=True, omit_defaults=True):
    """What a chunk says."""

    type: Literal["text"] = field(default_factory=lambda: "text")
    """Always `text`."""
    text: str
    """The text."""
    embedding: list[float] | None = None
    """Its vector, where it was asked for."""
    chunk_metadata: ChunkMetadata | None = None
    """Where it comes from, where that was asked for."""
    metadata: Raw = ABSENT
    """A JSON object: `page`, `headings` and more."""


class VectorStoreSearchResult(Struct, kw_only=True, omit_defaults=True):
    """A chunk that was found."""

    file_id: str
    """The id of its file."""
    filename: str
    """The name of its file."""
    score: float
    """How well it fits; higher is better."""
    attributes: Raw = field(default_factory=lambda: Raw(b"null"))
    """A JSON object: the file's attributes."""
    content: list[VectorStoreContent]
    """What it says."""


class VectorStoreSearchPage(Struct, kw_only=True, omit_defaults=True):
    """The chunks that were found."""

    object: Literal["vector_store.search_results.page"] = field(
        default_factory=lambda: "vector_store.search_results.page"
    )
    """Always `vector_store.search_results.page`."""
    search_query: list[str]
    """What was looked for, after rewriting."""
    data: list[VectorStoreSearchResult]
    """The chunks, the best first."""
    has_more: bool
    """Always false: a search has one page."""
    next_page: str | None = field(default_factory=lambda: None)
    """Unset."""


class CreateVectorStoreFileRequest(Struct, kw_only=True, omit_defaults=True):
    """A file to be put into a store."""

    vector_store_id: str
    """The store's id."""
    file_id: Annotated[str, Meta(min_length=1)]
    """The file's id."""
    attributes: Raw = ABSENT
    """A JSON object, by which chunks are filtered: up to 16 texts, numbers and booleans by name. Keys have up to 64
    characters, texts 512.
    """
    chunking_strategy: VectorStoreChunkingStrategy | None = None
    """How it is cut into chunks. As the store's files are if unset."""


class VectorStoreFileError(Struct, kw_only=True, omit_defaults=True):
    """Why a file could not be put in."""

    code: str
    """`server_error`, `unsupported_file`, `invalid_file` or `rate_limit_exceeded`."""
    message: str
    """What went wrong, for people."""


class VectorStoreFile(Struct, kw_only=True, omit_defaults=True):
    """A file of a store."""

    id: str
    """The file's id."""
    object: Literal["vector_store.file"] = field(default_factory=lambda: "vector_store.file")
    """Always `vector_store.file`."""
    attributes: Raw
    """A JSON object, by which its chunks are filtered."""
    chunking_strategy: VectorStoreChunkingStrategy
    """How it is cut into chunks."""
    created_at: int
    """When it was put in first, in Unix seconds."""
    last_error: VectorStoreFileError | None = field(default_factory=lambda: None)
    """Why it could not be put in."""
    status: str
    """`in_progress`, `completed`, `cancelled` or `failed`."""
    usage_bytes: int
    """The size of its chunks' texts and vectors."""
    vector_store_id: str
    """The store's id."""


class ListVectorStoreFilesRequest(Struct, kw_only=True, omit_defaults=True):
    """Which files of a store are listed."""

    vector_store_id: str
    """The store's id."""
    limit: Annotated[int, Meta(ge=1, le=100)] | None = None
    """The most files, from 1 to 100. 20 if unset."""
    order: Literal["asc", "desc"] | None = None
    """`desc`, newest first, if unset."""
    after: str | None = None
    """The file after which the page begins."""
    before: str | None = None
    """The file before which the page ends."""
    filter: Literal["in_progress", "completed", "failed", "cancelled"] | None = None
    """Only files in this state."""


class VectorStoreFileList(Struct, kw_only=True, omit_defaults=True):
    """Some files of a store."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[VectorStoreFile]
    """The files."""
    first_id: str | None = field(default_factory=lambda: None)
    """The first one's id."""
    last_id: str | None = field(default_factory=lambda: None)
    """The last one's id."""
    has_more: bool
    """Whether there are more in the direction that was asked for."""


class GetVectorStoreFileRequest(Struct, kw_only=True, omit_defaults=True):
    """Which file of a store is wanted."""

    vector_store_id: str
    """The store's id."""
    file_id: str
    """The file's id."""


class UpdateVectorStoreFileRequest(Struct, kw_only=True, omit_defaults=True):
    """What becomes of a file of a store."""

    vector_store_id: str
    """The store's id."""
    file_id: str
    """The file's id."""
    attributes: Raw
    """A JSON object that replaces its attributes."""


class DeleteVectorStoreFileRequest(Struct, kw_only=True, omit_defaults=True):
    """Which file is to be taken out of a store."""

    vector_store_id: str
    """The store's id."""
    file_id: str
    """The file's id."""


class VectorStoreFileDeleted(Struct, kw_only=True, omit_defaults=True):
    """A file that is no longer in a store."""

    id: str
    """The file's id."""
    object: Literal["vector_store.file.deleted"] = field(
        default_factory=lambda: "vector_store.file.deleted"
    )
    """Always `vector_store.file.deleted`."""
    deleted: bool
    """Always true."""


class GetVectorStoreFileContentRequest(Struct, kw_only=True, omit_defaults=True):
    """Which file's chunks are wanted."""

    vector_store_id: str
    """The store's id."""
    file_id: str
    """The file's id."""
    include_embeddings: bool | None = None
    """Whether chunks come with their vectors. No if unset."""
    include_metadata: bool | None = None
    """Whether chunks come with where they are from. No if unset."""


class VectorStoreFileContent(Struct, kw_only=True, omit_defaults=True):
    """The chunks of a file."""

    object: Literal["vector_store.file_content.page"] = field(
        default_factory=lambda: "vector_store.file_content.page"
    )
    """Always `vector_store.file_content.page`."""
    data: list[VectorStoreContent]
    """The chunks, in the order of the file."""
    has_more: bool
    """Always false: all chunks come at once."""
    next_page: str | None = field(default_factory=lambda: None)
    """Unset."""


class VectorStoreFileBatchEntry(Struct, kw_only=True, omit_defaults=True):
    """One file of a batch."""

    file_id: Annotated[str, Meta(min_length=1)]
    """The file's id."""
    attributes: Raw = ABSENT
    """A JSON object: its attributes."""
    chunking_strategy: VectorStoreChunkingStrategy | None = None
    """How it is cut into chunks."""


class CreateVectorStoreFileBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """Files to be put into a store: `file_ids`, or `files`, each with its own settings."""

    vector_store_id: str
    """The store's id."""
    file_ids: Annotated[list[str], Meta(max_length=2000)] | None = None
    """The files' ids."""
    files: Annotated[list[VectorStoreFileBatchEntry], Meta(max_length=2000)] | None = None
    """The files, where they differ in their settings."""
    attributes: Raw = ABSENT
    """A JSON object: the attributes of all that have none of their own."""
    chunking_strategy: VectorStoreChunkingStrategy | None = None
    """How all are cut into chunks that have no strategy of their own."""


class VectorStoreFileBatch(Struct, kw_only=True, omit_defaults=True):
    """Files that are put into a store together."""

    id: str
    """Names it: `vsfb_` and more."""
    object: Literal["vector_store.files_batch"] = field(
        default_factory=lambda: "vector_store.files_batch"
    )
    """Always `vector_store.files_batch`."""
    created_at: int
    """When it was created, in Unix seconds."""
    vector_store_id: str
    """The store's id."""
    status: str
    """`in_progress`, `completed`, `cancelled` or `failed`."""
    file_counts: VectorStoreFileCounts
    """How many of its files are in."""


class GetVectorStoreFileBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """Which batch is wanted."""

    vector_store_id: str
    """The store's id."""
    batch_id: str
    """Its id."""


class CancelVectorStoreFileBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """Which batch is to be ended."""

    vector_store_id: str
    """The store's id."""
    batch_id: str
    """Its id."""


class ListVectorStoreFileBatchFilesRequest(Struct, kw_only=True, omit_defaults=True):
    """Which files of a batch are listed."""

    vector_store_id: str
    """The store's id."""
    batch_id: str
    """The batch's id."""
    limit: Annotated[int, Meta(ge=1, le=100)] | None = None
    """The most files, from 1 to 100. 20 if unset."""
    order: Literal["asc", "desc"] | None = None
    """`desc`, newest first, if unset."""
    after: str | None = None
    """The file after which the page begins."""
    before: str | None = None
    """The file before which the page ends."""
    filter: Literal["in_progress", "completed", "failed", "cancelled"] | None = None
    """Only files in this state."""
