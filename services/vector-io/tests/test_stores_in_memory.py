"""Stores over SQLite search in memory what the file says at that moment, and no more of it than they may."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from fleet_runtime.errors import NotFound
from fleet_testing.vector_stores.samples import ids, nearest, numbered, vectors
from fleet_testing.vector_stores.setting import new_collection
from fleet_vector_io.filters import Order
from fleet_vector_io.provider import ByMeaning, Selection
from fleet_vector_io.providers.faiss import Faiss
from fleet_vector_io.providers.sqlite_vec import SqliteVec

pytestmark = pytest.mark.slow

MANY = 3000  # enough that codes are compared first


@pytest.fixture(params=[Faiss, SqliteVec])
async def opened(request, tmp_path):
    """Returns what opens one more provider over the same file."""
    stores = []

    def one_more(**settings):
        kind = request.param
        stores.append(kind(kind.Config(db_path=tmp_path / "chunks.db", **settings)))
        return stores[-1]

    yield one_more
    for store in stores:
        await store.aclose()


@pytest.fixture
async def collection(opened):
    """A collection with chunks."""
    collection, store = new_collection(), opened()
    await store.create(collection)
    await store.put(collection, many())
    return collection


def many(seed=0):
    return [replace(each, attributes={"n": n}) for n, each in enumerate(numbered(MANY, seed))]


async def assert_found(store, collection, chunks, within=None):
    for asked in vectors(5, seed=9):
        query = ByMeaning(asked, 10) if within is None else ByMeaning(asked, 10, within)
        assert nearest(asked, chunks, 10) == ids(await store.search(collection, query))


async def test_another_process_changes_are_seen(opened, collection):
    """Ingestion runs in other replicas than searches do: chunks put in, put in again, and deleted."""
    mine, other = opened(), opened()
    chunks = many()
    await assert_found(mine, collection, chunks)
    again = many(seed=5)[:1000]
    more = [replace(each, id=f"more{each.id}") for each in many(seed=6)[:500]]

    await other.put(collection, again)
    await assert_found(mine, collection, again + chunks[1000:])
    await other.put(collection, more)
    await assert_found(mine, collection, again + chunks[1000:] + more)
    await other.delete(collection, Selection(ids=ids(chunks[500:2900])))
    await assert_found(mine, collection, again[:500] + chunks[2900:] + more)
    await assert_found(other, collection, again[:500] + chunks[2900:] + more)


async def test_a_collection_made_again_is_another(opened, collection):
    """Its rows have the numbers that the old one's had."""
    mine, other = opened(), opened()
    await assert_found(mine, collection, many())

    await other.drop(collection)
    await other.create(collection)
    await other.put(collection, many(seed=3))

    await assert_found(mine, collection, many(seed=3))


async def test_searches_among_writes_see_each_write_in_full(opened, collection):
    """What is put in together is found together: all that is there, and nothing twice."""
    mine, other = opened(), opened()
    direction = vectors(1, seed=77)[0]
    burst = [
        replace(each, id=f"burst{n}", embedding=direction) for n, each in enumerate(numbered(10))
    ]
    seen = set()

    async def read():
        for _ in range(20):
            hits = await mine.search(collection, ByMeaning(direction, 10))
            seen.add(sum(each.startswith("burst") for each in ids(hits)))

    async def write():
        for _ in range(5):
            await other.put(collection, burst)
            await other.delete(collection, Selection(ids=ids(burst)))

    await asyncio.gather(write(), *(read() for _ in range(8)))

    assert seen <= {0, 10}
    await assert_found(mine, collection, many())


async def test_who_leaves_while_vectors_are_read_harms_nobody(opened, collection):
    """The first search after a start reads them all; its caller may give up, and the next one goes on."""
    store = opened()
    for turns in range(20):
        leaving = asyncio.create_task(store.search(collection, ByMeaning(vectors(1)[0], 10)))
        await asyncio.sleep(turns / 1000)
        leaving.cancel()
        with suppress(asyncio.CancelledError):
            await leaving

    await assert_found(store, collection, many())


@pytest.mark.parametrize("mib", [0, 1, 100])
async def test_what_does_not_fit_into_memory_is_found_as_exactly(opened, collection, mib):
    """A store that outgrows its memory gets slower, and no worse."""
    store, chunks = opened(memory_mib=mib), many()
    few = Selection(condition=Order("lt", "n", 700))

    await assert_found(store, collection, chunks)
    await assert_found(store, collection, chunks[:700], within=few)
    with pytest.raises(NotFound):
        await store.search(new_collection(), ByMeaning(vectors(1)[0], 1))


async def test_several_stores_share_the_memory(opened):
    """One may have room for itself, and not for three of them: each is found in all the same."""
    store = opened(memory_mib=1)
    chunks = {new_collection(): many(seed) for seed in range(3)}
    for collection, its in chunks.items():
        await store.create(collection)
        await store.put(collection, its)

    for _ in range(2):
        for collection, its in chunks.items():
            await assert_found(store, collection, its)


async def test_hundreds_of_hits_come_in_order(opened, collection):
    """Hybrid searches and rerankers take several times what they return."""
    chunks, [asked] = many(), vectors(1, seed=4)

    hits = await opened().search(collection, ByMeaning(asked, 700))

    assert nearest(asked, chunks, 700) == ids(hits)
    assert np.all(np.diff([hit.score for hit in hits]) <= 0)
