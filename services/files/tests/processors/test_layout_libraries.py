"""Docling and unstructured, where they are installed. To install either takes minutes, which `make test` has not.

To run these: pip install llama-fleet[docling] (or `docling-slim[format-docx,format-html]` and torch), or
`unstructured[docx,md]` with spaCy's model `en_core_web_sm`, in an environment of its own.
"""

from importlib.util import find_spec

import pytest

from fleet_chunking.block import Block
from fleet_files.processors.docling import Docling
from fleet_files.processors.unstructured import Unstructured
from fleet_testing import documents

LIBRARIES = [
    pytest.param(
        kind,
        marks=pytest.mark.skipif(
            any(find_spec(needed) is None for needed in needs),
            reason=f"{' and '.join(needs)} are not installed here; that takes minutes",
        ),
    )
    for kind, needs in (
        (Docling, ("docling", "torch")),
        (Unstructured, ("unstructured", "en_core_web_sm")),
    )
]
PAGE = (
    b"<html><h1>Fish</h1><p>Fish swim far.</p>"
    b"<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></html>"
)


@pytest.fixture(params=LIBRARIES)
async def processor(request, open_processor):
    """Return one of them."""
    async with open_processor(request.param) as opened:
        yield opened


async def test_headings_of_a_document_survive(processor, make_file, read):
    """Without network and without models: a document says itself what its headings are."""
    body = [
        ("Heading1", "Fish"),
        ("", "Fish swim far."),
        ("Heading2", "Kinds"),
        ("", "There are cod."),
    ]

    assert [
        Block("heading", "Fish", headings=("Fish",)),
        Block("text", "Fish swim far.", headings=("Fish",)),
        Block("heading", "Kinds", headings=("Fish", "Kinds")),
        Block("text", "There are cod.", headings=("Fish", "Kinds")),
    ] == await read(processor, make_file("a.docx", documents.docx(body)))


async def test_tables_of_a_page_survive(processor, make_file, read):
    """As Markdown, whichever library read them."""
    blocks = await read(processor, make_file("a.html", PAGE))

    assert Block("table", "| a | b |\n| --- | --- |\n| 1 | 2 |", None, ("Fish",)) == blocks[-1]
