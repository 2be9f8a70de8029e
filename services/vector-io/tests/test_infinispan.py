"""`remote::infinispan` against a fake that evaluates what it is sent."""

from collections.abc import Callable, Iterator

import pytest

from fleet_runtime.errors import NotFound, UpstreamFailed
from fleet_testing.background import in_background
from fleet_testing.infinispan_server import InfinispanServer, infinispan
from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_testing.vector_stores.samples import ids, numbered, texts, vectors
from fleet_vector_io.filters import Equality
from fleet_vector_io.provider import EVERYTHING, ByMeaning, ByWords, Collection, Selection
from fleet_vector_io.providers.infinispan import Infinispan

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine() -> Iterator[InfinispanServer]:
    """One engine for all tests of this module."""
    with in_background(infinispan()) as server:
        yield server


class TestInfinispan(VectorStoreContract):
    """All that a vector store must do, and what is Infinispan's own."""

    @pytest.fixture
    def new_store(self, engine: InfinispanServer) -> Callable[[], Infinispan]:
        return lambda: Infinispan(Infinispan.Config(url=engine.url))

    async def test_a_dropped_collection_takes_nothing_and_says_so(
        self, store: Infinispan, collection: Collection
    ) -> None:
        """What comes late must not be lost in silence."""
        await store.drop(collection)

        with pytest.raises(NotFound):
            await store.put(collection, numbered(1))
        with pytest.raises(NotFound):
            await store.search(collection, ByMeaning(vectors(1)[0], 1))

    async def test_no_word_of_a_caller_is_in_a_query(
        self, store: Infinispan, collection: Collection, engine: InfinispanServer
    ) -> None:
        """Ickle's queries have no parameters over REST: what is not hexadecimal is a word of letters and digits."""
        await store.put(collection, texts("it's needle' or c.text = 'x"))
        odd = Equality("eq", "it's", "needle' or 'x")
        await store.search(collection, ByWords("needle' or '", 3, Selection(condition=odd)))

        last = engine.requests[-1].json()["query"]
        assert "needle'" == last[last.index("needle") :][: len("needle'")]
        assert "it's" not in last

    async def test_parts_of_a_long_question_add_up(
        self, store: Infinispan, collection: Collection
    ) -> None:
        """Two rare words in different parts of the question count more than one."""
        await store.put(collection, texts("first", "first last", "last", "other"))
        page = " ".join(f"word{n}" for n in range(1200))

        found = await store.search(collection, ByWords(f"first {page} last", 10))

        assert "c1" == found[0].chunk.id
        assert {"c0", "c1", "c2"} == set(ids(found))


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
async def test_a_digest_lets_in_and_a_wrong_password_is_our_fault(
    engine: InfinispanServer, algorithm: str
) -> None:
    """Callers' own credentials were fine, so this is no 401."""
    engine.password, engine.algorithm = "secret", algorithm
    collection = Collection("of-the-digest", 3)
    for password in ("secret", "wrong"):
        store = Infinispan(Infinispan.Config(url=engine.url, username="admin", password=password))
        if password == "secret":
            await store.create(collection)
            assert [] == await store.chunks(collection, EVERYTHING)
        else:
            with pytest.raises(UpstreamFailed, match="credentials"):
                await store.create(collection)
        await store.aclose()
    engine.password = None


async def test_basic_sends_the_password_itself(engine: InfinispanServer) -> None:
    """For servers behind TLS that know no digests."""
    config = Infinispan.Config(
        url=engine.url, username="admin", password="secret", auth_mechanism="basic"
    )
    store = Infinispan(config)
    await store.create(Collection("of-basic", 3))
    await store.aclose()

    assert "Basic YWRtaW46c2VjcmV0" == engine.requests[-1].headers["authorization"]
