"""`inline::faiss` keeps the contract of vector stores, with both of its indexes."""

import pytest

from fleet_runtime.errors import NotFound
from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_testing.vector_stores.samples import numbered, vectors
from fleet_testing.vector_stores.setting import new_collection
from fleet_vector_io.provider import ByMeaning
from fleet_vector_io.providers.faiss import Faiss

pytestmark = pytest.mark.slow


async def test_what_was_dropped_is_not_found(tmp_path):
    """A store that another replica deletes in the middle of a search is 404, no bug."""
    store, other = (Faiss(Faiss.Config(db_path=tmp_path / "chunks.db")) for _ in range(2))
    collection = new_collection()
    await store.create(collection)
    await store.put(collection, numbered(3))

    assert 1 == len(await store.search(collection, ByMeaning(vectors(1)[0], 1)))

    await other.drop(collection)
    with pytest.raises(NotFound):
        await store.search(collection, ByMeaning(vectors(1)[0], 1))
    await store.aclose()
    await other.aclose()


class TestFlat(VectorStoreContract):
    @pytest.fixture
    def new_store(self, tmp_path):
        return lambda: Faiss(Faiss.Config(db_path=tmp_path / "chunks.db"))


class TestHnsw(VectorStoreContract):
    @pytest.fixture
    def new_store(self, tmp_path):
        return lambda: Faiss(Faiss.Config(db_path=tmp_path / "chunks.db", index="hnsw"))
