"""Datasets of NVIDIA NeMo."""

import json

import pytest

from fleet_testing.files import Served
from fleet_testing.nemo_stores import NemoStores, nemo_stores

pytestmark = pytest.mark.slow

ROWS = [{"n": number} for number in range(3)]
JSONL = "\n".join(json.dumps(row) for row in ROWS).encode()
ONE = "hf://datasets/ours/one"


@pytest.fixture
async def stores():
    files = {
        "ours/one": {"README.md": b"# One", "data/rows.jsonl": JSONL},
        "ours/two": {"a.jsonl": JSONL, "b.csv": b"n\n7\n"},
    }
    stores = NemoStores(files=files, key="nvapi-1")
    async with nemo_stores(stores) as address:
        stores.address = address
        yield stores


@pytest.fixture
def settings(settings, stores):
    config = {
        "datasets_url": stores.address,
        "api_key": "nvapi-1",
        "dataset_namespace": "mine",
        "project_id": "project",
    }
    nvidia = {"id": "nvidia", "type": "remote::nvidia", "config": config}
    return settings | {"datasetio": [*settings["datasetio"], nvidia]}


async def test_the_entity_store_knows_what_is_registered(stores, known, rest):
    """And forgets it; the files stay."""
    await known(ONE, "one", metadata={"format": "jsonl", "description": "d", "other": 1})
    told = dict(stores.entities)
    await rest.datasets("UnregisterDataset", "/v1beta/datasets/one")

    assert {
        "mine/one": {
            "name": "one",
            "namespace": "mine",
            "files_url": ONE,
            "project": "project",
            "format": "jsonl",
            "description": "d",
        }
    } == told
    assert {} == stores.entities


async def test_what_the_entity_store_knows_already_is_as_good(stores, known):
    """Another fleet, or this one before it lost its database, may have told it."""
    stores.entities["mine/one"] = {}

    assert "one" == await known(ONE, "one")


async def test_rows_are_read_from_the_data_store(stores, known, every_row):
    """The one file with rows is found, and fetched once."""
    await known(ONE)

    assert (ROWS, 3) == await every_row(limit=1)
    assert 1 == sum("/resolve/" in seen.path for seen in stores.seen)


async def test_a_file_may_be_named(known, every_row):
    """Where there are several, it must."""
    await known("hf://datasets/ours/two/b.csv")

    assert [{"n": 7}] == (await every_row())[0]


async def test_bytes_may_be_elsewhere(stores, web, known, every_row):
    """Where we are sent on to; our key is not told there."""
    web.files["/large/1"] = Served(JSONL)
    stores.elsewhere["data/rows.jsonl"] = f"{web.url}/large/1?signed=yes"
    await known(ONE)

    assert ROWS == (await every_row())[0]
    assert "authorization" not in web.seen[0].headers


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("hf://datasets/ours/two", "ambiguous_source"),
        ("hf://datasets/ours/none", "source_not_found"),
        ("hf://datasets/ours/one@v2/data/rows.jsonl", "source_not_found"),
        ("hf://datasets/ours/one/none.jsonl", "source_not_found"),
    ],
)
async def test_what_is_not_there_says_so(uri, code, known, page):
    """Of several files the message names all."""
    await known(uri)

    assert code == (await page()).error["code"]


async def test_a_key_of_ours_that_is_refused_is_our_failure(stores, known, page):
    """The caller's own was fine."""
    await known(ONE)
    stores.key = "another"

    assert "nvapi-1" not in json.dumps((await page()).error)
    assert "server_error" == (await page()).error["type"]


async def test_an_address_that_is_none_is_refused(rest):
    """When it is registered."""
    source = {"type": "uri", "uri": "hf://models/ours/one"}
    asked = {"purpose": "eval/question-answer", "source": source}

    refused = await rest.datasets("RegisterDataset", "/v1beta/datasets", asked)

    assert "invalid_value" == refused.error["code"]
