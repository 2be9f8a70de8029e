"""How files are cut: as the store says, or the file; with a model's words on each chunk."""

import pytest

from fleet.vector_io.v1 import messages as m
from fleet_runtime.errors import FleetError

pytestmark = pytest.mark.slow

LONG = " ".join(f"word{n}" for n in range(600))


def static(size, overlap=None):
    sizes = m.VectorStoreStaticChunking(max_chunk_size_tokens=size, chunk_overlap_tokens=overlap)
    return m.VectorStoreChunkingStrategy(type="static", static=sizes)


def contextual(**more):
    return m.VectorStoreChunkingStrategy(
        type="contextual", contextual=m.VectorStoreContextualChunking(**more)
    )


@pytest.fixture
def chunks(fleet, neighbours, call):
    """Put a file into a new store, and return its texts."""

    async def texts(text, of_store=None, of_file=None):
        neighbours.texts["file-a"] = text
        store = await fleet.stores.create_vector_store(
            m.CreateVectorStoreRequest(chunking_strategy=of_store), call
        )
        file = await fleet.stores.create_vector_store_file(
            m.CreateVectorStoreFileRequest(
                vector_store_id=store.id, file_id="file-a", chunking_strategy=of_file
            ),
            call,
        )
        got = await fleet.stores.get_vector_store_file_content(
            m.GetVectorStoreFileContentRequest(vector_store_id=store.id, file_id="file-a"), call
        )
        return file, [each.text for each in got.data]

    return texts


async def test_a_file_is_cut_as_it_says_or_as_its_store_does(chunks):
    """And tells by which sizes."""
    by_store, of_store = await chunks(LONG, of_store=static(200, 0))
    by_file, of_file = await chunks(LONG, of_store=static(200, 0), of_file=static(400, 0))

    assert 200 == by_store.chunking_strategy.static.max_chunk_size_tokens
    assert (400, 0) == (
        by_file.chunking_strategy.static.max_chunk_size_tokens,
        by_file.chunking_strategy.static.chunk_overlap_tokens,
    )
    assert len(of_store) > len(of_file) > 1


async def test_what_is_left_open_is_filled_in(chunks):
    """An overlap is at most half of the size, also where nobody says it."""
    file, _ = await chunks("a", of_file=static(300))

    assert 150 == file.chunking_strategy.static.chunk_overlap_tokens


async def test_a_model_says_what_each_chunk_is_about(chunks, neighbours):
    """It is told the whole document, and its words are found with the chunk's."""
    _, texts = await chunks(
        LONG, of_file=contextual(max_chunk_size_tokens=400, chunk_overlap_tokens=0)
    )

    assert len(texts) == len(neighbours.said) > 1
    assert all(text.startswith("About whales.\n\n") for text in texts)
    assert all(LONG in prompt for prompt in neighbours.said)


@pytest.mark.parametrize(
    ("strategy", "param"),
    [
        (static(200, 101), "chunking_strategy.static.chunk_overlap_tokens"),
        (contextual(context_prompt="Say it."), "chunking_strategy.contextual.context_prompt"),
    ],
)
async def test_what_is_of_no_use_is_named(chunks, strategy, param):
    """Before anything is put in."""
    with pytest.raises(FleetError) as raised:
        await chunks("a", of_file=strategy)

    assert (400, param) == (raised.value.status, raised.value.param)
