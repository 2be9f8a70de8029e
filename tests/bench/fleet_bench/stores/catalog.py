"""The stores by name. Each is loaded where it is measured: the libraries are large, and some start threads."""

from importlib import import_module

from fleet_bench.stores.store import Store

_STORES = {
    "pgvector": "pgvector:PGVECTOR",
    "sqlite-vec": "sqlite_vec:SQLITE_VEC",
    "faiss flat": "faiss_index:FLAT",
    "faiss hnsw": "faiss_index:HNSW",
    "chromadb": "chroma:CHROMA",
    "milvus lite": "milvus_lite:MILVUS_LITE",
    "qdrant local": "qdrant_local:QDRANT_LOCAL",
}

NAMES = tuple(_STORES)


def load(name: str) -> Store:
    """Return a store of `NAMES`."""
    module, _, attribute = _STORES[name].partition(":")
    found = getattr(import_module(f"fleet_bench.stores.engines.{module}"), attribute)
    if not isinstance(found, Store):
        raise TypeError(f"{name} is no store")
    return found
