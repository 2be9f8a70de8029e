"""Documents, cut into chunks."""

import random
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet_chunking.block import Block
from fleet_chunking.chunker import chunk, whole
from fleet_chunking.cl100k import Cl100k
from fleet_chunking.document import Document
from fleet_chunking.sizes import Sizes

pytestmark = pytest.mark.slow

CL100K = Cl100k()
WORDS = ["ark", "bay", "cod", "dew", "elm", "fig", "gum", "hut", "ivy", "jet", "kin", "log"]
# Characters of one to four bytes, marks that are no characters by themselves, and what joins some to one.
CHARACTERS = st.text("a é漢字🙂\u200d👩🏽\u0301\n.!。|- \t\r7", max_size=600)
BLOCKS = st.lists(
    st.builds(
        Block,
        kind=st.sampled_from(["text", "heading", "table", "list", "code"]),
        text=CHARACTERS | st.text(max_size=300),
        page=st.none() | st.integers(1, 9),
    ),
    max_size=8,
)
SIZES = st.integers(20, 60).flatmap(
    lambda size: st.builds(Sizes, st.just(size), st.integers(0, size // 2))
)


def prose(sentences, words=12, seed=0):
    """Return sentences of random words."""
    chosen = random.Random(seed)
    made = (" ".join(chosen.choices(WORDS, k=words)).capitalize() for _ in range(sentences))
    return " ".join(f"{sentence}." for sentence in made)


@settings(max_examples=300, deadline=None)
@given(BLOCKS, SIZES)
def test_every_character_is_in_some_chunk(blocks, sizes):
    """What is in no chunk is never found."""
    blocks = [Block("text", block.text) for block in blocks]  # no headers, which come twice
    text, place = Document(blocks).text, 0
    places = [0, *CL100K.offsets(text).tolist()[1:], len(text)]
    for piece in chunk(blocks, CL100K, sizes):
        begin, end = places[piece.start], places[piece.end]

        assert text[begin:end] == piece.text
        assert "" == text[place:begin].strip()

        place = end

    assert "" == text[place:].strip()


@settings(max_examples=300, deadline=None)
@given(BLOCKS, SIZES)
def test_no_chunk_has_more_tokens_than_asked(blocks, sizes):
    """As the model counts them: what is too long it cuts off, and nobody hears of it."""
    chunks = chunk(blocks, CL100K, sizes)

    assert [] == [c for c in chunks if len(CL100K.offsets(c.text)) > sizes.size]


@settings(max_examples=100, deadline=None)
@given(BLOCKS, SIZES)
def test_the_same_blocks_make_the_same_chunks(blocks, sizes):
    """A file that is cut again must not have other chunks, for their ids come from their texts."""
    assert chunk(blocks, CL100K, sizes) == chunk(blocks, CL100K, sizes)


@settings(max_examples=200, deadline=None)
@given(BLOCKS, SIZES)
def test_chunks_go_forward(blocks, sizes):
    """A chunk that is part of another would only be found twice."""
    ends = [c.end for c in chunk(blocks, CL100K, sizes)]

    assert sorted(set(ends)) == ends


@pytest.mark.parametrize(("size", "overlap"), [(100, 0), (100, 50), (800, 400), (128, 17)])
def test_without_structure_chunks_overlap_as_asked(cl100k, size, overlap):
    """Where no place is better than another, the numbers hold to the token."""
    text = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=9000))
    chunks = chunk([Block("text", text)], cl100k, Sizes(size, overlap))
    windows = [(c.start, c.end) for c in chunks]

    # By itself a piece of a word may have a token or two more than within it; the chunk is then so much shorter.
    assert {overlap} == {before[1] - after[0] for before, after in pairwise(windows)}
    assert all(size - 4 <= end - begin <= size for begin, end in windows[:-1])


def test_a_character_of_several_tokens_is_not_cut(cl100k):
    """Half a character is no text."""
    text = "𓂀" * 900  # each has several tokens
    chunks = chunk([Block("text", text)], cl100k, Sizes(100, 50))

    assert {"𓂀"} == set("".join(c.text for c in chunks))
    assert len(chunks) > 9


def test_a_family_is_not_torn_apart(cl100k):
    """What a reader takes for one character stays one, though Unicode has seven for it."""
    family = "👩🏽\u200d👩🏽\u200d👦🏽"
    chunks = chunk([Block("text", family * 200)], cl100k, Sizes(100, 50))

    assert {""} == {c.text.replace(family, "") for c in chunks}


def test_chunks_end_where_sentences_do(cl100k):
    """A sentence that is cut in half is found by neither."""
    chunks = chunk([Block("text", prose(60, 6))], cl100k, Sizes(120, 40))

    assert {"."} == {c.text.rstrip()[-1] for c in chunks}
    assert all(c.text.lstrip()[0].isupper() for c in chunks)


def test_chunks_end_where_paragraphs_do(cl100k):
    """A paragraph says one thing, so it is worth more than a sentence."""
    paragraphs = [prose(3, 8, seed) for seed in range(20)]
    chunks = chunk([Block("text", p) for p in paragraphs], cl100k, Sizes(130, 0))

    assert {True} == {c.text.strip().endswith(tuple(paragraphs)) for c in chunks}


def test_chunks_end_before_headings_and_nothing_overlaps_there(cl100k):
    """A new section is a new subject; its chunk has its headings."""
    sections = [
        block
        for number in range(6)
        for block in (
            Block("heading", f"Part {number}", headings=(f"Part {number}",)),
            Block("text", prose(7, 10, number), headings=(f"Part {number}",)),
        )
    ]
    chunks = chunk(sections, cl100k, Sizes(150, 60))

    assert [(f"Part {number}",) for number in range(6)] == [c.headings for c in chunks]
    assert [f"Part {number}\n\n" for number in range(6)] == [c.text[:8] for c in chunks]


def test_no_chunk_ends_with_a_heading(cl100k):
    """A heading is of use only with what follows it."""
    blocks = [Block("text", prose(12, 8)), Block("heading", "So"), Block("text", prose(30, 8, 1))]
    for size in range(100, 200, 3):
        chunks = chunk(blocks, cl100k, Sizes(size, 0))

        assert [] == [c.text for c in chunks if c.text.strip().endswith("So")]


def test_a_chunk_knows_its_pages(cl100k):
    """So an answer can say where to look."""
    blocks = [Block("text", prose(4, 9, page), page=page) for page in range(1, 8)]
    chunks = chunk(blocks, cl100k, Sizes(120, 0))

    expected = [
        tuple(b.page for b in blocks if any(said in c.text for said in b.text.split(". ")))
        for c in chunks
    ]

    assert expected == [c.pages for c in chunks]
    assert [pages[0] for pages in expected] == [c.page for c in chunks]
    assert {*range(1, 8)} == {page for pages in expected for page in pages}


def test_a_table_that_is_split_has_its_header_in_every_chunk(cl100k):
    """Numbers without the names of their columns mean nothing."""
    header = "| name | weight |\n| --- | --- |\n"
    rows = "\n".join(f"| item {number} | {number * 7} kg |" for number in range(200))
    chunks = chunk([Block("table", header + rows)], cl100k, Sizes(150, 50))

    assert len(chunks) > 10
    assert {True} == {c.text.startswith(header) for c in chunks}
    assert {1} == {c.text.count(header) for c in chunks}
    assert {"|"} == {c.text.rstrip()[-1] for c in chunks}
    assert all(c.token_count == len(cl100k.offsets(c.text)) <= 150 for c in chunks)


@pytest.mark.parametrize("sentences", range(3, 12))
def test_an_overlap_that_begins_in_a_header_has_it_once(cl100k, sentences):
    """Wherever in a chunk a table begins."""
    header = "| a long name of a column | another long name |\n| --- | --- |\n"
    table = header + "\n".join(f"| {n} | {n * n} |" for n in range(60))
    blocks = [Block("text", prose(sentences)), Block("table", table)]
    chunks = [c.text for c in chunk(blocks, cl100k, Sizes(140, 70))]

    assert {1} >= {text.count("| --- | --- |") for text in chunks[1:]}
    assert all(text.startswith(header) for text in chunks[2:])


def test_what_follows_a_table_has_no_header(cl100k):
    """The header is of the table alone."""
    table = "| a |\n| --- |\n" + "\n".join(f"| {n} |" for n in range(60))
    chunks = chunk([Block("table", table), Block("text", prose(40))], cl100k, Sizes(100, 0))

    assert not chunks[-1].text.startswith("| a |")


def test_a_short_text_is_one_chunk(cl100k):
    """There is nothing to cut."""
    (only,) = chunk([Block("text", "Hello there.", page=3)], cl100k, Sizes())

    assert ("Hello there.", 0, 3, 3, 3) == (
        only.text,
        only.start,
        only.end,
        only.token_count,
        only.page,
    )


def test_nothing_makes_no_chunks(cl100k):
    """An empty chunk has no meaning to search by."""
    assert [] == chunk([Block("text", " \n ")], cl100k, Sizes())
    assert [] == whole([], cl100k)


def test_a_whole_file_is_one_chunk(cl100k):
    """As `process` answers who asks for no strategy."""
    blocks = [Block("text", prose(200), page=1), Block("text", "End.", page=2)]
    (only,) = whole(blocks, cl100k)

    assert (0, only.token_count, (1, 2)) == (only.start, only.end, only.pages)
    assert f"{blocks[0].text}\n\nEnd." == only.text


class Instant:
    """A tokenizer that takes no time: every four characters are a token."""

    name = "instant"
    special = 0

    def offsets(self, text):
        """Return every fourth place."""
        return np.arange(0, len(text), 4, dtype=np.int64)


@pytest.mark.parametrize(
    "text",
    [prose(16_000), "\n" * 1_000_000, "." * 1_000_000, "a" * 1_000_000, "| a |\n" * 170_000],
    ids=["prose", "line ends", "full stops", "letters", "table"],
)
def test_a_megabyte_is_cut_in_a_moment(text):
    """Whatever is in it: a file must not hold up those behind it."""
    begun = time.process_time()
    chunk([Block("table" if text[0] == "|" else "text", text)], Instant(), Sizes())

    assert time.process_time() - begun < 1
