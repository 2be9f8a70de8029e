"""What one replica is told of models, all replicas know."""

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from fleet_inference.config import SCHEMA, ModelConfig
from fleet_inference.model_names import MODELS, GivenNames, names_in_database
from fleet_runtime.store import Database, DatabaseConfig

MODEL = ModelConfig(id="mine", provider="p", provider_model_id="theirs", metadata={"a": 1})


@asynccontextmanager
async def replica(url):
    """The names as one more replica knows them."""
    database = Database(DatabaseConfig(url=url), SCHEMA)
    names = GivenNames([], names_in_database(database))
    async with database.begin() as connection:
        await connection.run_sync(MODELS.metadata.create_all)
    await names.refresh()
    watching = asyncio.create_task(names.watch())
    try:
        yield names
    finally:
        watching.cancel()
        await asyncio.wait([watching])
        await database.aclose()


@pytest.fixture
async def replicas(tmp_path):
    """Two replicas over one database."""
    async with AsyncExitStack() as stack:
        url = f"sqlite:///{tmp_path}/names.sqlite"
        yield [await stack.enter_async_context(replica(url)) for _ in range(2)]


async def within_a_second(condition):
    end = time.monotonic() + 1.0
    while not condition():
        assert time.monotonic() < end, "it took longer"
        await asyncio.sleep(0.01)


async def test_a_name_given_to_one_replica_is_known_to_all_within_a_second(replicas):
    """Callers reach any of them, through one door."""
    first, second = replicas
    await first.add(MODEL)

    assert first.get("mine") == MODEL

    await within_a_second(lambda: second.get("mine") == MODEL)


async def test_a_name_taken_from_one_replica_is_gone_from_all_within_a_second(replicas):
    """A model that is gone must not be sold on."""
    first, second = replicas
    await first.add(MODEL)
    await within_a_second(lambda: second.get("mine"))
    await second.remove("mine")
    await within_a_second(lambda: first.get("mine") is None)
