"""Databases with the service's tables, on Postgres and on SQLite."""

import psycopg
import pytest

from fleet_agents.config import SCHEMA
from fleet_runtime.store import Database, DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.inference_process import running_postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request, tmp_path):
    """Where a database with our tables is."""
    url = f"sqlite:///{tmp_path}/test.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    await bring_up_to_date(DatabaseConfig(url=url), SCHEMA, "fleet_agents.migrations")
    return url


@pytest.fixture
async def database(url):
    database = Database(DatabaseConfig(url=url), SCHEMA)
    yield database
    await database.aclose()
