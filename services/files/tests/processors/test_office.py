"""Offices' documents, read by markitdown."""

import io
import zipfile

import pytest

from fleet_chunking.block import Block
from fleet_files.processors.auto import Auto
from fleet_files.processors.markitdown import MarkItDown
from fleet_runtime.errors import InvalidArgument
from fleet_testing import documents

pytestmark = pytest.mark.slow

openpyxl = pytest.importorskip(
    "openpyxl", reason="offices' documents need pip install llama-fleet[markitdown]"
)
pptx = pytest.importorskip(
    "pptx", reason="offices' documents need pip install llama-fleet[markitdown]"
)
BODY = [("Heading1", "Fish"), ("", "Fish swim."), ("Heading2", "Kinds"), ("", "There are cod.")]


@pytest.fixture(params=[Auto, MarkItDown])
async def processor(request, open_processor):
    """Return one of the processors that read them."""
    async with open_processor(request.param) as opened:
        yield opened


async def test_headings_of_a_document_survive(processor, make_file, read):
    """They are metadata of its chunks."""
    assert [
        Block("heading", "Fish", headings=("Fish",)),
        Block("text", "Fish swim.", headings=("Fish",)),
        Block("heading", "Kinds", headings=("Fish", "Kinds")),
        Block("text", "There are cod.", headings=("Fish", "Kinds")),
    ] == await read(processor, make_file("a.docx", documents.docx(BODY)))


async def test_sheets_are_tables_under_their_names(processor, make_file, read):
    """A number without its sheet and column says nothing."""
    book = openpyxl.Workbook()
    book.active.title = "Weights"
    for row in (["fish", "kg"], ["cod", 3]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    heading, table = await read(processor, make_file("a.xlsx", file.getvalue()))

    assert Block("heading", "Weights", headings=("Weights",)) == heading
    assert ("table", ("Weights",)) == (table.kind, table.headings)
    assert "| cod | 3 |" in table.text


async def test_slides_are_pages(processor, make_file, read):
    """An answer says on which slide it stands."""
    deck = pptx.Presentation()
    for title in ("Fish", "Kinds"):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = f"About {title}"
    file = io.BytesIO()
    deck.save(file)
    blocks = await read(processor, make_file("a.pptx", file.getvalue()))

    assert [("Fish", 1), ("About Fish", 1), ("Kinds", 2), ("About Kinds", 2)] == [
        (block.text, block.page) for block in blocks
    ]


def lying_bomb():
    """Return a document that says of itself that it is small, and unpacks to much more."""
    data = bytearray(documents.docx(BODY, padding=64 * 1024 * 1024))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    return bytes(data.replace(size, (1000).to_bytes(4, "little")))


HARMFUL = {
    "a bomb": (documents.docx(BODY, padding=1 << 30), "file_too_large", "would unpack to 107"),
    "a bomb that lies": (lying_bomb(), "broken_file", "broken"),
    "one that is cut off": (documents.docx(BODY)[:-40], "broken_file", "broken"),
    "one with a broken directory": (
        documents.docx(BODY).replace(b"PK\x01\x02", b"PK\x01\x03"),
        "broken_file",
        "broken",
    ),
}


async def test_harmful_documents_harm_nobody(auto, make_file, read):
    """A few kilobytes may not fill the memory of the machine; the next file is read."""
    good = make_file("b.docx", documents.docx(BODY))
    for kind, (data, code, told) in HARMFUL.items():
        with pytest.raises(InvalidArgument, match=told) as caught:
            await read(auto, make_file("a.docx", data))

        assert (kind, code) == (kind, caught.value.code)
        assert 4 == len(await read(auto, good))


async def test_encrypted_documents_are_told(auto, make_file, read):
    """They are in another container, in which nothing says what they are."""
    with pytest.raises(InvalidArgument, match="without a password") as caught:
        await read(auto, make_file("a.docx", documents.encrypted_office_file()))

    assert "encrypted_file" == caught.value.code
