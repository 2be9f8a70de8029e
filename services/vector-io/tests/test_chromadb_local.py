"""The contract of vector stores, on Chroma's library."""

import pytest

from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_vector_io.providers.chromadb_local import ChromaLocal

pytestmark = pytest.mark.slow


class TestChromaLocal(VectorStoreContract):
    """In this process, with the files of a folder."""

    shared = False
    many_elsewhere = "test_chromadb"

    @pytest.fixture
    def new_store(self, tmp_path):
        return lambda: ChromaLocal(ChromaLocal.Config(db_path=tmp_path / "chroma"))
