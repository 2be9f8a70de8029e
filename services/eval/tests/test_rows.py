"""Rows of datasets, from wherever they are."""

import base64
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fleet_testing.files import Served

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
ROWS = [{"n": number, "word": f"w{number}"} for number in range(5)]
JSONL = "\n".join(json.dumps(row) for row in ROWS).encode()


def parquet(rows, path, group=2):
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=group)
    return path.read_bytes()


@pytest.fixture
def source_of(folder, web, kept_files):
    """Returns the address of the rows, of each kind that there is."""

    def make(kind):
        if kind == "lsfs":
            (folder / "deep").mkdir()
            (folder / "deep/rows.jsonl").write_bytes(JSONL)
            return "lsfs://deep/rows.jsonl"
        if kind == "http":
            web.files["/rows.jsonl"] = Served(JSONL)
            return f"{web.url}/rows.jsonl?x=1"
        if kind == "file":
            kept_files.kept["file-1"] = ("rows.jsonl", JSONL)
            return "file-1"
        if kind == "data":
            return f"data:application/jsonl;base64,{base64.b64encode(JSONL).decode()}"
        return {"type": "rows", "rows": ROWS}

    return make


KINDS = ["lsfs", "http", "file", "data", "rows"]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_source_is_read_page_by_page(kind, source_of, known, every_row):
    """By cursor, and with no page more than there must be."""
    await known(source_of(kind))

    assert (ROWS, 3) == await every_row(limit=2)
    assert (ROWS, 1) == await every_row(limit=5)
    assert (ROWS, 1) == await every_row(limit=-1)


@BOTH
@pytest.mark.parametrize("kind", ["lsfs", "rows"])
async def test_appended_rows_come_after_those_of_the_source(
    *, kind, source_of, known, rest, page, every_row
):
    """For any source, and wherever a page begins."""
    await known(source_of(kind))
    more = [{"n": 5}, {"n": 6}]
    path = "/v1beta/datasetio/append-rows/some/rows"
    done = await rest.rows("AppendRows", path, {"rows": more[:1]})
    older = {"dataset_id": "some/rows", "rows": more[1:]}
    await rest.rows("AppendRows", "/v1/datasetio/rows", older)
    every = ROWS + more

    assert (b"", None) == (done.data, done.error)
    assert (every, 4) == await every_row(limit=2)
    assert (every, 3) == await every_row(limit=3)
    for start in range(len(every) + 2):
        assert (
            every[start : start + 3]
            == (await page(query=f"?start_index={start}&limit=3")).json["data"]
        )


async def test_a_page_says_where_the_next_one_begins(known, page):
    """And whether there is one: the last page has no cursor."""
    await known({"type": "rows", "rows": ROWS})
    first = (await page(query="?start_index=1&limit=2")).json
    last = (await page(query="?start_index=3&limit=2")).json

    assert (ROWS[1:3], True, None) == tuple(first[name] for name in ("data", "has_more", "url"))
    assert (ROWS[3:], False, None) == tuple(
        last[name] for name in ("data", "has_more", "next_cursor")
    )


@pytest.mark.parametrize("version", ["v1", "v1beta"])
async def test_rows_have_the_older_path_too(version, known, rest):
    """Of Llama Stack 0.1.8 to 0.3.5."""
    await known({"type": "rows", "rows": ROWS})
    found = await rest.rows("IterRows", f"/{version}/datasetio/iterrows/some/rows?limit=1")

    assert ROWS[:1] == found.json["data"]


async def test_rows_as_llama_stack_had_them_at_first(known, rest):
    """`/v1/datasetio/rows`, with its own words."""
    await known({"type": "rows", "rows": ROWS})
    path = "/v1/datasetio/rows?dataset_id=some/rows&rows_in_page=3"
    first = (await rest.rows("GetRowsPaginated", path)).json
    path += f"&page_token={first['next_page_token']}"
    last = (await rest.rows("GetRowsPaginated", path)).json

    assert (ROWS[:3], 3) == (first["rows"], first["total_count"])
    assert {"rows": ROWS[3:], "total_count": 2, "next_page_token": None} == last


async def test_what_is_at_an_address_is_fetched_once(web, source_of, known, every_row):
    """However many pages there are."""
    await known(source_of("http"))
    await every_row(limit=1)

    assert 1 == len(web.gets("/rows.jsonl"))


async def test_numbers_and_the_order_of_columns_stay(folder, known, rest):
    """Rows are passed on as they were written."""
    row = b'{"z":1.10,"a":123456789012345678901234567890,"n":null}'
    (folder / "odd.jsonl").write_bytes(b"\n  " + row + b"\r\n\n")
    await known("lsfs://odd.jsonl")
    found = await rest.rows("IterRows", "/v1beta/datasetio/iterrows/some/rows")

    assert row in found.data
    assert b'"has_more":false' in found.data


CSV = (
    'id,"a, b",share,yes,code\r\n'
    '1,"x\r\ny",0.5,true,007\r\n'
    '2,"say ""hi""",2,False,010\r\n'
    "\r\n"
    "three,,1e3,maybe,\r\n"
)
CSV_ROWS = [
    {"id": 1, "a, b": "x\r\ny", "share": 0.5, "yes": True, "code": "007"},
    {"id": 2, "a, b": 'say "hi"', "share": 2.0, "yes": False, "code": "010"},
    {"id": "three", "a, b": None, "share": 1000.0, "yes": "maybe", "code": None},
]


@pytest.mark.parametrize("start", ["", "\ufeff"])
async def test_csv(start, folder, known, every_row, page):
    """Quotes, line breaks within them, and a byte order mark; each page is read on from where the last one ended."""
    first_two = CSV.rpartition("three")[
        0
    ]  # what a column holds follows from all rows of so small a file
    (folder / "rows.csv").write_text(start + first_two, newline="")
    await known("lsfs://rows.csv")

    assert (CSV_ROWS[:2], 2) == await every_row(limit=1)
    assert CSV_ROWS[1:2] == (await page(query="?start_index=1")).json["data"]


async def test_csv_with_values_of_another_kind(folder, known, every_row):
    """A column of numbers whose later values are none keeps what they are, as text."""
    many = "n\n" + "\n".join(map(str, range(300))) + "\nmany\n"
    (folder / "n.csv").write_text(many)
    await known("lsfs://n.csv")

    assert [*({"n": number} for number in range(300)), {"n": "many"}] == (
        await every_row(limit=100)
    )[0]


@pytest.mark.parametrize("uri", ["data:csv;base64,", "data:text/csv;charset=utf-8;base64,"])
async def test_csv_in_an_address(uri, known, every_row):
    """In Llama Stack's spelling and in the standard's."""
    await known(uri + base64.b64encode(b"a,b\n1,x\n").decode())

    assert [{"a": 1, "b": "x"}] == (await every_row())[0]


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
async def test_parquet(limit, folder, known, every_row, page):
    """Over the bounds of its groups of rows, from any row on."""
    parquet(ROWS, folder / "rows.parquet")
    await known("lsfs://rows.parquet")

    assert ROWS == (await every_row(limit=limit))[0]
    assert ROWS[3:] == (await page(query="?start_index=3")).json["data"]
    assert [] == (await page(query="?start_index=9")).json["data"]


async def test_parquet_of_other_kinds_of_values(folder, known, every_row):
    """Lists, structures, bytes, times: all are something in JSON."""
    row = {"list": [1, None], "in": {"a": "x"}, "bytes": b"\xff\x00", "no": float("nan")}
    parquet([row], folder / "rows.parquet")
    await known("lsfs://rows.parquet")

    assert [{"list": [1, None], "in": {"a": "x"}, "bytes": "/wA=", "no": None}] == (
        await every_row()
    )[0]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jsonl", b'{"a": 1}\n[1]\n', "broken_source"),
        ("a.jsonl", b'{"a": \n', "broken_source"),
        ("a.csv", b"a,b\n1,2,3\n", "broken_source"),
        ("a.csv", b"a,a\n1,2\n", "broken_source"),
        ("a.csv", b"a\n\xff\xfe\n", "broken_source"),
        ("a.parquet", b"PAR1 and no more", "broken_source"),
        ("a.pdf", b"%PDF-1.7", "unsupported_format"),
        ("a.json", b"[{}]", "unsupported_format"),
        ("a.jsonl", b'{"a": "' + b"x" * 17 * 1024 * 1024, "row_too_large"),
        ("a.csv", b'a\n"' + (b"x" * 1023 + b"\n") * 17 * 1024, "row_too_large"),
    ],
)
async def test_what_cannot_be_read_says_so(*, name, content, code, folder, known, page):
    """And is the caller's mistake, not ours."""
    (folder / name).write_bytes(content)
    await known(f"lsfs://{name}")

    assert code == (await page()).error["code"]


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("lsfs://nothing.jsonl", "source_not_found"),
        ("file-2", "file_not_found"),
        ("http://127.0.0.2:1/a.jsonl", "address_not_allowed"),
        ("{web}/nothing.jsonl", "fetch_failed"),
    ],
)
async def test_a_source_that_is_not_there_says_so(uri, code, web, known, page):
    """When its rows are read. What only this machine reaches is not asked for at all."""
    await known(uri.format(web=web.url))

    assert code == (await page()).error["code"]


async def test_a_link_out_of_the_folder_is_not_followed(folder, tmp_path, rest):
    """Whoever may write there may not read all that we may."""
    (tmp_path / "secret.jsonl").write_bytes(JSONL)
    (folder / "link.jsonl").symlink_to(tmp_path / "secret.jsonl")
    asked = {
        "purpose": "eval/question-answer",
        "source": {"type": "uri", "uri": "lsfs://link.jsonl"},
    }

    refused = await rest.datasets("RegisterDataset", "/v1beta/datasets", asked)

    assert "invalid_value" == refused.error["code"]


async def test_a_source_that_changes_ends_the_cursor(folder, known, page):
    """Else rows would come twice, or from the middle of a line."""
    (folder / "rows.jsonl").write_bytes(JSONL)
    await known("lsfs://rows.jsonl")
    first = (await page(query="?limit=2")).json
    (folder / "rows.jsonl").write_bytes(b'{"new": 1}\n' + JSONL)
    refused = (await page(query=f"?cursor={first['next_cursor']}")).error

    assert ("source_changed", "cursor") == (refused["code"], refused["param"])
    assert {"new": 1} == (await page(query="?limit=1")).json["data"][0]


@pytest.mark.parametrize(
    ("query", "code", "param"),
    [
        ("?limit=0", "invalid_limit", "limit"),
        ("?limit=-2", "invalid_value", "limit"),
        ("?start_index=-1", "invalid_value", "start_index"),
        ("?cursor=nonsense", "invalid_cursor", "cursor"),
        ("?cursor=WyJ4IiwxLCJrZXB0OngiXQ", "invalid_cursor", "cursor"),
        ("?cursor=x&start_index=1", "invalid_value", "start_index"),
    ],
)
async def test_what_is_asked_for_wrongly_is_refused(query, code, param, known, page):
    """With the name of the field."""
    await known({"type": "rows", "rows": ROWS})
    refused = (await page(query=query)).error

    assert (code, param) == (refused["code"], refused["param"])


@pytest.mark.parametrize("body", [{"rows": []}, {"rows": ["x"]}, {}])
async def test_rows_that_are_none_are_not_appended(body, known, rest, every_row):
    """All or none: one that is wrong keeps the others out."""
    await known({"type": "rows", "rows": ROWS})
    if body.get("rows"):
        body = {"rows": [{"n": 5}, *body["rows"]]}
    path = "/v1beta/datasetio/append-rows/some/rows"
    refused = await rest.rows("AppendRows", path, body)

    assert refused.error["param"].startswith("rows")
    assert ROWS == (await every_row())[0]


@pytest.mark.parametrize("rpc", ["IterRows", "AppendRows"])
async def test_rows_of_no_dataset(rpc, rest):
    """There are none."""
    path = {"IterRows": "iterrows", "AppendRows": "append-rows"}[rpc]
    body = {"rows": [{}]} if rpc == "AppendRows" else None
    refused = await rest.rows(rpc, f"/v1beta/datasetio/{path}/none", body)

    assert "dataset_not_found" == refused.error["code"]


class TestBounds:
    """Pages are bounded, whatever is asked for."""

    @pytest.fixture
    def settings(self, settings):
        return settings | {"pages": {"max_rows": 3, "max_bytes": 40}}

    @pytest.mark.parametrize("kind", KINDS)
    async def test_all_rows_come_in_several_pages(self, kind, source_of, known, every_row):
        """Each of 40 bytes at the most, but for the last row."""
        await known(source_of(kind))

        assert (ROWS, 3) == await every_row(limit=-1)
