"""Faiss's graphs outlive their process, and are used only for the vectors that they were made of."""

import numpy as np
import pytest

from fleet_testing.vector_stores.samples import ids, nearest, numbered, vectors
from fleet_vector_io.provider import ByMeaning, Collection, Selection
from fleet_vector_io.providers.faiss import Faiss

pytestmark = pytest.mark.slow

COLLECTION = Collection("vs_graph", 32)
MANY = 5000


@pytest.fixture
async def opened(tmp_path):
    """Returns what opens a provider over a file, which is closed at the end."""
    stores = []

    def one_more(name="chunks.db", **settings):
        stores.append(Faiss(Faiss.Config(db_path=tmp_path / name, index="hnsw", **settings)))
        return stores[-1]

    yield one_more
    for store in stores:
        await store.aclose()


async def filled(store, chunks):
    """Put chunks in, and have them linked."""
    await store.create(COLLECTION)
    await store.put(COLLECTION, chunks)
    await store.search(COLLECTION, ByMeaning(vectors(1)[0], 1))


async def recall(store, chunks):
    shares = []
    for asked in vectors(20, seed=9):
        found = ids(await store.search(COLLECTION, ByMeaning(asked, 10)))
        shares.append(len(set(nearest(asked, chunks, 10)) & set(found)) / 10)
    return np.mean(shares)


def graph_file(tmp_path, name="chunks.db"):
    return tmp_path / f"{name}.{COLLECTION.id}.hnsw"


async def test_a_restart_links_nothing_anew(opened, tmp_path):
    """Minutes without answers after each start are an outage. What is linked anew is written anew."""
    chunks = numbered(MANY)
    await filled(opened(), chunks)  # and is not closed, as if killed
    kept = graph_file(tmp_path).stat()

    again = opened()

    assert 0.98 <= await recall(again, chunks)
    assert kept.st_ino == graph_file(tmp_path).stat().st_ino


async def test_what_changed_meanwhile_is_caught_up(opened, tmp_path):
    """Another process may have written since the graph was kept."""
    chunks, more = numbered(MANY), numbered(200, seed=3)
    await filled(opened(), chunks)
    kept = graph_file(tmp_path).stat()
    other = opened()
    await other.delete(COLLECTION, Selection(ids=ids(chunks[:1000])))
    await other.put(COLLECTION, more)  # some in the place of those of their ids

    again = opened()

    assert 0.98 <= await recall(again, [*more, *chunks[1000:]])
    assert kept.st_ino == graph_file(tmp_path).stat().st_ino


async def test_a_graph_of_other_chunks_is_not_used(opened, tmp_path):
    """A file restored from a backup, or copied with the wrong one, must not answer with other chunks' vectors."""
    chunks, others = numbered(2000), numbered(2000, seed=1)
    await filled(opened(), chunks)
    await filled(opened("others.db"), others)
    graph_file(tmp_path).rename(graph_file(tmp_path, "others.db"))

    again = opened("others.db")

    assert 0.98 <= await recall(again, others)


@pytest.mark.parametrize("damage", ["cut", "changed", "empty"])
async def test_a_damaged_graph_is_made_anew(opened, tmp_path, damage):
    """A disk that was full, or lies, costs time, and no wrong answers."""
    chunks = numbered(2000)
    await filled(opened(), chunks)
    file = graph_file(tmp_path)
    whole = bytearray(file.read_bytes())
    middle = len(whole) // 2
    whole[middle] ^= 255
    file.write_bytes({"cut": whole[:middle], "changed": whole, "empty": b""}[damage])

    again = opened()

    assert 0.98 <= await recall(again, chunks)


async def test_other_settings_link_anew(opened, tmp_path):
    """Whoever asks for more links gets them."""
    chunks = numbered(2000)
    await filled(opened(), chunks)
    before = graph_file(tmp_path).stat().st_size

    assert 0.98 <= await recall(opened(hnsw_m=48), chunks)

    assert before < graph_file(tmp_path).stat().st_size


async def test_a_store_that_is_dropped_leaves_no_file(opened, tmp_path):
    """Disks fill up with what nobody knows any more."""
    store = opened()
    await filled(store, numbered(2000))
    assert graph_file(tmp_path).exists()

    await store.drop(COLLECTION)

    assert not graph_file(tmp_path).exists()


async def test_closing_keeps_what_came_last(opened, tmp_path):
    """Else each restart links again what came since the graph was last written."""
    store, chunks = (
        Faiss(Faiss.Config(db_path=tmp_path / "chunks.db", index="hnsw")),
        numbered(2300),
    )
    await filled(store, chunks[:2000])
    await store.put(COLLECTION, chunks[2000:])
    await recall(store, chunks)
    before = graph_file(tmp_path).stat().st_size
    await store.aclose()

    assert before < graph_file(tmp_path).stat().st_size
