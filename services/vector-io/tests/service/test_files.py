"""Files of a store: put in once, found, changed, taken out."""

import asyncio
import json

import pytest
from msgspec import Raw
from prometheus_client import REGISTRY

from fleet.vector_io.v1 import messages as m
from fleet_runtime.errors import FleetError, InvalidArgument, Unavailable

pytestmark = pytest.mark.slow

WHALES = "Whales are mammals of the sea.\n\nThey breathe air."


@pytest.fixture
async def store(fleet, neighbours, call):
    neighbours.texts |= {"file-a": WHALES, "file-b": "Bread is made of flour."}
    return (await fleet.stores.create_vector_store(m.CreateVectorStoreRequest(), call)).id


def attach(fleet, store, file_id, call, **more):
    request = m.CreateVectorStoreFileRequest(vector_store_id=store, file_id=file_id, **more)
    return fleet.stores.create_vector_store_file(request, call)


def search(fleet, store, query, call, **more):
    request = m.SearchVectorStoreRequest(vector_store_id=store, query=query, **more)
    return fleet.stores.search_vector_store(request, call)


async def content(fleet, store, file_id, call, **more):
    request = m.GetVectorStoreFileContentRequest(vector_store_id=store, file_id=file_id, **more)
    return (await fleet.stores.get_vector_store_file_content(request, call)).data


async def test_a_file_is_in_when_the_call_returns(fleet, store, call):
    """Clients of Llama Stack search at once; the file they find is the one they attached."""
    attached = await attach(fleet, store, "file-a", call, attributes=Raw(b'{"kind": "sea"}'))
    found = await search(fleet, store, "whales", call)
    told = await fleet.stores.get_vector_store(m.GetVectorStoreRequest(vector_store_id=store), call)

    assert ("completed", None) == (attached.status, attached.last_error)
    assert attached.usage_bytes > len(WHALES)
    assert ("file-a", "file-a.txt") == (found.data[0].file_id, found.data[0].filename)
    assert {"kind": "sea"} == json.loads(bytes(found.data[0].attributes))
    assert ["whales"] == found.search_query
    assert (1, 1) == (told.file_counts.completed, told.file_counts.total)
    assert attached.usage_bytes == told.usage_bytes


async def test_a_file_that_is_attached_twice_is_in_once(fleet, store, neighbours, call):
    """Else each of its chunks would be found twice."""
    await attach(fleet, store, "file-a", call)
    before = await content(fleet, store, "file-a", call)
    await attach(fleet, store, "file-a", call, attributes=Raw(b'{"n": 2}'))
    after = await content(fleet, store, "file-a", call)
    found = await search(fleet, store, "whales mammals", call, max_num_results=50)

    assert [c.text for c in before] == [c.text for c in after]
    assert len(after) == len(found.data)
    assert 2 == neighbours.parsed["file-a"]


async def test_pages_and_headings_come_back(fleet, store, call):
    """A citation says where to look."""
    await attach(fleet, store, "file-a", call)
    bare = await content(fleet, store, "file-a", call)
    full = await content(
        fleet, store, "file-a", call, include_metadata=True, include_embeddings=True
    )

    assert bare[0].embedding is None
    assert bare[0].chunk_metadata is None
    assert {"page": 1, "pages": [1], "headings": ["A heading"]} == json.loads(
        bytes(full[0].metadata)
    )
    assert ("file-a", "file-a.txt") == (
        full[0].chunk_metadata.document_id,
        full[0].chunk_metadata.source,
    )
    assert 256 == len(full[0].embedding)


async def test_a_file_that_cannot_be_read_says_why(fleet, store, neighbours, call):
    """It fails by itself, and others go on."""
    neighbours.broken["file-a"] = [
        InvalidArgument("The PDF is encrypted.", code="encrypted_file"),
    ]
    failed = await attach(fleet, store, "file-a", call)
    fine = await attach(fleet, store, "file-b", call)

    assert ("failed", "invalid_file") == (failed.status, failed.last_error.code)
    assert "encrypted" in failed.last_error.message
    assert "completed" == fine.status


async def test_what_may_pass_is_tried_again(fleet, store, neighbours, call):
    """A model server that restarts must not fail a batch."""
    neighbours.broken["file-a"] = [Unavailable("away"), Unavailable("away")]
    attached = await attach(fleet, store, "file-a", call)

    assert "completed" == attached.status
    assert 3 == neighbours.parsed["file-a"]


async def test_a_file_that_is_taken_out_is_not_found(fleet, store, call):
    """Nor are its chunks."""
    await attach(fleet, store, "file-a", call)
    await attach(fleet, store, "file-b", call)
    gone = m.DeleteVectorStoreFileRequest(vector_store_id=store, file_id="file-a")
    await fleet.stores.delete_vector_store_file(gone, call)
    found = await search(fleet, store, "whales", call, max_num_results=50)

    assert {"file-b"} == {hit.file_id for hit in found.data}
    with pytest.raises(FleetError) as raised:
        await content(fleet, store, "file-a", call)
    assert (404, "vector_store_file_not_found") == (raised.value.status, raised.value.code)


async def test_attributes_are_changed_on_all_chunks(fleet, store, call):
    """Filters look at the new ones from then on."""
    await attach(fleet, store, "file-a", call, attributes=Raw(b'{"year": 1}'))
    changed = m.UpdateVectorStoreFileRequest(
        vector_store_id=store, file_id="file-a", attributes=Raw(b'{"year": 2}')
    )
    await fleet.stores.update_vector_store_file(changed, call)
    by_year = [
        len((await search(fleet, store, "whales", call, filters=Raw(told))).data)
        for told in (
            b'{"type":"eq","key":"year","value":1}',
            b'{"type":"eq","key":"year","value":2}',
        )
    ]

    assert 0 == by_year[0]
    assert by_year[1] > 0


async def test_a_batch_counts_truly_while_it_works(fleet, store, neighbours, call):
    """The counts of a batch are those of its files, at every moment."""
    neighbours.texts |= {f"file-{n}": f"Text {n}." for n in range(6)}
    neighbours.held.clear()
    made = await fleet.stores.create_vector_store_file_batch(
        m.CreateVectorStoreFileBatchRequest(
            vector_store_id=store, file_ids=[f"file-{n}" for n in range(6)]
        ),
        call,
    )
    get = m.GetVectorStoreFileBatchRequest(vector_store_id=store, batch_id=made.id)
    neighbours.held.set()
    batch = await eventually(fleet, get, call, lambda b: b.status != "in_progress")
    listed = await fleet.stores.list_vector_store_file_batch_files(
        m.ListVectorStoreFileBatchFilesRequest(
            vector_store_id=store, batch_id=made.id, filter="completed"
        ),
        call,
    )

    assert ("in_progress", 6, 6) == (
        made.status,
        made.file_counts.in_progress,
        made.file_counts.total,
    )
    assert ("completed", 6, 0) == (
        batch.status,
        batch.file_counts.completed,
        batch.file_counts.in_progress,
    )
    assert {f"file-{n}" for n in range(6)} == {file.id for file in listed.data}


async def test_a_cancelled_batch_stops(fleet, store, neighbours, call):
    """What is not in does not come in any more."""
    neighbours.texts |= {f"file-{n}": f"Text {n}." for n in range(6)}
    neighbours.held.clear()
    made = await fleet.stores.create_vector_store_file_batch(
        m.CreateVectorStoreFileBatchRequest(
            vector_store_id=store, file_ids=[f"file-{n}" for n in range(6)]
        ),
        call,
    )
    cancelled = await fleet.stores.cancel_vector_store_file_batch(
        m.CancelVectorStoreFileBatchRequest(vector_store_id=store, batch_id=made.id), call
    )
    neighbours.held.set()
    await asyncio.sleep(0.5)
    found = await search(fleet, store, "text", call, max_num_results=50, search_mode="keyword")

    assert ("cancelled", 6) == (cancelled.status, cancelled.file_counts.cancelled)
    assert [] == found.data


async def eventually(fleet, request, call, holds):
    deadline = asyncio.get_running_loop().time() + 20
    while True:
        batch = await fleet.stores.get_vector_store_file_batch(request, call)
        assert batch.file_counts.total == sum(
            getattr(batch.file_counts, name)
            for name in ("completed", "failed", "cancelled", "in_progress")
        )
        if holds(batch):
            return batch
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.05)


async def test_files_chunks_and_searches_are_counted(fleet, store, neighbours, call):
    """By provider: of stores there may be any number."""

    def counted():
        labels = {"provider": "sqlite"}
        searches = labels | {"mode": "keyword"}
        found = (
            REGISTRY.get_sample_value("vector_io_chunks_put_total", labels),
            REGISTRY.get_sample_value("vector_io_files_total", labels | {"status": "completed"}),
            REGISTRY.get_sample_value("vector_io_files_total", labels | {"status": "failed"}),
            REGISTRY.get_sample_value("vector_io_search_duration_seconds_count", searches),
            REGISTRY.get_sample_value("vector_io_searches_empty_total", searches),
        )
        return [value or 0 for value in found]

    before = counted()
    neighbours.texts["file-empty"] = ""
    await attach(fleet, store, "file-a", call)
    await attach(fleet, store, "file-empty", call)
    for query in ("whales", "zebra"):
        await search(fleet, store, query, call, search_mode="keyword")
    chunks = len(await content(fleet, store, "file-a", call))
    after = counted()

    assert chunks > 0
    assert [chunks, 1, 1, 2, 1] == [b - a for a, b in zip(before, after, strict=True)]
