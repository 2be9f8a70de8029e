"""`remote::elasticsearch` against a fake that evaluates what it is sent."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from fleet_runtime.errors import InvalidArgument, NotFound, Unavailable, UpstreamFailed
from fleet_testing.background import in_background
from fleet_testing.elasticsearch_server import ElasticsearchServer, elasticsearch
from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_testing.vector_stores.samples import numbered
from fleet_vector_io.provider import EVERYTHING, ByWords, Collection
from fleet_vector_io.providers.elasticsearch import Elasticsearch

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine() -> Iterator[ElasticsearchServer]:
    """One engine for all tests of this module."""
    with in_background(elasticsearch()) as server:
        yield server


class TestElasticsearch(VectorStoreContract):
    """All that a vector store must do, and what is Elasticsearch's own."""

    @pytest.fixture
    def new_store(self, engine: ElasticsearchServer) -> Callable[[], Elasticsearch]:
        return lambda: Elasticsearch(Elasticsearch.Config(elasticsearch_url=engine.url))

    async def test_a_dropped_collection_is_not_made_by_what_comes_late(
        self, store: Elasticsearch, collection: Collection
    ) -> None:
        """Elasticsearch makes an index out of what is put, with types that it guesses."""
        await store.drop(collection)

        with pytest.raises(NotFound):
            await store.put(collection, numbered(1))
        with pytest.raises(NotFound):
            await store.chunks(collection, EVERYTHING)

    async def test_a_chunk_for_which_there_is_no_room_is_no_success(
        self, store: Elasticsearch, collection: Collection, engine: ElasticsearchServer
    ) -> None:
        """A batch is answered with 200 whatever became of its items."""
        engine.busy = 1
        with pytest.raises(Unavailable):
            await store.put(collection, numbered(3))

        await store.put(collection, numbered(3))
        assert 3 == len(await store.chunks(collection, EVERYTHING))

    async def test_an_attribute_that_cannot_be_looked_up_is_refused(
        self, store: Elasticsearch, collection: Collection
    ) -> None:
        """The caller hears which one it is, and not Lucene's words."""
        chunk = replace(numbered(1)[0], attributes={"essay": "x" * 40_000})

        with pytest.raises(InvalidArgument, match="essay"):
            await store.put(collection, [chunk])

    async def test_more_than_elasticsearch_gives_is_refused(
        self, store: Elasticsearch, collection: Collection
    ) -> None:
        """Fewer hits than asked for would say that there are no more."""
        with pytest.raises(InvalidArgument):
            await store.search(collection, ByWords("apple", 10_001))


async def test_the_key_lets_in_and_its_absence_is_our_fault(engine: ElasticsearchServer) -> None:
    """Callers' own credentials were fine, so this is no 401."""
    engine.api_key = "a2V5"
    collection = Collection("of-the-key", 3)
    for key in ("a2V5", None):
        config = Elasticsearch.Config(
            elasticsearch_url=engine.url.removeprefix("http://"), elasticsearch_api_key=key
        )
        store = Elasticsearch(config)
        if key:
            await store.create(collection)
        else:
            with pytest.raises(UpstreamFailed, match="credentials") as failure:
                await store.create(collection)
            assert 502 == failure.value.status
        await store.aclose()
    engine.api_key = None


async def test_an_engine_that_is_not_there_is_unavailable() -> None:
    """Ingestion tries again later; a refusal would end it."""
    store = Elasticsearch(Elasticsearch.Config(elasticsearch_url="http://127.0.0.1:9"))

    with pytest.raises(Unavailable, match="Elasticsearch cannot be reached"):
        await store.create(Collection("x", 3))
    await store.aclose()
