"""`remote::milvus` against Milvus Lite, served over gRPC by a process of its own."""

import pytest

from fleet_runtime.errors import NotFound, Unavailable
from fleet_testing.envoy import free_port
from fleet_testing.milvus_server import milvus_server
from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_testing.vector_stores.setting import new_collection
from fleet_vector_io.provider import EVERYTHING
from fleet_vector_io.providers.milvus import Milvus

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with milvus_server(tmp_path_factory.mktemp("milvus") / "server.db") as address:
        yield address


class TestMilvus(VectorStoreContract):
    """Over its gRPC."""

    @pytest.fixture
    def new_store(self, server):
        return lambda: Milvus(Milvus.Config(uri=server))

    async def test_a_collection_that_is_not_there_is_named(self, store):
        """A store that somebody dropped is a 404, not a bug."""
        with pytest.raises(NotFound):
            await store.chunks(new_collection(), EVERYTHING)


async def test_a_server_that_is_not_there_is_unavailable():
    """At once: the service is who tries again."""
    store = Milvus(Milvus.Config(uri=f"http://127.0.0.1:{free_port()}", timeout=3))

    with pytest.raises(Unavailable):
        await store.create(new_collection())
    await store.aclose()
