"""The contract of vector stores, on Qdrant's library."""

import pytest

from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_vector_io.providers.qdrant_local import QdrantLocal


class TestQdrantLocal(VectorStoreContract):
    """In this process, with the files of a folder."""

    shared = False

    @pytest.fixture
    def new_store(self, tmp_path):
        return lambda: QdrantLocal(QdrantLocal.Config(path=tmp_path / "qdrant"))

    @pytest.mark.timeout(900)
    async def test_ten_thousand_chunks_are_searched_as_well_as_ten(self, store, collection):
        """Qdrant's library looks at each chunk in Python: this takes minutes where others compute too."""
        await super().test_ten_thousand_chunks_are_searched_as_well_as_ten(store, collection)
