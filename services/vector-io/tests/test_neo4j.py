"""`remote::neo4j` against a fake that speaks Bolt and evaluates the Cypher it is sent."""

from collections.abc import Callable, Iterator

import pytest

from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import NotFound, Unavailable, UpstreamFailed
from fleet_testing.background import in_background
from fleet_testing.bolt_server import BoltServer, neo4j_server
from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_testing.vector_stores.samples import ids, numbered, texts, vectors
from fleet_vector_io.neo4j.questions import questions
from fleet_vector_io.provider import EVERYTHING, ByMeaning, ByWords, Collection
from fleet_vector_io.providers.neo4j import Neo4j

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine() -> Iterator[BoltServer]:
    """One engine for all tests of this module."""
    with in_background(neo4j_server()) as server:
        yield server


class TestNeo4j(VectorStoreContract):
    """All that a vector store must do, and what is Neo4j's own."""

    questions = 5

    @pytest.fixture
    def new_store(self, engine: BoltServer) -> Callable[[], Neo4j]:
        return lambda: Neo4j(Neo4j.Config(uri=engine.url))

    async def test_a_dropped_collection_takes_nothing_and_says_so(
        self, store: Neo4j, collection: Collection
    ) -> None:
        """Neo4j has every label that anybody thinks of."""
        await store.drop(collection)

        with pytest.raises(NotFound):
            await store.put(collection, numbered(1))
        with pytest.raises(NotFound):
            await store.search(collection, ByMeaning(vectors(1)[0], 1))

    async def test_a_put_is_whole_or_not_at_all(
        self, store: Neo4j, collection: Collection, engine: BoltServer
    ) -> None:
        """A deadlock in the middle is tried again from the beginning, and nothing is there twice."""
        engine.fails = 1
        await store.put(collection, numbered(250))

        assert 250 == len(await store.chunks(collection, EVERYTHING))

    async def test_no_word_of_a_caller_is_in_a_statement(
        self, store: Neo4j, collection: Collection, engine: BoltServer
    ) -> None:
        """Values go as parameters: there is nothing to escape and nothing to inject."""
        await store.put(collection, texts("needle` {x: 'y'}"))
        await store.search(collection, ByWords("needle` {x: 'y'}", 3))

        assert not [each for each in engine.statements if "needle" in each]

    async def test_words_with_signs_inside_are_found(
        self, store: Neo4j, collection: Collection
    ) -> None:
        """The analyzer cuts questions as it has cut the chunks."""
        await store.put(collection, texts("state-of-the-art", "snake_case", "C++/CLI", "other"))

        assert ["c0"] == ids(await store.search(collection, ByWords("state-of-the-art!", 5)))
        assert ["c1"] == ids(await store.search(collection, ByWords("(snake_case)", 5)))
        assert ["c2"] == ids(await store.search(collection, ByWords("c++/cli", 5)))


def test_questions_have_no_more_clauses_than_lucene_takes() -> None:
    """It counts the words of scripts without spaces too."""
    asked = questions("漢" * 1200 + " needle")

    assert all(len(question) <= 1001 for question in asked)
    assert "needle" in asked[-1]


def test_expansion_through_relationships_is_refused() -> None:
    """A setting that were read over would give other results than those expected."""
    with pytest.raises(ConfigError, match="not offered"):
        validate(Neo4j.Config, {"graph_retrieval_enabled": True})


async def test_the_password_lets_in_and_its_absence_is_our_fault(engine: BoltServer) -> None:
    """Callers' own credentials were fine, so this is no 401."""
    engine.password = "secret"
    for password in ("secret", "wrong"):
        store = Neo4j(Neo4j.Config(uri=engine.url, password=password))
        if password == "secret":
            await store.create(Collection("of-the-key", 3))
        else:
            with pytest.raises(UpstreamFailed, match="refused the user and password"):
                await store.create(Collection("of-the-key", 3))
        await store.aclose()
    engine.password = None


async def test_an_engine_that_is_not_there_is_unavailable() -> None:
    """Ingestion tries again later; a refusal would end it."""
    store = Neo4j(Neo4j.Config(uri="bolt://127.0.0.1:9", timeout=3))

    with pytest.raises(Unavailable):
        await store.create(Collection("x", 3))
    await store.aclose()
