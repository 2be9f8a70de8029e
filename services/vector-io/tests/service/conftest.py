"""A vector-io service in this process, over SQLite and sqlite-vec, with real gRPC servers for its neighbours."""

from contextlib import AsyncExitStack

import pytest

from fleet.vector_io.v1.operations import (
    LegacyVectorServiceClient,
    VectorIoServiceClient,
    VectorStoreServiceClient,
)
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.config import validate
from fleet_runtime.serve import serving
from fleet_runtime.store import Database
from fleet_runtime.store.migrate import migrate
from fleet_testing.vector_io_neighbours import CHAT, EMBEDDER, RERANKER, Neighbours, running
from fleet_vector_io.__main__ import services
from fleet_vector_io.config import SCHEMA, ServiceConfig


class Clients:
    """Ways to call a service."""

    def __init__(self, channel):
        self.stores = VectorStoreServiceClient(channel)
        self.native = VectorIoServiceClient(channel)
        self.legacy = LegacyVectorServiceClient(channel)


@pytest.fixture
def call():
    return Call("/test")


@pytest.fixture
async def neighbours(monkeypatch):
    known = Neighbours()
    async with running(known) as addresses:
        monkeypatch.setenv("FLEET_ADDRESSES", addresses)
        yield known


@pytest.fixture
def config(tmp_path):
    return {
        "providers": [
            {
                "id": "sqlite",
                "type": "inline::sqlite-vec",
                "config": {"db_path": str(tmp_path / "chunks.db")},
            }
        ],
        "store": {"database": {"url": f"sqlite:///{tmp_path}/state.db"}},
        "default_embedding_model": EMBEDDER,
        "contextual": {"model": CHAT},
        "search": {"default_reranker_model": RERANKER, "rewrite": {"model": CHAT}},
        "ingestion": {"lease_seconds": 1.5, "wait_seconds": 20},
        "sweep_seconds": 0.2,
    }


@pytest.fixture
async def replicas(neighbours, config):
    """The replicas that run, each with what ends it."""
    running = {}
    yield running
    for stack in running.values():
        await stack.aclose()


@pytest.fixture
async def start(replicas, config):
    """Start one more replica of the service, and return ways to call it; what it is may be changed by `config`."""

    async def started():
        settings = validate(ServiceConfig, config)
        database = Database(settings.store.database, SCHEMA)
        await migrate(database, "fleet_vector_io.migrations")
        await database.aclose()
        stack = AsyncExitStack()
        bound = await stack.enter_async_context(services(settings))
        address = await stack.enter_async_context(serving(bound))
        channel = Channel("vector-io", at=address)
        stack.push_async_callback(channel.aclose)
        clients = Clients(channel)
        replicas[clients] = stack
        return clients

    return started


@pytest.fixture
def stopped(replicas):
    """Stop a replica."""

    async def stop(clients):
        await replicas.pop(clients).aclose()

    return stop


@pytest.fixture
async def fleet(start):
    return await start()
