"""How long callers wait for files that are not in yet."""

import asyncio

import pytest

from fleet.vector_io.v1 import messages as m

WAIT = 2


@pytest.fixture
def config(config):
    config["ingestion"] |= {"wait_seconds": WAIT}
    return config


async def test_a_store_waits_for_all_its_files_together(fleet, neighbours, call):
    """With one wait after the other, callers with many files would be cut off at the gateway."""
    files = [f"file-{n}" for n in range(10)]
    neighbours.texts |= dict.fromkeys(files, "Some text.")
    neighbours.held.clear()
    begun = asyncio.get_running_loop().time()
    made = await fleet.stores.create_vector_store(m.CreateVectorStoreRequest(file_ids=files), call)
    took = asyncio.get_running_loop().time() - begun
    neighbours.held.set()

    assert 10 == made.file_counts.in_progress
    assert WAIT <= took < 5 * WAIT
