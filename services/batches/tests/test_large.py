"""The largest batch that OpenAI takes."""

import asyncio

import psutil
import pytest

from fleet_testing.batches_neighbours import jsonl, line

pytestmark = pytest.mark.slow

LINES = 50_000
# What each says, and hears again: the input and the output have some 60 MB each.
PADDING = "x" * 1000
# In bytes: what the service may grow by. On SQLite it is some 20 MiB more: each of its ten connections has a cache.
GROWTH = 40 * 2**20
MANY = {"max_concurrent_requests_per_batch": 128, "max_concurrent_requests_per_model": 128}


class Memory:
    """How much memory a process has had at most, looked at every 50 ms."""

    def __init__(self, pid):
        self._process = psutil.Process(pid)
        self.first = self._process.memory_info().rss
        self.most = self.first

    async def watch(self):
        while True:
            self.most = max(self.most, self._process.memory_info().rss)
            await asyncio.sleep(0.05)

    @property
    def grown(self):
        return self.most - self.first


@pytest.mark.timeout(300)
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_fifty_thousand_lines_with_flat_memory(dying, neighbours):
    """Each is asked and answered once, and the service hardly grows."""
    neighbours.model.keeps = False
    data = jsonl(
        line(f"line-{n}", "/v1/completions", {"model": "chat", "prompt": f"{PADDING} {n}"})
        for n in range(LINES)
    )
    warm = jsonl([line("warm", "/v1/completions", {"model": "chat", "prompt": "warm"})])
    async with dying(**MANY) as (process, batches):
        await batches.run(data=warm, endpoint="/v1/completions")
        memory = Memory(process.pid)
        watching = asyncio.create_task(memory.watch())
        batch = await batches.create(data=data, endpoint="/v1/completions")
        batch = await batches.ended(batch, patience=240)
        watching.cancel()
    output = batches.output(batch)

    assert ("completed", LINES) == (batch.status, batch.request_counts.completed)
    assert [f"line-{n}" for n in range(LINES)] == [each["custom_id"] for each in output]
    assert f"{PADDING} {LINES - 1}" == output[-1]["response"]["body"]["choices"][0]["text"]
    assert (LINES + 1, {1}) == (
        len(neighbours.model.begun),
        set(neighbours.model.begun.values()),
    )
    assert memory.grown < GROWTH, f"{memory.grown / 2**20:.0f} MiB"
