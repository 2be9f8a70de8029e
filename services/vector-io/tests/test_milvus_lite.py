"""The contract of vector stores, on Milvus Lite in this process."""

import pytest

from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_vector_io.providers.milvus_lite import MilvusLite


class TestMilvusLite(VectorStoreContract):
    """In this process, with the files of a folder."""

    shared = False
    many_elsewhere = "test_milvus"

    @pytest.fixture
    def new_store(self, tmp_path):
        return lambda: MilvusLite(MilvusLite.Config(db_path=tmp_path / "milvus.db"))
