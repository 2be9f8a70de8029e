"""Files of all kinds, read by `inline::auto`."""

import gzip
import json
import random

import pytest

from fleet_chunking.block import Block
from fleet_files.processor import DocumentProperties
from fleet_files.processors.auto import Auto
from fleet_runtime.config import ConfigError
from fleet_runtime.errors import InvalidArgument
from fleet_testing import documents

pytestmark = pytest.mark.slow

FRENCH = (
    "Les poissons sont des animaux vertébrés aquatiques à branchies. On les trouve où l'eau est claire, et même là où"
    " elle ne l'est guère; ça dépend de l'espèce. Les œufs sont déposés au printemps, près de la rivière."
)
RUSSIAN = "Рыбы живут почти во всех водоёмах, от горных рек до океанских глубин. Они дышат жабрами всю жизнь."


@pytest.mark.parametrize(
    "case",
    [
        (
            "a.txt",
            b"One\r\ntwo.\r\n\r\nThree.",
            [Block("text", "One\ntwo."), Block("text", "Three.")],
        ),
        (
            "a.txt",
            b"One.\n\n\fTwo.",
            [Block("text", "One."), Block("text", "Two.", 2)],
        ),
        ("a.log", "Naïve.".encode("utf-16"), [Block("text", "Naïve.")]),
        ("a.txt", FRENCH.encode("cp1252"), [Block("text", FRENCH)]),
        ("a.txt", RUSSIAN.encode("cp1251"), [Block("text", RUSSIAN)]),
        (
            "a.txt",
            b"\xef\xbb\xbfA mark before, and a bell after.\x07",
            [Block("text", "A mark before, and a bell after.")],
        ),
        (
            "a.csv",
            b"name;size\ncod;3\neel;4|5\n",
            [Block("table", "| name | size |\n| --- | --- |\n| cod | 3 |\n| eel | 4\\|5 |")],
        ),
        ("a.tsv", b"a\tb\n1\n", [Block("table", "| a | b |\n| --- | --- |\n| 1 |  |")]),
        ("a.json", b'{"a":[1,"\\u00e9"]}', [Block("code", '{\n  "a": [\n    1,\n    "é"\n  ]\n}')]),
        ("a.json", b"{no json", [Block("text", "{no json")]),
        ("a.jsonl", b'{"a":1}\n{"a":2}\n', [Block("code", '{"a":1}'), Block("code", '{"a":2}')]),
        ("a.py", b"def f():\n    pass\n", [Block("code", "def f():\n    pass")]),
    ],
)
async def test_texts_are_read_without_any_library(auto, make_file, read, case):
    """These are most files, and wait for nothing."""
    filename, data, blocks = case

    assert blocks == await read(auto, make_file(filename, data))


async def test_markdown_keeps_its_structure(auto, make_file, read):
    """Headings become metadata of chunks, tables and code stay whole."""
    text = (
        "# Fish\n\nFish\nswim.\n\nKinds\n-----\n\n* cod\n* eel\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\n"
        "```py\n# no heading\n\nx = 1\n```\n### Deep ###\nEnd.\n"
    )
    kinds = ("Fish", "Kinds")

    assert [
        Block("heading", "Fish", headings=("Fish",)),
        Block("text", "Fish\nswim.", headings=("Fish",)),
        Block("heading", "Kinds", headings=kinds),
        Block("list", "* cod\n* eel", headings=kinds),
        Block("table", "| a | b |\n|---|:-:|\n| 1 | 2 |", headings=kinds),
        Block("code", "```py\n# no heading\n\nx = 1\n```", headings=kinds),
        Block("heading", "Deep", headings=(*kinds, "Deep")),
        Block("text", "End.", headings=(*kinds, "Deep")),
    ] == await read(auto, make_file("a.md", text.encode()))


async def test_web_pages_keep_their_structure_and_lose_the_rest(auto, make_file, read):
    """Scripts are no text; what is never closed is text all the same."""
    page = (
        "<!doctype html><html><head><title>T</title><script>if (a < b) x()</script></head><body>"
        "<h1>Fish &amp; <i>co</i></h1><p>Fish <b>swim</b>.<br>Often.<ul><li>cod<ol><li>small</ol>"
        "<li>eel</ul><table><caption>All</caption><tr><th>a<th>b<tr><td>1<td></table>"
        "<pre>x\n  y</pre><style>p {}</style>Tail"
    )
    above = ("Fish & co",)

    assert [
        Block("heading", "Fish & co", headings=above),
        Block("text", "Fish swim.\nOften.", headings=above),
        Block("list", "- cod\n  1. small\n- eel", headings=above),
        Block("text", "All", headings=above),
        Block("table", "| a | b |\n| --- | --- |\n| 1 |  |", headings=above),
        Block("code", "x\n  y", headings=above),
        Block("text", "Tail", headings=above),
    ] == await read(auto, make_file("page", page.encode()))


async def test_large_json_is_cut_by_its_paths(auto, make_file, read):
    """So a chunk tells which of many records it is of."""
    data = {"fish": [{"name": "cod", "about": "x" * 3000}, {"name": "eel", "about": "y" * 3000}]}
    blocks = await read(auto, make_file("a.json", json.dumps(data).encode()))

    assert [("fish", "0"), ("fish", "1")] == [block.headings for block in blocks]
    assert data["fish"] == [json.loads(block.text) for block in blocks]


async def test_long_tables_have_their_header_in_every_block(auto, make_file, read):
    """A file of a million rows comes in blocks, and none is without the names of its columns."""
    rows = "".join(f"{n},{n * n}\n" for n in range(1000))
    blocks = await read(auto, make_file("a.csv", f"n,square\n{rows}".encode()))

    assert {"| n | square |"} == {block.text.split("\n")[0] for block in blocks}
    assert 1000 == sum(block.text.count("\n") - 1 for block in blocks)


async def test_a_text_without_any_line_end_comes_in_blocks(auto, make_file, read):
    """However a file is written, no block is too long to be sent."""
    words = " ".join(random.Random(1).choices(["cod", "eel", "漢字"], k=200_000))
    blocks = await read(auto, make_file("a.txt", words.encode()))

    assert max(len(block.text) for block in blocks) <= 64 * 1024
    assert words.split() == "".join(block.text for block in blocks).split()


@pytest.mark.parametrize(
    ("filename", "content_type"),
    [("a.txt", "text/plain"), ("a", ""), ("a.docx", "application/msword"), ("a.PNG", "image/png")],
)
async def test_a_pdf_is_one_whatever_it_is_called(auto, make_file, read, filename, content_type):
    """People rename files; their bytes say what they are."""
    data = documents.pdf(["Fish swim."])

    assert [Block("text", "Fish swim.", 1)] == await read(
        auto, make_file(filename, data, content_type)
    )


@pytest.mark.parametrize(
    "case",
    [
        ("a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(100), "image/png.*inline::auto"),
        ("a.txt", random.Random(1).randbytes(4000), "neither a text nor"),
        ("a.txt", b"MZ\x90\0\3\0\0\0", "neither a text nor"),
        ("a.md", gzip.compress(b"# Fish"), "application/gzip"),
        ("a.zip", b"PK\x03\x04" + bytes(60), "application/zip, which nothing here reads"),
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\n", "empty"),
        ("a.rtf", rb"{\rtf1 Fish}", r"application/rtf.*llama-fleet\[unstructured\]"),
    ],
)
async def test_what_nothing_reads_is_told(auto, make_file, read, case):
    """With what it really is, and with what would help; and the next file is read."""
    filename, data, told = case
    with pytest.raises(InvalidArgument, match=told) as caught:
        await read(auto, make_file(filename, data))

    assert "unsupported_file" == caught.value.code
    assert [Block("text", "Fish.")] == await read(auto, make_file("b.txt", b"Fish."))


async def test_properties_come_once(auto, make_file):
    """Title and pages are of the file, not of a chunk."""
    file = make_file("a.pdf", documents.pdf(["One.", "Two."], info={"/Title": "Fish"}))
    items = [item async for item in auto.parse(file) if isinstance(item, DocumentProperties)]

    assert [DocumentProperties(2, {"title": "Fish"})] == items


async def test_options_change_the_settings_for_one_file(auto, make_file):
    """As `process` lets callers do."""
    data = documents.pdf(["One."], info={"/Title": "Fish"})
    file = make_file("a.pdf", data, extract_metadata=False)
    items = [item async for item in auto.parse(file) if isinstance(item, DocumentProperties)]

    assert [DocumentProperties(1, {})] == items


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"clean_txt": True}, "no option 'clean_txt'; there are: .*clean_text"),
        ({"clean_text": "perhaps"}, "option 'clean_text' is wrong"),
        ({"workers": 99}, "no option 'workers'"),
    ],
)
async def test_wrong_options_are_refused(auto, make_file, read, options, told):
    """Nobody wonders why an option has no effect; limits are not the caller's to set."""
    with pytest.raises(InvalidArgument, match=told) as caught:
        await read(auto, make_file("a.txt", b"Fish.", **options))

    assert "options" == caught.value.param


async def test_a_library_that_is_not_there_is_told_at_the_start(open_processor):
    """Rather than with the first file."""
    with pytest.raises(ConfigError, match=r"pip install llama-fleet\[docling\]"):
        open_processor(Auto, priority=["docling"])
