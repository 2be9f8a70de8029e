"""Searches by words find chunks that have them, rare words first."""

import pytest

from fleet_runtime.errors import Unimplemented
from fleet_testing.vector_stores.samples import ids, texts
from fleet_testing.vector_stores.setting import Setting
from fleet_vector_io.provider import ByWords, Collection, VectorIOProvider

PLAIN = (
    'apple" OR banana NOT (',
    "apple*",
    "-apple",
    "+apple -cherry",
    "NOT apple",
    "apple AND cherry",
    "text:apple",
    "NEAR(apple)",
    "^apple~2",
    "'); DROP TABLE chunks; -- apple",
    "apple & !apple | <->",
    "{apple} [apple] /apple/",
    "apple\\",
    "\x00apple",
)
"""Queries that are syntax somewhere, all of which have the word `apple` and none the word `pear`."""


class Words(Setting):
    """Searches by words."""

    async def test_words_are_refused_by_stores_without(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """No hits would be a lie: there may be some."""
        if "keyword" in self.modes:
            pytest.skip("has it")
        with pytest.raises(Unimplemented):
            await store.search(collection, ByWords("apple", 5))

    async def test_any_word_in_any_case_is_enough(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """People ask in sentences, of which a chunk has a few words."""
        self.needs("keyword")
        said = ("Apple pie", "a BANANA!", "cherry", "Über uns", "an apple, a banana")
        await store.put(collection, texts(*said))

        found = await store.search(collection, ByWords("Where is APPLE or banana or ÜBER?", 10))

        assert {"c0", "c1", "c3", "c4"} == set(ids(found))
        assert all(hit.score > 0 for hit in found)
        assert sorted((hit.score for hit in found), reverse=True) == [hit.score for hit in found]
        assert set(said) - {"cherry"} == {hit.chunk.text for hit in found}
        assert (0,) == found[0].chunk.embedding.shape

    async def test_rarer_words_count_more(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """As BM25 has it: what nearly every chunk has tells little."""
        self.needs("keyword")
        said = ["common filler words here"] * 30 + ["zebra filler words here"]
        await store.put(collection, texts(*said))

        found = await store.search(collection, ByWords("common zebra", 3))

        assert "c30" == found[0].chunk.id
        assert found[0].score > found[1].score

    async def test_more_words_count_more(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """A chunk with both words fits better than one with either."""
        self.needs("keyword")
        said = ["red green", "red blue", "green white"] + ["other things"] * 20
        await store.put(collection, texts(*said))

        found = await store.search(collection, ByWords("red green", 10))

        assert "c0" == found[0].chunk.id
        assert {"c0", "c1", "c2"} == set(ids(found))

    async def test_no_word_no_hit(self, store: VectorIOProvider, collection: Collection) -> None:
        """Whole words count: parts of words and signs find nothing."""
        self.needs("keyword")
        await store.put(collection, texts("apple pie", "pear"))

        for asked in ("orange", "app", "app*", "", "  ", '"*()^:-', "?!", "'"):
            found = await store.search(collection, ByWords(asked, 10))
            assert [] == ids(found)

    @pytest.mark.parametrize("asked", PLAIN)
    async def test_queries_are_plain_text(
        self, store: VectorIOProvider, collection: Collection, asked: str
    ) -> None:
        """Callers' questions are no search language: nothing in them excludes, groups or fails."""
        self.needs("keyword")
        await store.put(collection, texts("an apple", "a pear", "pearl"))

        assert ["c0"] == ids(await store.search(collection, ByWords(asked, 10)))

    async def test_long_questions_are_answered(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """People paste whole pages."""
        self.needs("keyword")
        await store.put(collection, texts("needle", "hay"))
        page = " ".join(f"word{n}" for n in range(3000))

        assert ["c0"] == ids(await store.search(collection, ByWords(f"needle {page}", 10)))

    async def test_the_limit_holds(self, store: VectorIOProvider, collection: Collection) -> None:
        """No more than asked for, and the best of them."""
        self.needs("keyword")
        await store.put(collection, texts(*["apple and other fruit"] * 50, "apple apple"))

        found = await store.search(collection, ByWords("apple", 7))

        assert 7 == len(set(ids(found)))
        assert "c50" == found[0].chunk.id
