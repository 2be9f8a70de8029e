"""Vector stores: made, listed, changed, deleted."""

import json

import pytest
from msgspec import Raw

from fleet.vector_io.v1 import messages as m
from fleet_runtime.errors import FleetError

Create = m.CreateVectorStoreRequest


async def test_a_store_says_what_it_is(fleet, call):
    """Clients read the model and the provider from its metadata."""
    made = await fleet.stores.create_vector_store(
        Create(name="notes", description="mine", metadata=Raw(b'{"a": "b"}')), call
    )
    metadata = json.loads(bytes(made.metadata))

    assert made.id.startswith("vs_")
    assert ("notes", "mine", "completed") == (made.name, made.description, made.status)
    assert {"a": "b", "provider_id": "sqlite", "provider_vector_store_id": made.id} | {
        "embedding_model": "embedder",
        "embedding_dimension": "256",
    } == metadata
    assert 0 == made.file_counts.total
    assert made == await fleet.stores.get_vector_store(
        m.GetVectorStoreRequest(vector_store_id=made.id), call
    )


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"embedding_model": "nothing"}, "embedding_model"),
        ({"embedding_model": "chat"}, "embedding_model"),
        ({"provider_id": "nobody"}, "provider_id"),
        ({"file_ids": ["file-none"]}, "file_ids"),
        ({"metadata": Raw(b'{"a": "' + b"x" * 513 + b'"}')}, "metadata.a"),
    ],
)
async def test_what_is_not_there_is_named(fleet, call, wrong, param):
    """An unknown model must not make a store that can never be searched."""
    with pytest.raises(FleetError) as raised:
        await fleet.stores.create_vector_store(Create(**wrong), call)

    assert (400, param) == (raised.value.status, raised.value.param)
    listed = await fleet.stores.list_vector_stores(m.ListVectorStoresRequest(), call)
    assert [] == listed.data


async def test_a_missing_store_is_404_everywhere(fleet, call):
    """Callers tell from it that the store is gone, not that their request is wrong."""
    name = "vs_none"
    asked = [
        fleet.stores.get_vector_store(m.GetVectorStoreRequest(vector_store_id=name), call),
        fleet.stores.update_vector_store(m.UpdateVectorStoreRequest(vector_store_id=name), call),
        fleet.stores.delete_vector_store(m.DeleteVectorStoreRequest(vector_store_id=name), call),
        fleet.stores.search_vector_store(
            m.SearchVectorStoreRequest(vector_store_id=name, query="a"), call
        ),
        fleet.stores.list_vector_store_files(
            m.ListVectorStoreFilesRequest(vector_store_id=name), call
        ),
        fleet.stores.get_vector_store_file(
            m.GetVectorStoreFileRequest(vector_store_id=name, file_id="f"), call
        ),
        fleet.stores.create_vector_store_file(
            m.CreateVectorStoreFileRequest(vector_store_id=name, file_id="f"), call
        ),
        fleet.stores.get_vector_store_file_batch(
            m.GetVectorStoreFileBatchRequest(vector_store_id=name, batch_id="b"), call
        ),
        fleet.native.query_chunks(m.QueryChunksRequest(vector_store_id=name, query="a"), call),
        fleet.native.delete_chunks(
            m.DeleteChunksRequest(vector_store_id=name, chunk_ids=["a"]), call
        ),
    ]
    for each in asked:
        with pytest.raises(FleetError) as raised:
            await each
        assert (404, "vector_store_not_found") == (raised.value.status, raised.value.code)


async def test_pages_go_on_and_back(fleet, call):
    """By cursors of both kinds, as OpenAI has them."""
    made = [
        (await fleet.stores.create_vector_store(Create(name=str(n)), call)).id for n in range(5)
    ]
    everything = await fleet.stores.list_vector_stores(m.ListVectorStoresRequest(order="asc"), call)
    order = [store.id for store in everything.data]
    first = await fleet.stores.list_vector_stores(
        m.ListVectorStoresRequest(order="asc", limit=2), call
    )
    second = await fleet.stores.list_vector_stores(
        m.ListVectorStoresRequest(order="asc", limit=2, after=first.last_id), call
    )
    back = await fleet.stores.list_vector_stores(
        m.ListVectorStoresRequest(order="asc", limit=2, before=order[4]), call
    )

    assert set(made) == set(order)
    assert order[:2] == [store.id for store in first.data]
    assert order[2:4] == [store.id for store in second.data] == [store.id for store in back.data]
    assert (order[2], order[3], True) == (second.first_id, second.last_id, second.has_more)


async def test_changes_are_seen_by_every_replica_at_once(start, call):
    """There is nothing remembered in a process that others would have to be told."""
    one, other = await start(), await start()
    made = await one.stores.create_vector_store(Create(name="a"), call)
    changed = await other.stores.update_vector_store(
        m.UpdateVectorStoreRequest(vector_store_id=made.id, name="b"), call
    )
    seen = await one.stores.get_vector_store(m.GetVectorStoreRequest(vector_store_id=made.id), call)
    await one.stores.delete_vector_store(m.DeleteVectorStoreRequest(vector_store_id=made.id), call)
    with pytest.raises(FleetError) as raised:
        await other.stores.get_vector_store(m.GetVectorStoreRequest(vector_store_id=made.id), call)

    assert ("b", "b") == (changed.name, seen.name)
    assert 404 == raised.value.status
