"""The whole batches service in this process, before a model that repeats what it is told, on Postgres and on SQLite."""

import asyncio
import json
import shutil
import time
from contextlib import asynccontextmanager

import psycopg
import pytest
import structlog

from fleet.batches.v1 import messages as m
from fleet.batches.v1.operations import BatchServiceClient
from fleet_batches.__main__ import services
from fleet_batches.config import JOBS, SCHEMA, ServiceConfig
from fleet_batches.tables import METADATA
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError
from fleet_runtime.jobs import JobQueue
from fleet_runtime.serve import serving
from fleet_runtime.store import Database, DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.batches_neighbours import BatchesNeighbours, chat_line, jsonl, running
from fleet_testing.inference_process import inference_process, running_postgres
from fleet_testing.rest_face import RestFace

PATIENCE, PAUSE = 60.0, 0.05
ENDED = ("completed", "failed", "expired", "cancelled")
CHAT = "/v1/chat/completions"


@pytest.fixture(scope="session", autouse=True)
def quiet():
    """A line for each call is more work than the call."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("warning"))
    yield
    structlog.reset_defaults()


def with_tables(url):
    """Return the URL of a database once our tables are in it."""
    asyncio.run(bring_up_to_date(DatabaseConfig(url=url), SCHEMA, "fleet_batches.migrations"))
    return url


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield with_tables(url)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory):
    """A file with empty tables."""
    file = tmp_path_factory.mktemp("sqlite") / "empty.sqlite"
    with_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request, tmp_path):
    """Where a database with our tables is, which are empty."""
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("sqlite"), tmp_path / "test.sqlite")
        return f"sqlite:///{copied}"
    url = request.getfixturevalue("postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        tables = ", ".join(f"{SCHEMA}.{name}" for name in (*METADATA.tables, JOBS))
        connection.execute(f"TRUNCATE {tables}")
    return url


@pytest.fixture
async def database(url):
    database = Database(DatabaseConfig(url=url), SCHEMA)
    yield database
    await database.aclose()


@pytest.fixture
def queue(database):
    return JobQueue(database, JOBS)


@pytest.fixture
async def neighbours(monkeypatch):
    """What the service asks."""
    neighbours = BatchesNeighbours()
    async with running(neighbours) as addresses:
        monkeypatch.setenv("FLEET_ADDRESSES", addresses)
        yield neighbours


@pytest.fixture
def settings(url, neighbours):
    """Return the config of a service; what is given is about its work. Leases outlast any pause of this machine."""

    def settings(limits=None, agents="agents", **work):
        return {
            "store": {"database": {"url": url}},
            "agents": agents,
            "limits": limits or {},
            "work": {"lease_seconds": 600.0} | work,
        }

    return settings


class Batches:
    """A service, by both of its faces, and the files beside it."""

    def __init__(self, channel, neighbours):
        self.service = BatchServiceClient(channel)
        self.rest = RestFace(channel.grpc, "fleet.batches.v1.BatchService")
        self.neighbours = neighbours

    async def create(self, *lines, endpoint=CHAT, window="24h", metadata=(), data=None, **more):
        """Create a batch of these lines."""
        file_id = self.neighbours.files.keep(jsonl(lines) if data is None else data)
        request = m.CreateBatchRequest(
            input_file_id=file_id, endpoint=endpoint, completion_window=window, **more
        )
        return await self.service.create_batch(request, Call("/m", metadata))

    async def get(self, batch_id):
        return await self.service.get_batch(m.GetBatchRequest(batch_id=batch_id), Call("/m"))

    async def cancel(self, batch_id):
        return await self.service.cancel_batch(m.CancelBatchRequest(batch_id=batch_id), Call("/m"))

    async def list(self, **fields):
        return await self.service.list_batches(m.ListBatchesRequest(**fields), Call("/m"))

    async def ended(self, batch, patience=PATIENCE):
        """Return a batch when it has ended."""
        return await self.reached(batch, *ENDED, patience=patience)

    async def reached(self, batch, *states, patience=PATIENCE):
        """Return a batch when it is in one of these states."""
        end = time.monotonic() + patience
        while (batch := await self.get(batch.id)).status not in states:
            assert time.monotonic() < end, batch
            await asyncio.sleep(PAUSE)
        return batch

    async def counted(self, batch, number):
        """Return a batch when so many of its lines are answered."""
        end = time.monotonic() + PATIENCE
        while (batch := await self.get(batch.id)).request_counts.completed < number:
            assert time.monotonic() < end, batch
            await asyncio.sleep(PAUSE)
        return batch

    async def run(self, *lines, **fields):
        """Return a batch of these lines when it has ended."""
        return await self.ended(await self.create(*lines, **fields))

    def written(self, file_id):
        """Return the lines of a file, in their order."""
        data = self.neighbours.files.kept[file_id]
        assert data.endswith(b"\n")
        return [json.loads(each) for each in data.splitlines()]

    def output(self, batch):
        return self.written(batch.output_file_id) if batch.output_file_id else []

    def errors(self, batch):
        return self.written(batch.error_file_id) if batch.error_file_id else []

    async def answers(self):
        """Wait until the service can be reached."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return await self.list()
            except FleetError:
                assert time.monotonic() < end
                await asyncio.sleep(0.05)


@pytest.fixture
def starts(settings, neighbours):
    """Return what starts a service, for as long as a block runs."""

    @asynccontextmanager
    async def starts(**more):
        config = ServiceConfig.model_validate(settings(**more))
        async with services(config) as bound, serving(bound) as address:
            channel = Channel("batches", at=address)
            try:
                yield Batches(channel, neighbours)
            finally:
                await channel.aclose()

    return starts


@pytest.fixture
async def batches(starts):
    """A service that runs."""
    async with starts() as batches:
        yield batches


@pytest.fixture
def dying(settings, neighbours, tmp_path, monkeypatch):
    """Return what starts a service in a process of its own, which can be killed, for as long as a block runs."""

    @asynccontextmanager
    async def dying(**more):
        monkeypatch.setenv("FLEET_LOG_LEVEL", "warning")
        with inference_process(settings(**more), tmp_path, package="fleet_batches") as process:
            channel = Channel("batches", at=process.address)
            try:
                batches = Batches(channel, neighbours)
                await batches.answers()
                yield process, batches
            finally:
                await channel.aclose()

    return dying


@pytest.fixture
def until():
    """Wait for what another task or process does."""

    async def until(claim, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not claim():
            assert time.monotonic() < end
            await asyncio.sleep(0.005)

    return until


@pytest.fixture
def some_lines():
    """Return so many lines, each with a text of its own."""

    def some_lines(count, model="chat"):
        return [chat_line(f"n{n}", f"hello {n}", model) for n in range(count)]

    return some_lines
