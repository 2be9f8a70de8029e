"""`remote::chromadb` against Chroma's own server."""

import pytest

from fleet_runtime.errors import NotFound, Unavailable
from fleet_testing.chroma_server import chroma_server
from fleet_testing.envoy import free_port
from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_testing.vector_stores.samples import ids, numbered
from fleet_testing.vector_stores.setting import new_collection
from fleet_vector_io.provider import EVERYTHING
from fleet_vector_io.providers.chromadb import Chroma

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with chroma_server(tmp_path_factory.mktemp("chroma") / "files") as address:
        yield address


class TestChroma(VectorStoreContract):
    """Over HTTP."""

    @pytest.fixture
    def new_store(self, server):
        return lambda: Chroma(Chroma.Config(url=server))

    async def test_a_collection_that_another_replica_made_anew_is_found(
        self, stores, store, collection
    ):
        """Chroma gives it another id, and this replica knows the old one."""
        other = stores.open()
        await store.put(collection, numbered(2))
        await other.drop(collection)
        with pytest.raises(NotFound):
            await store.chunks(collection, EVERYTHING)
        await other.create(collection)
        await other.put(collection, numbered(1))

        assert ["c0"] == ids(await store.chunks(collection, EVERYTHING))


async def test_a_server_that_is_not_there_is_unavailable():
    """The service tries again what is unavailable, and nothing else."""
    store = Chroma(Chroma.Config(url=f"http://127.0.0.1:{free_port()}"))

    with pytest.raises(Unavailable):
        await store.create(new_collection())
    await store.aclose()
