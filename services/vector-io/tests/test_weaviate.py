"""`remote::weaviate` against a fake that evaluates what it is sent."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from fleet_runtime.errors import InvalidArgument, NotFound, UpstreamFailed
from fleet_testing.background import in_background
from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_testing.vector_stores.samples import ids, numbered, vectors
from fleet_testing.weaviate_server import WeaviateServer, weaviate
from fleet_vector_io.filters import Order
from fleet_vector_io.provider import EVERYTHING, ByMeaning, ByWords, Collection, Selection
from fleet_vector_io.providers.weaviate import Weaviate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine() -> Iterator[WeaviateServer]:
    """One engine for all tests of this module."""
    with in_background(weaviate()) as server:
        yield server


class TestWeaviate(VectorStoreContract):
    """All that a vector store must do, and what is Weaviate's own."""

    questions = 5

    @pytest.fixture
    def new_store(self, engine: WeaviateServer) -> Callable[[], Weaviate]:
        return lambda: Weaviate(Weaviate.Config(weaviate_cluster_url=engine.url))

    async def test_a_dropped_collection_is_not_made_by_what_comes_late(
        self, store: Weaviate, collection: Collection
    ) -> None:
        """Weaviate makes a class out of what is put, with types that it guesses."""
        await store.drop(collection)

        with pytest.raises(NotFound):
            await store.put(collection, numbered(1))
        with pytest.raises(NotFound):
            await store.search(collection, ByMeaning(vectors(1)[0], 1))

    async def test_texts_that_differ_in_case_or_spaces_are_told_apart(
        self, store: Weaviate, collection: Collection
    ) -> None:
        """Weaviate trims what it looks up, and sorts `b` before `C`."""
        chunks = [
            replace(chunk, id=name, file_id=name, attributes={"name": name})
            for chunk, name in zip(numbered(4), (" b", "C", "b", "b "), strict=True)
        ]
        await store.put(collection, chunks)

        assert [" b", "C", "b", "b "] == ids(await store.chunks(collection, EVERYTHING))
        assert ["b"] == ids(await store.chunks(collection, Selection(file_ids=["b"])))
        above = Selection(condition=Order("gt", "name", "b"))
        assert ["b "] == ids(await store.chunks(collection, above))

    async def test_more_chunks_are_deleted_than_weaviate_deletes_at_once(
        self, store: Weaviate, collection: Collection, engine: WeaviateServer
    ) -> None:
        """A large file must not be left half in."""
        await store.put(collection, numbered(25))
        engine.most = 10
        await store.delete(collection, EVERYTHING)
        engine.most = 10_000

        assert [] == await store.chunks(collection, EVERYTHING)

    async def test_a_chunk_that_is_refused_is_no_success(
        self, store: Weaviate, collection: Collection
    ) -> None:
        """A batch is answered with 200 whatever became of its objects."""
        await store.put(collection, numbered(1))
        wrong = replace(numbered(2)[1], embedding=vectors(1, dimension=3)[0])

        with pytest.raises(UpstreamFailed, match="vector lengths"):
            await store.put(collection, [wrong])

    async def test_more_than_weaviate_gives_is_refused(
        self, store: Weaviate, collection: Collection
    ) -> None:
        """Fewer hits than asked for would say that there are no more."""
        with pytest.raises(InvalidArgument):
            await store.search(collection, ByWords("apple", 10_001))


async def test_the_key_lets_in_and_its_absence_is_our_fault(engine: WeaviateServer) -> None:
    """Callers' own credentials were fine, so this is no 401."""
    engine.api_key = "key"
    for key in ("key", None):
        config = Weaviate.Config(
            weaviate_cluster_url=engine.url.removeprefix("http://"), weaviate_api_key=key
        )
        store = Weaviate(config)
        if key:
            await store.create(Collection("of-the-key", 3))
        else:
            with pytest.raises(UpstreamFailed, match="credentials"):
                await store.create(Collection("of-the-key", 3))
        await store.aclose()
    engine.api_key = None
