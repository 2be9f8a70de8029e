"""Several replicas over the same state: what one has done when it answers, all others know."""

import asyncio

import pytest

from fleet.vector_io.v1 import messages as m
from fleet_runtime.errors import FleetError


@pytest.fixture(params=["inline::sqlite-vec", "inline::faiss"])
def config(request, config):
    config["providers"][0]["type"] = request.param
    return config


@pytest.fixture
async def replicas_of(start):
    return await asyncio.gather(start(), start())


@pytest.fixture
async def store(replicas_of, call):
    return (await replicas_of[0].stores.create_vector_store(m.CreateVectorStoreRequest(), call)).id


@pytest.fixture
def found(store, call):
    """Returns which chunks a search by one of the replicas finds."""

    async def found(replica):
        request = m.SearchVectorStoreRequest(
            vector_store_id=store, query="a text", max_num_results=50
        )
        page = await replica.stores.search_vector_store(request, call)
        return sorted(hit.file_id for hit in page.data)

    return found


async def test_searches_see_at_once_what_another_replica_did(replicas_of, store, found, call):
    """Chunks in memory, and stores that were looked up before, are no older than the last answer of any replica."""
    names = [f"chunk-{n:02}" for n in range(20)]
    one, other = replicas_of
    for n, name in enumerate(names):
        chunks = [m.EmbeddedChunk(chunk_id=name, content=f"text {n}")]
        request = m.InsertChunksRequest(vector_store_id=store, chunks=chunks)
        await replicas_of[n % 2].native.insert_chunks(request, call)

        assert names[: n + 1] == await found(one) == await found(other)

    for n, name in enumerate(names[:10]):
        request = m.DeleteChunksRequest(vector_store_id=store, chunk_ids=[name])
        await replicas_of[n % 2].native.delete_chunks(request, call)

        assert names[n + 1 :] == await found(one) == await found(other)


async def test_a_store_that_another_replica_deleted_is_gone(replicas_of, store, found, call):
    """It was searched here a moment ago."""
    one, other = replicas_of
    assert [] == await found(one) == await found(other)

    await other.stores.delete_vector_store(m.DeleteVectorStoreRequest(vector_store_id=store), call)

    with pytest.raises(FleetError) as raised:
        await found(one)
    assert (404, "vector_store_not_found") == (raised.value.status, raised.value.code)
