"""The settings of the vector-io service."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from fleet_runtime.config import Config, ProviderConfig
from fleet_runtime.jobs import WorkerConfig
from fleet_runtime.store import DatabaseConfig
from fleet_upstream.fetch_settings import FetchConfig

SCHEMA = "vector_io"
"""The schema of the service's tables."""
JOBS = "vector_io_jobs"
"""The table of its jobs."""


class StoreConfig(Config):
    """Where the service keeps what it knows of stores and their files; their chunks are with the providers."""

    database: DatabaseConfig
    """Where."""


class IngestionConfig(WorkerConfig):
    """How files are put into stores."""

    embedding_batch: int = Field(default=64, ge=1, le=2048)
    """How many chunks are embedded, and put in, at once."""
    wait_seconds: float = Field(default=60.0, ge=0)
    """How long whoever attaches a file waits for it to be in, before the answer is `in_progress`. 0: not at all."""
    tokenizers: dict[str, Path] = {}
    """Folders with a `tokenizer.json` by the embedding model whose tokens it knows. A model that is on this machine is
    found by itself; chunks for any other are measured by `cl100k_base`."""


class ContextConfig(Config):
    """What `contextual` chunking does where the request leaves it open."""

    model: str | None = None
    """The model that says what a chunk is about."""
    default_timeout_seconds: float = Field(default=120.0, gt=0)
    """The longest that it may take for one chunk."""
    default_max_concurrency: int = Field(default=3, ge=1)
    """How many chunks it is asked about at once."""
    max_document_tokens: int = Field(default=100_000, ge=1)
    """Longer documents are refused."""


class RewriteConfig(Config):
    """How queries are put into other words, for requests with `rewrite_query`."""

    model: str
    """The model that does."""
    prompt: str = (
        "Put this question to a search engine into the words that the passage which answers it is likely to have. "
        "Keep names and numbers. Answer with the words alone.\n\nQuestion: {query}\n\nWords:"
    )
    """What it is asked; holds `{query}`."""
    max_tokens: int = Field(default=100, ge=1)
    """The longest answer."""
    temperature: float = Field(default=0.3, ge=0, le=2)
    """How freely it chooses."""
    timeout_seconds: float = Field(default=30.0, gt=0)
    """The longest that it may take."""


class SearchConfig(Config):
    """How chunks are found where the request leaves it open."""

    default_search_mode: Literal["vector", "keyword", "hybrid"] = "vector"
    """By meaning, by words, or by both."""
    chunk_multiplier: int = Field(default=5, ge=1)
    """How many candidates a ranker gets for each chunk that is wanted."""
    default_reranker_strategy: Literal["rrf", "weighted", "normalized"] = "rrf"
    """How the two ranks of a hybrid search become one."""
    rrf_impact_factor: float = Field(default=60.0, gt=0)
    """How slowly `rrf` falls with the rank."""
    weighted_search_alpha: float = Field(default=0.5, ge=0, le=1)
    """How much meaning counts against words in `weighted` and `normalized`."""
    default_reranker_model: str | None = None
    """The model of the ranker `neural`."""
    rewrite: RewriteConfig | None = None
    """How queries are rewritten. Requests that ask for it are refused if unset."""


class ServiceConfig(Config):
    """The vector-io service."""

    providers: list[ProviderConfig] = Field(default=[], min_length=1)
    """Who keeps chunks."""
    store: StoreConfig
    """What is kept of stores and their files."""
    default_provider: str | None = None
    """The provider of stores that name none: the first one if unset."""
    default_embedding_model: str | None = None
    """The embedding model of stores that name none. They must name one if unset."""
    ingestion: IngestionConfig = IngestionConfig()
    """How files are put in."""
    contextual: ContextConfig = ContextConfig()
    """How chunks get to know their documents."""
    search: SearchConfig = SearchConfig()
    """How chunks are found."""
    fetch: FetchConfig | None = FetchConfig()
    """How documents are fetched that the RAG tool is given by their addresses. They are refused if `null`."""
    inference: str = "inference"
    """The name of the service that runs models."""
    files: str = "files"
    """The name of the service that keeps files, and reads them."""
    sweep_seconds: float = Field(default=60.0, gt=0)
    """How often expired stores and chunks are looked for."""
