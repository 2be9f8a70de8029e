"""Datasets in the forms of the `datasets` library."""

import json

import datasets
import msgspec
import pytest

from fleet.eval.v1 import messages as m
from fleet.eval.v1.operations import DatasetIoServiceClient, DatasetServiceClient
from fleet_runtime.clients import Channel
from fleet_runtime.errors import UpstreamFailed
from fleet_testing.hugging_face_hub import HuggingFaceHub, hugging_face_hub
from fleet_testing.service import running_service

pytestmark = pytest.mark.slow

ROWS = [{"n": number, "word": f"w{number}"} for number in range(5)]
LOCAL = "huggingface://folders/"


@pytest.fixture
def settings(settings, folder, tmp_path):
    config = {"folder": str(folder), "cache_dir": str(tmp_path / "cache")}
    hugging_face = {"id": "huggingface", "type": "remote::huggingface", "config": config}
    return settings | {"datasetio": [*settings["datasetio"], hugging_face]}


async def test_a_folder_of_files(folder, known, every_row):
    """Its parts are named by its files; `train` if the address names none."""
    (folder / "words").mkdir()
    for split, rows in (("train", ROWS[:3]), ("test", ROWS[3:])):
        text = "\n".join(json.dumps(row) for row in rows)
        (folder / f"words/{split}.jsonl").write_text(text)
    await known(f"{LOCAL}words")
    await known(f"{LOCAL}words?split=test", "test")

    assert (ROWS[:3], 3) == await every_row(limit=1)
    assert ROWS[3:] == (await every_row("test"))[0]


async def test_a_folder_that_the_library_saved(folder, known, every_row, page):
    """Rows are found by their numbers; other ones may be appended here."""
    datasets.Dataset.from_list(ROWS).save_to_disk(folder / "saved")
    await known(f"{LOCAL}saved")

    assert (ROWS, 3) == await every_row(limit=2)
    assert ROWS[3:] == (await page(query="?start_index=3")).json["data"]
    assert [] == (await page(query="?start_index=7")).json["data"]


async def test_the_provider_follows_from_the_address(known, rest, folder):
    """As in Llama Stack."""
    (folder / "words").mkdir()
    await known(f"{LOCAL}words")
    found = await rest.datasets("GetDataset", "/v1beta/datasets/some/rows")

    assert "huggingface" == found.json["provider_id"]


@pytest.mark.parametrize(
    "uri",
    [
        "huggingface://datasets/../../etc",
        "huggingface://datasets/a/b/c",
        "huggingface://datasets/",
        "huggingface://models/a/b",
        "huggingface://datasets/a/b?streaming=1",
        "huggingface://folders/..",
        "huggingface://folders/none",
    ],
)
async def test_an_address_that_is_none_is_refused(uri, rest):
    """When it is registered; nothing outside of the folder is looked at."""
    asked = {"purpose": "eval/question-answer", "source": {"type": "uri", "uri": uri}}
    refused = (await rest.datasets("RegisterDataset", "/v1beta/datasets", asked)).error

    assert ("invalid_value", "source.uri") == (refused["code"], refused["param"])


async def test_a_part_that_is_not_there_says_so(folder, known, page):
    """In the library's own words."""
    datasets.Dataset.from_list(ROWS).to_json(folder / "rows.jsonl")
    (folder / "words").mkdir()
    (folder / "rows.jsonl").rename(folder / "words/train.jsonl")
    await known(f"{LOCAL}words?split=none")
    refused = (await page()).error

    assert "source_not_found" == refused["code"]
    assert "none" in refused["message"]


async def test_a_dataset_of_the_hub(database_url, tmp_path, call):
    """Downloaded by the library from a server that speaks as the Hub does, which is asked with our token.

    The library reads where the Hub is when it is imported, so the service has a process of its own.
    """
    text = "\n".join(map(json.dumps, ROWS)).encode()
    hub = HuggingFaceHub({"ours/words": {"test.jsonl": text}}, tokens={"ours/words": "hf_1"})
    provider = {"id": "hf", "type": "remote::huggingface", "config": {"token": "hf_1"}}
    config = {"datasetio": [provider], "store": {"database": {"url": database_url}}}
    found = []

    async with hugging_face_hub(hub) as address:
        environ = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "0"}
        with running_service("fleet_eval", config, environ=environ) as service:
            channel = Channel("eval", at=service)
            for name in ("words", "none"):
                uri = f"huggingface://datasets/ours/{name}?split=test"
                source = m.DatasetSource(type="uri", uri=uri)
                await DatasetServiceClient(channel).register_dataset(
                    m.RegisterDatasetRequest(
                        purpose="eval/question-answer", source=source, dataset_id=name
                    ),
                    call,
                )
            rows = DatasetIoServiceClient(channel)
            for start in (0, 3):
                asked = m.IterRowsRequest(dataset_id="words", start_index=start, limit=3)
                page = await rows.iter_rows(asked, call)
                found += [msgspec.json.decode(row) for row in page.data]
            with pytest.raises(UpstreamFailed, match="ours/none") as refused:
                await rows.iter_rows(m.IterRowsRequest(dataset_id="none"), call)
            await channel.aclose()

    assert ROWS == found
    assert (400, "source_not_found") == (refused.value.status, refused.value.code)
    assert 1 == sum(seen.method == "GET" and "test.jsonl" in seen.path for seen in hub.seen)
