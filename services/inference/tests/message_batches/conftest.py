"""Services that keep message batches, on Postgres and on SQLite, before a fake model server."""

from contextlib import asynccontextmanager

import psycopg
import pytest

from fleet_inference.__main__ import services
from fleet_inference.config import SCHEMA, ServiceConfig
from fleet_inference.dialects.anthropic import BatchStore
from fleet_runtime.clients import Channel
from fleet_runtime.serve import serving
from fleet_runtime.store import Database, DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.batch_client import BatchClient
from fleet_testing.inference_process import running_postgres
from fleet_testing.openai_upstream import openai_upstream


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["postgresql", "sqlite"])
async def url(request, tmp_path):
    """Where a database with our tables is."""
    url = f"sqlite:///{tmp_path}/test.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    await bring_up_to_date(DatabaseConfig(url=url), SCHEMA, "fleet_inference.migrations")
    return url


@pytest.fixture
async def upstream():
    async with openai_upstream() as running:
        yield running


@pytest.fixture
def settings(url, upstream):
    """Return the config of a service; what is given is about its batches. Leases outlast any pause of this machine."""

    def settings(statement_timeout=10.0, **batches):
        place = {"id": "remote", "type": "remote::openai", "config": {"base_url": upstream.url}}
        database = {"url": url, "statement_timeout": statement_timeout}
        batches = {"lease_seconds": 600.0} | batches
        return {
            "providers": [place],
            "store": {"database": database, "message_batches": batches},
        }

    return settings


@pytest.fixture
def replica(settings):
    """Run a whole service in this process, and yield a client of its batches."""

    @asynccontextmanager
    async def replica(**config):
        checked = ServiceConfig.model_validate(settings(**config))
        async with services(checked) as bound, serving(bound) as address:
            channel = Channel("inference", at=address)
            try:
                yield BatchClient(channel)
            finally:
                await channel.aclose()

    return replica


@pytest.fixture
async def client(replica):
    async with replica() as client:
        yield client


@pytest.fixture
async def database(url):
    database = Database(DatabaseConfig(url=url), SCHEMA)
    yield database
    await database.aclose()


@pytest.fixture
def store(database):
    return BatchStore(database, window=1)
