"""Stores keep what they are given, exactly, and forget what they are told to."""

from dataclasses import replace

import numpy as np
import pytest

from fleet_testing.vector_stores.samples import (
    DIMENSION,
    cosines,
    ids,
    numbered,
    seen,
    texts,
    varied,
    vectors,
)
from fleet_testing.vector_stores.setting import Setting, Stores, new_collection
from fleet_vector_io.filters import Equality
from fleet_vector_io.provider import (
    EVERYTHING,
    ByMeaning,
    ByWords,
    Chunk,
    Collection,
    Selection,
    VectorIOProvider,
)

ODD = (
    "it's",
    '"quoted" \\ back',
    "ä/ö?ü#%20&x=1",
    "日本語 🦙",
    "%_*",
    "{$ne: 1}",
    " leading",
    "a\nb\tc",
    "x" * 256,
)
"""Texts that go wrong where they are not taken as they are."""
COLLECTION_IDS = (
    "a.b",
    "a_b",
    "a-b",
    "A-b",
    ".",
    "..",
    "-",
    "1",
    "select",
    "a" * 127 + "b",
    "a" * 128,
)


class Keeping(Setting):
    """Puts, reads and deletes."""

    async def test_what_was_put_is_found_by_the_next_call(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """Callers search as soon as their file is in: a put that has returned is there."""
        chunks = varied(20)
        await store.put(collection, chunks)

        assert ids(chunks) == ids(await store.chunks(collection, EVERYTHING))

        [hit] = await store.search(collection, ByMeaning(chunks[7].embedding, 1))

        assert seen(chunks[7]) == seen(hit.chunk)
        assert (0,) == hit.chunk.embedding.shape

    async def test_another_replica_sees_it_too(
        self, stores: Stores, store: VectorIOProvider, collection: Collection
    ) -> None:
        """The service has replicas, and callers do not choose: one puts, changes and deletes, the other one reads."""
        if not self.shared:
            pytest.skip("one process at a time")
        other = stores.open()
        chunks = numbered(10)
        await other.chunks(collection, EVERYTHING)
        await store.put(collection, chunks)
        await other.delete(collection, Selection(ids=["c0"]))
        await store.put(collection, [replace(chunks[5], embedding=-chunks[5].embedding)])

        assert ids(chunks[1:]) == ids(await other.chunks(collection, EVERYTHING))
        for each in (store, other):
            assert ids(chunks[1:2]) == ids(
                await each.search(collection, ByMeaning(chunks[1].embedding, 1))
            )
            assert ids(chunks[5:6]) == ids(
                await each.search(collection, ByMeaning(-chunks[5].embedding, 1))
            )
            assert 9 == len(await each.search(collection, ByMeaning(chunks[0].embedding, 20)))

    async def test_restart_keeps_everything(
        self, stores: Stores, store: VectorIOProvider, collection: Collection
    ) -> None:
        """What a method has done holds: services restart at any time."""
        chunks = varied(30)
        await store.put(collection, chunks)
        await store.delete(collection, Selection(ids=["c3"]))
        await stores.close(store)
        store = stores.open()
        left = [chunk for chunk in chunks if chunk.id != "c3"]

        found = await store.chunks(collection, EVERYTHING)

        assert [seen(chunk) for chunk in left] == [seen(chunk) for chunk in found]
        hits = await store.search(collection, ByMeaning(chunks[9].embedding, 100))
        assert "c9" == hits[0].chunk.id
        assert len(left) == len(hits)
        if "keyword" in self.modes:
            assert len(left) == len(await store.search(collection, ByWords("chunk", 100)))

    async def test_creating_again_changes_nothing(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """A job that was cut off begins again."""
        await store.put(collection, numbered(3))
        await store.create(collection)

        assert ["c0", "c1", "c2"] == ids(await store.chunks(collection, EVERYTHING))

    async def test_dropping_forgets_all_and_may_be_repeated(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """A collection made again by the same name must not bring the old chunks back."""
        await store.put(collection, numbered(3))
        await store.drop(collection)
        await store.drop(collection)
        await store.create(collection)

        assert [] == await store.chunks(collection, EVERYTHING)
        assert [] == await store.search(collection, ByMeaning(vectors(1)[0], 10))

    async def test_putting_the_same_again_changes_nothing(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """Ingestion that was cut off puts its last batch twice; each chunk must be there once."""
        chunks = varied(25)
        for _ in range(2):
            await store.put(collection, chunks)

        found = await store.chunks(collection, EVERYTHING)

        assert [seen(chunk) for chunk in chunks] == [seen(chunk) for chunk in found]
        hits = await store.search(collection, ByMeaning(chunks[0].embedding, 100))
        assert len(chunks) == len(hits) == len(set(ids(hits)))

    async def test_an_id_that_is_in_takes_the_new_content(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """Nothing of the old content may be found: neither vector, words, file nor attributes."""
        old = Chunk("one", "apple", vectors(1)[0], "f1", 3, {"a": 1, "b": 2}, '{"n": 1}')
        new = Chunk("one", "pear", -old.embedding, "f2", 4, {"a": 2}, '{"n": 2}')
        await store.put(collection, [old])
        await store.put(collection, [new])

        [hit] = await store.search(collection, ByMeaning(old.embedding, 5))

        assert seen(new) == seen(hit.chunk)
        assert pytest.approx(-1, abs=1e-3) == hit.score
        assert [] == await store.chunks(collection, Selection(file_ids=["f1"]))
        assert [] == await store.chunks(collection, Selection(condition=Equality("eq", "b", 2)))
        if "keyword" in self.modes:
            assert [] == await store.search(collection, ByWords("apple", 5))
            assert ["one"] == ids(await store.search(collection, ByWords("pear", 5)))

    async def test_the_last_of_one_id_in_one_put_holds(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """Callers' chunks come as they come."""
        first, second = texts("first", "second")
        await store.put(collection, [first, replace(second, id=first.id)])

        assert ["second"] == [each.text for each in await store.chunks(collection, EVERYTHING)]

    async def test_putting_nothing_is_no_error(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """A file may have no text."""
        await store.put(collection, [])

        assert [] == await store.chunks(collection, EVERYTHING)

    async def test_any_text_comes_back_as_it_was(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """Ids, files, keys and values are the callers' own words; none is syntax to a store."""
        chunks = [
            Chunk(
                odd, odd * 3, vector, odd, n, {odd: odd, "n": n}, '{"a": "\\u0000 ä", "b":  1.50}'
            )
            for n, (odd, vector) in enumerate(zip(ODD, vectors(len(ODD)), strict=True))
        ]
        chunks += [
            Chunk("empty", "", vectors(1, 3)[0]),
            Chunk("long", "word " * 40_000, vectors(1, 4)[0]),
            Chunk("nul", "before \x00 after", vectors(1, 5)[0]),
        ]
        await store.put(collection, chunks)

        for chunk in chunks:
            [found] = await store.chunks(collection, Selection(ids=[chunk.id]))
            [hit] = await store.search(collection, ByMeaning(chunk.embedding, 1))
            assert seen(chunk) == seen(found) == seen(hit.chunk)
        for odd in ODD:
            condition = Equality("eq", odd, odd)
            assert [odd] == ids(await store.chunks(collection, Selection(condition=condition)))
            assert [odd] == ids(await store.chunks(collection, Selection(file_ids=[odd])))

    async def test_vectors_of_any_length_keep_their_direction(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """Models differ in how long their vectors are; only the direction counts."""
        chunks = [
            replace(chunk, embedding=(chunk.embedding * scale).astype(np.float32))
            for chunk, scale in zip(numbered(3), (1e-12, 1.0, 1e12), strict=True)
        ]
        await store.put(collection, chunks)

        for chunk in await store.chunks(collection, EVERYTHING):
            [given] = [each for each in chunks if each.id == chunk.id]
            assert np.float32 == chunk.embedding.dtype
            assert (DIMENSION,) == chunk.embedding.shape
            assert pytest.approx(1, abs=1e-3) == cosines(chunk.embedding, [given])[0]

    async def test_chunks_come_by_file_position_and_id_and_in_pages(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """A file's content is read in order, also a long one, whatever the order it was put in."""
        chunks = [
            Chunk(f"{file}{position}{name}", "x", vectors(1, position)[0], file, position)
            for file in ("", "B", "a", "é", "\uffff", "\U00010000")
            for position in (0, 2, 10)
            for name in ("B", "a")
        ]
        shuffled = [chunks[place] for place in np.random.default_rng(2).permutation(len(chunks))]
        await store.put(collection, shuffled)

        pages = [
            await store.chunks(collection, EVERYTHING, offset=offset, limit=7)
            for offset in range(0, len(chunks) + 7, 7)
        ]

        assert ids(chunks) == [each for page in pages for each in ids(page)]
        of_file = await store.chunks(collection, Selection(file_ids=["a"]), offset=2, limit=3)
        assert ["a2B", "a2a", "a10B"] == ids(of_file)

    async def test_collections_do_not_see_each_other(self, store: VectorIOProvider) -> None:
        """Stores belong to different callers; odd names must not make one of two."""
        run = new_collection().id[-8:]
        collections = [Collection((each + run)[-128:], DIMENSION) for each in COLLECTION_IDS]
        collections += [Collection(each, DIMENSION) for each in (".", "..")]
        for n, collection in enumerate(collections):
            await store.create(collection)
            await store.put(collection, [replace(numbered(1)[0], text=str(n))])

        for n, collection in enumerate(collections):
            assert [str(n)] == [each.text for each in await store.chunks(collection, EVERYTHING)]
            hits = await store.search(collection, ByMeaning(vectors(1)[0], 10))
            assert [str(n)] == [hit.chunk.text for hit in hits]
        await store.drop(collections[0])
        assert [] != await store.chunks(collections[1], EVERYTHING)

    async def test_collections_may_differ_in_dimension(self, store: VectorIOProvider) -> None:
        """One service has embedding models of many sizes at once."""
        for dimension in (1, 3, 384, 1536, 4096):
            collection = new_collection(dimension)
            await store.create(collection)
            first, second = vectors(2, dimension=dimension)
            await store.put(collection, [Chunk("1", "x", first), Chunk("2", "y", -second)])

            hits = await store.search(collection, ByMeaning(first, 1))

            assert pytest.approx(1, abs=1e-3) == hits[0].score
