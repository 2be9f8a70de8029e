"""PDFs, read by pypdf."""

import pytest

from fleet_chunking.block import Block
from fleet_files.processors.pypdf import PyPdf
from fleet_runtime.errors import InvalidArgument
from fleet_testing import documents

pytestmark = pytest.mark.slow


@pytest.fixture
async def pypdf(open_processor):
    """Return an `inline::pypdf` as it is by default."""
    async with open_processor(PyPdf) as processor:
        yield processor


async def test_pages_and_the_headings_of_the_outline_survive(pypdf, make_file, read):
    """An answer says where it is from."""
    data = documents.pdf(
        ["Fish\nFish swim.\n1.2 Kinds of fish\nThere are cod.", "And eel."],
        [("Fish", 1), ("Kinds of fish", 1)],
    )

    assert [
        Block("heading", "Fish", 1, ("Fish",)),
        Block("text", "Fish swim.", 1, ("Fish",)),
        Block("heading", "1.2 Kinds of fish", 1, ("Kinds of fish",)),
        Block("text", "There are cod.", 1, ("Kinds of fish",)),
        Block("text", "And eel.", 2, ("Kinds of fish",)),
    ] == await read(pypdf, make_file("a.pdf", data))


async def test_a_heading_that_stands_as_a_picture_is_above_its_page(pypdf, make_file, read):
    """The outline knows it, though the text does not."""
    data = documents.pdf(["Fish swim."], [("A drawn title", 1)])

    assert [Block("text", "Fish swim.", 1, ("A drawn title",))] == await read(
        pypdf, make_file("a.pdf", data)
    )


async def test_divided_words_are_joined(pypdf, make_file, read):
    """Nobody searches for `swim-` and `ming`."""
    data = documents.pdf(["They are swim-\nming   far."])

    assert ["They are swimming far."] == [
        block.text for block in await read(pypdf, make_file("a.pdf", data))
    ]


async def test_text_is_left_as_it_is_if_asked(pypdf, make_file, read):
    """`clean_text` is a choice."""
    data = documents.pdf(["They are swim-\nming   far."])

    assert ["They are swim-\nming   far."] == [
        block.text for block in await read(pypdf, make_file("a.pdf", data, clean_text=False))
    ]


async def test_a_pdf_that_opens_without_a_password_is_read(pypdf, make_file, read):
    """Many are encrypted only so that nobody changes them."""
    data = documents.encrypted_pdf(["Fish swim."], "")

    assert ["Fish swim."] == [block.text for block in await read(pypdf, make_file("a.pdf", data))]


@pytest.mark.parametrize(
    "case",
    [
        (documents.encrypted_pdf(["Fish swim."], "secret"), "encrypted_file", "without a password"),
        (b"%PDF-1.7\nno more", "broken_file", "Save it again"),
        (documents.pdf(["Fish swim."])[:300], "broken_file", "Save it again"),
        (documents.pdf([""]), "unsupported_file", "OCR"),
        (
            documents.pdf([""]).replace(b"/FlateDecode", b"/NoSuchCodec"),
            "broken_file",
            "save it again",
        ),
    ],
    ids=["encrypted", "no pdf", "cut off", "no text", "unknown filter"],
)
async def test_what_cannot_be_read_is_told_and_harms_nobody(pypdf, make_file, read, case):
    """With a reason that a person can act on; the next file is read."""
    data, code, told = case
    with pytest.raises(InvalidArgument, match=told) as caught:
        await read(pypdf, make_file("a.pdf", data))

    assert code == caught.value.code
    good = make_file("b.pdf", documents.pdf(["Fish swim."]))
    assert ["Fish swim."] == [block.text for block in await read(pypdf, good)]


async def test_other_files_are_refused_with_what_reads_them(pypdf, make_file, read):
    """It reads PDFs and nothing else."""
    with pytest.raises(InvalidArgument, match="type text/plain") as caught:
        await read(pypdf, make_file("a.txt", b"Fish."))

    assert "unsupported_file" == caught.value.code
