"""Many chunks, and many callers at once."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from fleet_testing.vector_stores.samples import ids, nearest, numbered, vectors
from fleet_testing.vector_stores.setting import Setting, Stores
from fleet_vector_io.filters import Equality, Order
from fleet_vector_io.provider import (
    EVERYTHING,
    ByMeaning,
    ByWords,
    Chunk,
    Collection,
    Selection,
    VectorIOProvider,
)

MANY = 10_000
BATCH = 1_000
RECALL = 0.99
WRITERS = 8


class Crowds(Setting):
    """Ten thousand chunks, and eight writers and readers."""

    @pytest.mark.timeout(300)
    async def test_ten_thousand_chunks_are_searched_as_well_as_ten(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """An index that is approximate by default must hardly show; selections of many ids must hold."""
        if self.many_elsewhere:
            pytest.skip(f"{self.many_elsewhere} does this with the same engine")
        chunks = [
            replace(
                chunk, text=f"number{n} is word{n % 100}", attributes={"n": n, "odd": n % 2 == 1}
            )
            for n, chunk in enumerate(numbered(MANY))
        ]
        for start in range(0, MANY, BATCH):
            await store.put(collection, chunks[start : start + BATCH])
        odd = Selection(condition=Equality("eq", "odd", value=True))
        few = Selection(condition=Order("lt", "n", 50))
        ids_of_many = Selection(ids=[f"c{n}" for n in range(0, MANY, 3)])

        assert RECALL <= await self._recall(store, collection, chunks, EVERYTHING)
        assert RECALL <= await self._recall(store, collection, chunks[1::2], odd)
        assert 1 == await self._recall(store, collection, chunks[:50], few)
        assert RECALL <= await self._recall(store, collection, chunks[::3], ids_of_many)
        if "keyword" in self.modes:
            [first, *_] = await store.search(collection, ByWords("number77 word5", 10))
            assert "c77" == first.chunk.id
            found = await store.search(collection, ByWords("word5", 100, odd))
            assert {f"c{n}" for n in range(5, MANY, 100)} == set(ids(found))
        page = await store.chunks(collection, EVERYTHING, offset=MANY - 5, limit=10)
        assert ["file-999"] * 5 == [chunk.file_id for chunk in page]
        await store.delete(collection, ids_of_many)
        assert RECALL <= await self._recall(store, collection, _without_thirds(chunks), EVERYTHING)

    @pytest.mark.timeout(300)
    async def test_writers_and_readers_at_once_lose_nothing(
        self, stores: Stores, store: VectorIOProvider, collection: Collection
    ) -> None:
        """Ingestion of many files and searches go on together, through several replicas."""
        others = [stores.open() if self.shared else store for _ in range(2)]
        both = [store, *others]
        written = [_of_writer(writer) for writer in range(WRITERS)]

        async def write(writer: int) -> None:
            mine, through = written[writer], both[writer % len(both)]
            for start in range(0, len(mine), 20):
                await through.put(collection, mine[start : start + 20])
            await through.delete(collection, Selection(ids=[mine[0].id]))

        async def read(reader: int) -> None:
            for asked in vectors(10, seed=reader):
                hits = await both[reader % len(both)].search(collection, ByMeaning(asked, 10))
                assert len(hits) == len(set(ids(hits)))

        async with asyncio.TaskGroup() as group:
            for number in range(WRITERS):
                group.create_task(write(number))
                group.create_task(read(number))

        left = [chunk for mine in written for chunk in mine[1:]]
        for each in both:
            assert ids(left) == ids(await each.chunks(collection, EVERYTHING, limit=10_000))
            # A graph that several build at once is another one each time.
            assert RECALL <= await self._recall(each, collection, left, EVERYTHING)

    async def test_callers_who_leave_early_harm_nobody(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """Clients hang up in the middle of a search; whoever comes next must find a connection that works."""
        chunks = numbered(500)
        await store.put(collection, chunks)
        query = ByMeaning(chunks[3].embedding, 1)
        for turns in range(30):
            leaving = asyncio.create_task(store.search(collection, query))
            for _ in range(turns % 10):
                await asyncio.sleep(0)
            leaving.cancel()
            with suppress(asyncio.CancelledError):
                await leaving

        assert ["c3"] * 30 == [
            each
            for hits in await asyncio.gather(*(store.search(collection, query) for _ in range(30)))
            for each in ids(hits)
        ]

    async def _recall(
        self,
        store: VectorIOProvider,
        collection: Collection,
        chunks: list[Chunk],
        within: Selection,
    ) -> float:
        """Return which part of the ten that are nearest among `chunks` is found `within` their selection."""
        shares = []
        for asked in vectors(self.questions, seed=9):
            found = await store.search(collection, ByMeaning(asked, 10, within))
            wanted = nearest(asked, chunks, 10)
            assert len(wanted) == len(found)
            shares.append(len(set(wanted) & set(ids(found))) / len(wanted))
        return float(np.mean(shares))


def _of_writer(writer: int) -> list[Chunk]:
    return [
        replace(chunk, id=f"{writer}-{n:03}", file_id=f"writer-{writer}", position=n)
        for n, chunk in enumerate(numbered(100, seed=writer + 100))
    ]


def _without_thirds(chunks: list[Chunk]) -> list[Chunk]:
    return [chunk for n, chunk in enumerate(chunks) if n % 3]
