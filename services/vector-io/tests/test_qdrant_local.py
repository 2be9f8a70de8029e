"""The contract of vector stores, on Qdrant's library."""

import pytest

from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_vector_io.providers.qdrant_local import QdrantLocal

pytestmark = pytest.mark.slow


class TestQdrantLocal(VectorStoreContract):
    """In this process, with the files of a folder."""

    shared = False
    questions = 4

    @pytest.fixture
    def new_store(self, tmp_path):
        return lambda: QdrantLocal(QdrantLocal.Config(path=tmp_path / "qdrant"))
