"""A file whose process ends in the middle of it: the next one makes it whole, and nothing twice."""

import asyncio

import pytest
from msgspec import Raw

from fleet.vector_io.v1 import messages as m

SENTENCES = [f"Sentence {n} is about whale number {n}." for n in range(400)]


@pytest.fixture
def config(config):
    config["ingestion"] |= {"embedding_batch": 1, "wait_seconds": 0, "in_flight": 1}
    return config


async def texts_of(fleet, store, call):
    request = m.GetVectorStoreFileContentRequest(vector_store_id=store, file_id="file-a")
    return [
        each.text for each in (await fleet.stores.get_vector_store_file_content(request, call)).data
    ]


async def eventually(holds, seconds=20):
    deadline = asyncio.get_running_loop().time() + seconds
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.05)


async def test_what_was_half_in_is_in_once(start, stopped, neighbours, call):
    """Whatever had been put in by the one that ended, every chunk is there exactly once in the end."""
    neighbours.texts["file-a"] = "\n\n".join(SENTENCES)
    neighbours.enough = 3
    first = await start()
    sizes = m.VectorStoreStaticChunking(max_chunk_size_tokens=100, chunk_overlap_tokens=0)
    store = await first.stores.create_vector_store(
        m.CreateVectorStoreRequest(
            chunking_strategy=m.VectorStoreChunkingStrategy(type="static", static=sizes)
        ),
        call,
    )
    attach = m.CreateVectorStoreFileRequest(
        vector_store_id=store.id, file_id="file-a", attributes=Raw(b'{"a":1}')
    )
    attached = await first.stores.create_vector_store_file(attach, call)
    await eventually(lambda: some(texts_of(first, store.id, call)))
    half = await texts_of(first, store.id, call)
    await stopped(first)
    neighbours.more.set()
    second = await start()
    get = m.GetVectorStoreFileRequest(vector_store_id=store.id, file_id="file-a")

    async def done():
        return (await second.stores.get_vector_store_file(get, call)).status == "completed"

    await eventually(done)
    whole = await texts_of(second, store.id, call)

    assert "in_progress" == attached.status
    assert 0 < len(half) < len(whole)
    assert len(whole) == len(set(whole))
    assert "".join(SENTENCES).replace(" ", "") == "".join(whole).replace("\n", "").replace(" ", "")
    assert 2 == neighbours.parsed["file-a"]


async def some(coming):
    return len(await coming) > 0


async def test_what_fails_in_the_middle_leaves_nothing(start, neighbours, call):
    """A file that has failed must not be found by those of its chunks that were in already."""
    neighbours.texts["file-a"] = "\n\n".join(SENTENCES)
    neighbours.spoiled_after = 3
    fleet = await start()
    store = await fleet.stores.create_vector_store(m.CreateVectorStoreRequest(), call)
    attach = m.CreateVectorStoreFileRequest(
        vector_store_id=store.id,
        file_id="file-a",
        chunking_strategy=m.VectorStoreChunkingStrategy(
            type="static", static=m.VectorStoreStaticChunking(max_chunk_size_tokens=100)
        ),
    )
    await fleet.stores.create_vector_store_file(attach, call)
    get = m.GetVectorStoreFileRequest(vector_store_id=store.id, file_id="file-a")

    async def failed():
        return (await fleet.stores.get_vector_store_file(get, call)).status == "failed"

    await eventually(failed)

    assert neighbours.embedded > 1
    assert [] == await texts_of(fleet, store.id, call)
