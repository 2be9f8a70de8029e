"""`remote::qdrant` against Qdrant's REST API, answered by Qdrant's own library."""

import pytest

from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import NotFound, Unavailable, UpstreamFailed
from fleet_testing.background import in_background
from fleet_testing.envoy import free_port
from fleet_testing.qdrant_server import qdrant_server
from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_testing.vector_stores.samples import numbered
from fleet_testing.vector_stores.setting import new_collection
from fleet_vector_io.provider import EVERYTHING
from fleet_vector_io.providers.qdrant import Qdrant
from fleet_vector_io.qdrant.store import collection_name

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server():
    with in_background(qdrant_server()) as server:
        yield server


class TestQdrant(VectorStoreContract):
    """Over its REST API."""

    many_elsewhere = "test_qdrant_local"

    @pytest.fixture
    def new_store(self, server):
        return lambda: Qdrant(Qdrant.Config(url=server.url))

    async def test_files_and_marks_are_indexed(self, server, store, collection):
        """Qdrant looks at every payload for what it has no index of, and hosted ones refuse to."""
        assert {"file_id", "marks"} == server.indexed[collection_name(collection)]

    async def test_a_collection_that_is_not_there_is_named(self, store):
        """A store that somebody dropped is a 404, not a bug."""
        with pytest.raises(NotFound):
            await store.chunks(new_collection(), EVERYTHING)

    async def test_a_key_is_sent_and_a_wrong_one_is_our_fault(self, server, collection):
        """The caller's own credentials were fine."""
        good = Qdrant(Qdrant.Config(url=server.url, api_key="secret"))
        bad = Qdrant(Qdrant.Config(url=server.url, api_key="wrong"))
        server.key = "secret"
        try:
            assert [] == await good.chunks(collection, EVERYTHING)
            with pytest.raises(UpstreamFailed) as caught:
                await bad.put(collection, numbered(1))
        finally:
            server.key = None
            await good.aclose()
            await bad.aclose()

        assert 502 == caught.value.status

    @pytest.mark.parametrize("status", [429, 503])
    async def test_a_busy_server_is_to_be_asked_again(self, server, store, collection, status):
        """The service tries again what is unavailable, and nothing else."""
        server.refuse = status
        try:
            with pytest.raises(Unavailable):
                await store.put(collection, numbered(1))
        finally:
            server.refuse = None


@pytest.mark.parametrize("grpc", [False, True])
async def test_a_server_that_is_not_there_is_unavailable(grpc):
    """Whatever is spoken with it."""
    port = free_port()
    store = Qdrant(Qdrant.Config(host="127.0.0.1", port=port, grpc_port=port, prefer_grpc=grpc))

    with pytest.raises(Unavailable):
        await store.create(new_collection())
    await store.aclose()


def test_two_places_are_refused():
    """Which one was meant?"""
    with pytest.raises(ConfigError, match="only one of"):
        validate(Qdrant.Config, {"url": "http://a", "host": "b"})
