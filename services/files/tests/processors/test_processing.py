"""From files to chunks."""

import json

import msgspec
import pytest

from fleet.files.v1 import codec
from fleet.files.v1 import messages as m
from fleet_chunking.block import Block
from fleet_chunking.cl100k import Cl100k
from fleet_chunking.sizes import Sizes
from fleet_files.processing import blocks, process, sizes_of
from fleet_files.processors.auto import Auto
from fleet_runtime.errors import InvalidArgument
from fleet_testing import documents


@pytest.fixture(scope="module")
def tokenizer():
    """Return the default tokenizer."""
    return Cl100k()


def static(size=None, overlap=None):
    """Return a strategy."""
    sizes = m.StaticChunking(max_chunk_size_tokens=size, chunk_overlap_tokens=overlap)
    return m.ChunkingStrategy(type="static", static=sizes)


@pytest.fixture
def processed(auto, make_file, tokenizer):
    """Return a function that processes a file."""

    async def run(filename, data, strategy, document_id="file-1"):
        file = make_file(filename, data)
        return await process(
            auto,
            "inline::auto",
            file,
            document_id=document_id,
            strategy=strategy,
            tokenizer=tokenizer,
        )

    return run


async def test_chunks_know_where_they_are_from(processed):
    """Everything that a citation needs is in the answer, in the contract's own fields."""
    pages = ["Fish\n" + "Fish swim far. " * 40, "Kinds\n" + "There are cod. " * 40]
    data = documents.pdf(pages, [("Fish", 1), ("Kinds", 2)], {"/Title": "On fish"})
    answer = await processed("fish.pdf", data, static(200, 0))
    about = [json.loads(bytes(chunk.metadata)) for chunk in answer.chunks]

    assert [(1, ["Fish"]), (2, ["Kinds"])] == [(one["page"], one["headings"]) for one in about]
    assert {("file-1", "fish.pdf")} == {(one["document_id"], one["filename"]) for one in about}
    first = answer.chunks[0].chunk_metadata
    assert (first.chunk_id, "file-1", "fish.pdf", "cl100k_base") == (
        answer.chunks[0].chunk_id,
        first.document_id,
        first.source,
        first.chunk_tokenizer,
    )
    assert f"0-{first.content_token_count}" == first.chunk_window
    assert first.metadata_token_count > 0
    told = json.loads(bytes(answer.metadata))
    assert ("inline::auto", 2, "On fish", 2) == (
        told["processor"],
        told["page_count"],
        told["title"],
        told["chunk_count"],
    )
    assert told["processing_time_ms"] >= 0
    assert answer == codec.processed_file_from_proto(codec.processed_file_to_proto(answer))


async def test_chunks_are_named_by_their_file_and_text(processed):
    """The same file makes the same ids, so that putting it in twice makes no duplicates; another makes others."""
    data = b"Fish swim.\n\n" * 200
    once = await processed("a.txt", data, static(100, 0))
    twice = await processed("a.txt", data, static(100, 0))
    other = await processed("a.txt", data, static(100, 0), document_id="file-2")
    ids = [[chunk.chunk_id for chunk in answer.chunks] for answer in (once, twice, other)]

    assert ids[0] == ids[1]
    assert set(ids[0]).isdisjoint(ids[2])
    assert len(ids[0]) == len(set(ids[0]))  # though the texts are alike


async def test_without_a_strategy_a_file_is_one_chunk(processed):
    """As the contract says."""
    answer = await processed("a.txt", b"Fish swim.\n\n" * 2000, None)

    assert 1 == len(answer.chunks)


async def test_auto_has_the_sizes_of_the_config(open_processor, make_file, tokenizer):
    """A provider's config says what `auto` is."""
    async with open_processor(
        Auto, default_chunk_size_tokens=100, default_chunk_overlap_tokens=20
    ) as auto:
        answer = await process(
            auto,
            "inline::auto",
            make_file("a.txt", b"Fish swim. " * 400),
            document_id="x",
            strategy=m.ChunkingStrategy(type="auto"),
            tokenizer=tokenizer,
        )

    assert max(chunk.chunk_metadata.content_token_count for chunk in answer.chunks) in range(
        90, 101
    )


async def test_an_overlap_of_more_than_half_is_refused_before_anything_is_read(processed):
    """Llama Stack takes it, and cuts each text into many times itself."""
    with pytest.raises(InvalidArgument, match="overlap by 0 to 100, not by 101") as caught:
        await processed("a.png", b"", static(200, 101))

    assert "chunking_strategy.static" == caught.value.param


def test_what_is_not_said_of_a_strategy_is_usual():
    """800 and 400, or half of a smaller size."""
    assert Sizes(800, 400) == sizes_of(static(), Sizes())
    assert Sizes(200, 100) == sizes_of(static(200), Sizes())
    assert Sizes(300, 10) == sizes_of(m.ChunkingStrategy(type="auto"), Sizes(300, 10))
    assert sizes_of(None, Sizes()) is None


async def test_blocks_are_all_that_others_see_of_a_file(auto, make_file):
    """What `ParseFile` streams."""
    file = make_file("a.pdf", documents.pdf(["Fish."], info={"/Title": "T"}))

    assert [Block("text", "Fish.", 1)] == [block async for block in blocks(auto.parse(file))]


def test_metadata_is_json_and_not_text(tokenizer):
    """Callers get an object, as Llama Stack's do."""
    chunk = m.Chunk(
        content="x",
        chunk_id="1",
        metadata=msgspec.Raw(b'{"page":1}'),
        chunk_metadata=m.ChunkMetadata(),
    )

    assert {"page": 1} == json.loads(msgspec.json.encode(chunk))["metadata"]
