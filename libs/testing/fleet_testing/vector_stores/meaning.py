"""Searches by meaning find what is nearest, as exact search does."""

import numpy as np
import pytest

from fleet_testing.vector_stores.samples import cosines, ids, nearest, numbered, vectors
from fleet_testing.vector_stores.setting import Setting
from fleet_vector_io.provider import ByMeaning, Chunk, Collection, VectorIOProvider

CLOSE = 1e-3
"""How far a score may be from the cosine."""


class Meaning(Setting):
    """Searches by vectors."""

    @pytest.mark.parametrize("limit", [1, 10, 299, 300, 1000])
    async def test_the_nearest_are_found_in_order(
        self, store: VectorIOProvider, collection: Collection, limit: int
    ) -> None:
        """Hundreds of chunks are searched exactly: the same chunks, order and number as by brute force."""
        chunks = numbered(300)
        await store.put(collection, chunks)

        for asked in vectors(5, seed=7):
            hits = await store.search(collection, ByMeaning(asked, limit))

            wanted = nearest(asked, chunks, limit)
            assert wanted[:20] == ids(hits)[:20]
            assert set(wanted) == set(ids(hits))
            assert len(wanted) == len(hits)

    async def test_scores_are_cosines(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """Thresholds are set in cosines; a store's own distance would cut at the wrong place."""
        chunks = numbered(100)
        await store.put(collection, chunks)
        asked = (vectors(1, seed=8)[0] * 1000).astype(np.float32)

        hits = await store.search(collection, ByMeaning(asked, 100))

        truth = dict(zip(ids(chunks), cosines(asked, chunks), strict=True))
        assert [pytest.approx(truth[hit.chunk.id], abs=CLOSE) for hit in hits] == [
            hit.score for hit in hits
        ]
        assert sorted((hit.score for hit in hits), reverse=True) == [hit.score for hit in hits]

    async def test_the_same_and_the_opposite_score_one_and_minus_one(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """Rounding must not lead out of the range that callers rely on."""
        asked = vectors(1)[0]
        await store.put(collection, [Chunk("same", "x", asked * 3), Chunk("opposite", "x", -asked)])

        same, opposite = await store.search(collection, ByMeaning(asked, 2))

        assert ["same", "opposite"] == ids([same, opposite])
        assert pytest.approx(1, abs=CLOSE) == same.score
        assert pytest.approx(-1, abs=CLOSE) == opposite.score
        assert opposite.score >= -1
        assert same.score <= 1

    async def test_equals_are_all_found(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """The same text in two files has one vector: each chunk is a hit of its own."""
        first, second = vectors(2)
        chunks = [Chunk(f"same{n}", "x", first) for n in range(12)] + [Chunk("far", "x", -second)]
        await store.put(collection, chunks)

        hits = await store.search(collection, ByMeaning(first, 12))

        assert {f"same{n}" for n in range(12)} == set(ids(hits))
        few = await store.search(collection, ByMeaning(first, 5))
        assert 5 == len(set(ids(few)))

    async def test_an_empty_collection_has_no_hits(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """A store is searched before its first file is in."""
        assert [] == await store.search(collection, ByMeaning(vectors(1)[0], 10))
