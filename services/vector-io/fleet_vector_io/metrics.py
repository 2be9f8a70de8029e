"""What is counted of stores, by the provider that keeps them: of stores themselves there may be any number."""

from prometheus_client import Counter, Histogram

CHUNKS = Counter("vector_io_chunks_put", "Chunks that were put in.", ("provider",))
FILES = Counter(
    "vector_io_files", "Files that are in, or that failed to get in.", ("provider", "status")
)
SEARCHES = Histogram(
    "vector_io_search_duration_seconds",
    "From a query to the chunks that fit it, embedding and reranking included.",
    ("provider", "mode"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
NOTHING_FOUND = Counter(
    "vector_io_searches_empty", "Searches that found no chunk.", ("provider", "mode")
)
