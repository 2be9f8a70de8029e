"""Llama Stack's own way: chunks go in as they are, and out again."""

import asyncio
import json

import pytest
from msgspec import Raw

from fleet.vector_io.v1 import messages as m
from fleet_runtime.errors import FleetError
from fleet_testing.vector_io_neighbours import vector_of


@pytest.fixture
async def store(fleet, call):
    return (await fleet.stores.create_vector_store(m.CreateVectorStoreRequest(), call)).id


def chunk(name, text, **more):
    return m.EmbeddedChunk(chunk_id=name, content=text, **more)


def insert(fleet, store, chunks, call, **more):
    request = m.InsertChunksRequest(vector_store_id=store, chunks=chunks, **more)
    return fleet.native.insert_chunks(request, call)


def query(fleet, store, text, call, **params):
    request = m.QueryChunksRequest(
        vector_store_id=store, query=text, params=m.QueryChunksParams(**params)
    )
    return fleet.native.query_chunks(request, call)


async def test_chunks_come_back_as_they_went_in(fleet, store, call):
    """With their vectors, their metadata and where they are from."""
    vector = vector_of("whales").tolist()
    source = m.ChunkMetadata(document_id="doc", source="a.txt")
    await insert(
        fleet,
        store,
        [
            chunk(
                "one",
                "whales",
                embedding=vector,
                metadata=Raw(b'{"a":[1],"b":2}'),
                chunk_metadata=source,
            ),
            chunk("two", "bread"),
        ],
        call,
    )
    found = await query(fleet, store, "whales", call)

    assert ["one", "two"] == [each.chunk_id for each in found.chunks]
    assert "whales" == found.chunks[0].content
    assert {"a": [1], "b": 2} == json.loads(bytes(found.chunks[0].metadata))
    assert ("doc", "a.txt") == (
        found.chunks[0].chunk_metadata.document_id,
        found.chunks[0].chunk_metadata.source,
    )
    assert pytest.approx(vector, abs=2e-3) == found.chunks[0].embedding
    assert pytest.approx(1.0, abs=1e-3) == found.scores[0]
    assert ("embedder", 256) == (
        found.chunks[1].embedding_model,
        found.chunks[1].embedding_dimension,
    )


async def test_params_say_how(fleet, store, call):
    """Under both names of the limit."""
    chunks = [chunk(str(n), f"whales {n}", metadata=Raw(b'{"n": %d}' % n)) for n in range(5)]
    await insert(fleet, store, chunks, call)
    limited = [
        len((await query(fleet, store, "whales", call, **{name: 2})).chunks)
        for name in ("k", "max_chunks")
    ]
    filtered = await query(
        fleet,
        store,
        "whales",
        call,
        mode="hybrid",
        filters=Raw(b'{"type":"gte","key":"n","value":3}'),
        ranker=Raw(b'{"type":"weighted","alpha":0.3}'),
    )

    assert [2, 2] == limited
    assert {"3", "4"} == {each.chunk_id for each in filtered.chunks}


async def test_a_vector_of_another_length_is_refused(fleet, store, call):
    """All or nothing: the fine ones are not in either."""
    wrong = [chunk("a", "whales"), chunk("b", "bread", embedding=[1.0, 2.0])]
    with pytest.raises(FleetError) as raised:
        await insert(fleet, store, wrong, call)

    assert (400, "chunks[1].embedding") == (raised.value.status, raised.value.param)
    assert [] == (await query(fleet, store, "whales", call)).chunks


async def test_chunks_are_taken_out_by_their_names(fleet, store, call):
    """Names that are not in are no error."""
    await insert(fleet, store, [chunk("a", "whales"), chunk("b", "whales")], call)
    gone = m.DeleteChunksRequest(vector_store_id=store, chunk_ids=["a", "none"])
    await fleet.native.delete_chunks(gone, call)

    assert ["b"] == [c.chunk_id for c in (await query(fleet, store, "whales", call)).chunks]


async def test_what_expires_is_not_found_any_more(fleet, store, call):
    """And is taken away by and by."""
    await insert(fleet, store, [chunk("short", "whales")], call, ttl_seconds=1)
    await insert(fleet, store, [chunk("long", "whales")], call, ttl_seconds=60)
    await asyncio.sleep(1.1)

    assert ["long"] == [c.chunk_id for c in (await query(fleet, store, "whales", call)).chunks]


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"chunk_id": "a\0"}, "chunks[0].chunk_id"),
        ({"metadata": Raw(b'{"k": "a\\u0000"}')}, "chunks[0].metadata.k"),
    ],
)
async def test_what_no_database_can_keep_is_named(fleet, store, call, wrong, param):
    """One engine would refuse it, another cut it off."""
    chunk = m.EmbeddedChunk(**{"chunk_id": "a", "content": "whales"} | wrong)
    with pytest.raises(FleetError) as raised:
        await insert(fleet, store, [chunk], call)

    assert (400, param) == (raised.value.status, raised.value.param)


async def test_chunks_without_names_are_in_once(fleet, store, call):
    """As clients of version 0.2 send them, under the store's older name."""
    chunks = [m.EmbeddedChunk(content="whales")]
    for _ in range(2):
        await fleet.native.insert_chunks(
            m.InsertChunksRequest(vector_db_id=store, chunks=chunks), call
        )
    found = await fleet.native.query_chunks(
        m.QueryChunksRequest(vector_db_id=store, query="whales"), call
    )

    assert ["whales"] == [each.content for each in found.chunks]


async def test_a_store_is_named_once(fleet, store, call):
    """By either name."""
    for names in ({}, {"vector_store_id": store, "vector_db_id": "another"}):
        with pytest.raises(FleetError) as raised:
            await fleet.native.query_chunks(m.QueryChunksRequest(query="a", **names), call)
        assert (400, "vector_store_id") == (raised.value.status, raised.value.param)
