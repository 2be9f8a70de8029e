"""Files that other servers read."""

import asyncio

import pytest

from fleet_chunking.block import Block
from fleet_files.processors.docling_serve import DoclingServe
from fleet_files.processors.unstructured_api import UnstructuredApi
from fleet_files.properties import DocumentProperties
from fleet_runtime.errors import DeadlineExceeded, InvalidArgument, UpstreamFailed
from fleet_testing.file_readers import docling_serve, unstructured_api

FISH, KINDS = ("Fish",), ("Fish", "Kinds")
FOUND = [
    Block("heading", "Fish", 1, FISH),
    Block("text", "Fish swim.", 1, FISH),
    Block("heading", "Kinds", 2, KINDS),
    Block("list", "- cod\n- eel", 2, KINDS),
    Block("table", "| kind | weight |\n| --- | --- |\n| cod | 3 |", 2, KINDS),
]
SERVERS = [
    (docling_serve, DoclingServe, {"mode": "async"}),
    (docling_serve, DoclingServe, {"mode": "sync"}),
    (unstructured_api, UnstructuredApi, {}),
]


@pytest.fixture(params=SERVERS, ids=["docling async", "docling sync", "unstructured"])
async def remote(request, open_processor):
    """Return a server, and a processor that asks it."""
    serve, kind, settings = request.param
    async with (
        serve() as server,
        open_processor(kind, base_url=server.url, api_key="k", **settings) as processor,
    ):
        server.key = "k"
        yield server, processor


async def test_structure_and_pages_survive(remote, make_file):
    """What is on every page is left out; the rest is as the inline processors have it."""
    server, processor = remote
    file = make_file("a b.pdf", b"%PDF-1.7 fish", "application/pdf")
    items = [item async for item in processor.parse(file)]

    assert FOUND == [item for item in items if isinstance(item, Block)]
    assert [2] == [item.page_count for item in items if isinstance(item, DocumentProperties)]
    (sent,) = server.forms
    assert ("a b.pdf", "application/pdf", b"%PDF-1.7 fish") == (
        sent.filename,
        sent.content_type,
        sent.content,
    )


@pytest.mark.parametrize("filename", ['a".pdf', "é\r\nx: y.pdf", "漢字.pdf"])
async def test_names_do_not_break_the_form(remote, make_file, read, filename):
    """Whatever a file is called, nothing but its name changes."""
    server, processor = remote

    assert FOUND == await read(processor, make_file(filename, b"%PDF-1.7 fish"))
    assert b"%PDF-1.7 fish" == server.forms[-1].content


@pytest.mark.parametrize(
    ("filename", "code"),
    [
        ("broken.pdf", "broken_file"),
        ("encrypted.pdf", "encrypted_file"),
        ("fail-413.pdf", "file_too_large"),
        ("fail-415.pdf", "unsupported_file"),
    ],
)
async def test_what_the_server_cannot_read_is_the_files_fault(
    remote, make_file, read, filename, code
):
    """With the same codes as the inline processors; the next file is read."""
    _, processor = remote
    with pytest.raises(InvalidArgument, match="cannot be read: ") as caught:
        await read(processor, make_file(filename, b"%PDF-1.7 fish"))

    assert code == caught.value.code
    assert FOUND == await read(processor, make_file("b.pdf", b"%PDF-1.7 fish"))


@pytest.mark.parametrize(
    ("filename", "status"),
    [("fail-500.pdf", 500), ("fail-503.pdf", 503), ("fail-429.pdf", 429), ("garbage.pdf", 502)],
)
async def test_what_is_the_servers_fault_is_told_as_such(remote, make_file, read, filename, status):
    """A file that could not be read now may be later."""
    _, processor = remote
    with pytest.raises(UpstreamFailed) as caught:
        await read(processor, make_file(filename, b"%PDF-1.7 fish"))

    assert status == caught.value.status


async def test_a_key_of_ours_that_is_refused_is_no_fault_of_the_caller(remote, make_file, read):
    """Their own credentials were fine, so it is 502 and not 401."""
    server, processor = remote
    server.key = "another"
    with pytest.raises(UpstreamFailed, match="refused the key that is configured") as caught:
        await read(processor, make_file("a.pdf", b"%PDF-1.7 fish"))

    assert 502 == caught.value.status


async def test_a_server_that_hangs_is_left(remote, open_processor, make_file, read):
    """No file is waited for without end, and the server learns that nobody waits."""
    server, processor = remote
    kind = type(processor)
    settings = {"base_url": server.url, "api_key": "k", "timeout_seconds": 0.3}
    async with open_processor(kind, **settings) as hasty:
        with pytest.raises(DeadlineExceeded):
            await read(hasty, make_file("hang.pdf", b"%PDF-1.7 fish"))
    for _ in range(500):
        if server.left:
            break
        await asyncio.sleep(0.01)

    assert 1 == server.left


async def test_an_old_docling_serve_is_asked_the_old_way(open_processor, make_file, read):
    """`auto` finds out what the server can."""
    async with (
        docling_serve(asynchronous=False) as server,
        open_processor(DoclingServe, base_url=f"{server.url}/v1", mode="auto") as processor,
    ):
        assert FOUND == await read(processor, make_file("a.pdf", b"%PDF-1.7 fish"))
        assert ["/v1/convert/file"] == [form.path for form in server.forms]


async def test_options_reach_the_server(open_processor, make_file, read):
    """Those of the config, and those of one file."""
    async with (
        docling_serve() as server,
        open_processor(DoclingServe, base_url=server.url, ocr_lang=["de", "fr"]) as processor,
    ):
        await read(processor, make_file("a.pdf", b"%PDF-1.7 fish", do_ocr=False))

        assert {
            "to_formats": ["json"],
            "image_export_mode": ["placeholder"],
            "do_ocr": ["false"],
            "ocr_lang": ["de", "fr"],
        } == server.forms[0].fields
        with pytest.raises(InvalidArgument, match="no option 'base_url'"):
            await read(processor, make_file("a.pdf", b"%PDF", base_url="http://127.0.0.1"))


async def test_a_form_says_how_to_read(open_processor, make_file, read):
    """As Unstructured documents it."""
    async with (
        unstructured_api() as server,
        open_processor(
            UnstructuredApi, base_url=server.url, api_key="k", strategy="fast"
        ) as processor,
    ):
        await read(processor, make_file("a.pdf", b"%PDF-1.7 fish"))

        assert {
            "strategy": ["fast"],
            "output_format": ["application/json"],
            "languages": ["eng"],
        } == server.forms[0].fields
        assert "k" == server.forms[0].headers["unstructured-api-key"]
