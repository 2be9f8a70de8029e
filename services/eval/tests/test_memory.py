"""Files larger than what may be in memory."""

import json
import os

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fleet.eval.v1 import messages as m
from fleet.eval.v1.operations import DatasetIoServiceClient, DatasetServiceClient
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_testing.service import running_service

pytestmark = pytest.mark.slow

MEBIBYTE = 1024 * 1024
SIZES = {"jsonl": 300 * MEBIBYTE, "csv": 100 * MEBIBYTE, "parquet": 100 * MEBIBYTE}
ROW = 10_000
# What the first pages may not have reached: pools of threads, of Arrow and of the allocator.
MAY_GROW = 48 * MEBIBYTE


def texts(size):
    """Yield different texts, which no format makes smaller, until the file has its size."""
    noise = os.urandom(ROW + 4096).hex()
    for number in range(size // ROW):
        start = number % 4096
        yield number, noise[start : start + ROW]


def write_jsonl(path, size):
    with path.open("w") as file:
        for number, text in texts(size):
            file.write(json.dumps({"n": number, "text": text}) + "\n")


def write_csv(path, size):
    with path.open("w") as file:
        file.write("n,text\n")
        for number, text in texts(size):
            file.write(f"{number},{text}\n")


def write_parquet(path, size):
    schema = pa.schema([("n", pa.int64()), ("text", pa.string())])
    with pq.ParquetWriter(path, schema, compression="none", use_dictionary=False) as writer:
        some = []
        for number, text in texts(size):
            some.append({"n": number, "text": text})
            if len(some) == 1000:
                writer.write_table(pa.Table.from_pylist(some, schema))
                some = []
        writer.write_table(pa.Table.from_pylist(some, schema))


@pytest.mark.parametrize("kind", SIZES)
async def test_a_large_file_is_read_with_flat_memory(kind, database_url, folder, call):
    """Page by page, each from where the last one ended; no more of it is in memory than a page."""
    path = folder / f"large.{kind}"
    {"jsonl": write_jsonl, "csv": write_csv, "parquet": write_parquet}[kind](path, SIZES[kind])
    local = {"id": "l", "type": "inline::localfs", "config": {"folder": str(folder)}}
    config = {"datasetio": [local], "store": {"database": {"url": database_url}}}
    rows, most, early = 0, 0, 0

    with running_service("fleet_eval", config) as address:
        (process,) = [
            each for each in psutil.Process().children() if "fleet_eval" in each.cmdline()
        ]
        channel = Channel("eval", at=address)
        source = m.DatasetSource(type="uri", uri=f"lsfs://large.{kind}")
        request = m.RegisterDatasetRequest(
            purpose="eval/question-answer", source=source, dataset_id="large"
        )
        await DatasetServiceClient(channel).register_dataset(request, call)
        client, cursor, pages = DatasetIoServiceClient(channel), None, 0
        while True:
            asked = m.IterRowsRequest(dataset_id="large", limit=100, cursor=cursor)
            page = await client.iter_rows(asked, Call("/test"))
            rows, pages = rows + len(page.data), pages + 1
            most = max(most, process.memory_info().rss)
            if pages == 5:
                early = most
            cursor = page.next_cursor
            if cursor is None:
                break
        await channel.aclose()

    assert SIZES[kind] <= path.stat().st_size * 1.01
    assert SIZES[kind] // ROW == rows
    assert pages > 50
    assert most - early < MAY_GROW
