"""Llama Stack's configs read the same here."""

import pytest

from fleet_runtime.config import validate
from fleet_runtime.providers import find

KEPT = {"persistence": {"namespace": "vector_io::x", "backend": "kv_default"}}
SAMPLES = {
    "inline::chromadb": {"db_path": "/tmp/chroma"},
    "inline::milvus": {"db_path": "/tmp/milvus.db", "consistency_level": "Strong"},
    "inline::qdrant": {"path": "/tmp/qdrant.db", "metadata_store": None},
    "remote::chromadb": {"url": {"env": "CHROMADB_URL"}},
    "remote::milvus": {"uri": "http://localhost:19530", "token": None},
    "remote::qdrant": {"api_key": "", "port": 6333, "prefer_grpc": False, "timeout": None},
}


@pytest.mark.parametrize("name", SAMPLES)
def test_configs_of_llama_stack_are_taken(name):
    """Moving here must not mean to write them anew."""
    kind = find("fleet.vector_io", name)

    assert validate(kind.Config, SAMPLES[name] | KEPT)
