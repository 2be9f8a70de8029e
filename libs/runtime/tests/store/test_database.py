"""Connections to Postgres and to SQLite keep the same promises."""

import asyncio
import time

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fleet_runtime.config import Secret
from fleet_runtime.errors import Unavailable
from fleet_runtime.store import Database, DatabaseConfig

ENDLESS = {
    "postgresql": "SELECT pg_sleep(60)",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT max(i) FROM n",
}


async def one(database, statement="SELECT 1"):
    async with database.begin() as connection:
        return (await connection.execute(text(statement))).scalar_one()


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite:///:memory:", "sqlite://", "nonsense"])
def test_unknown_databases_are_refused_by_the_config(url):
    """A wrong URL must stop the service before it starts."""
    with pytest.raises(ValidationError, match="sqlite:///path"):
        DatabaseConfig(url=url)


async def test_url_may_be_a_secret(monkeypatch, tmp_path):
    """URLs hold passwords, which do not belong in a values file."""
    monkeypatch.setenv("TEST_DATABASE", f"sqlite:///{tmp_path}/folder/test.sqlite")
    database = Database(DatabaseConfig(url=Secret(env="TEST_DATABASE")), "test")
    answer = await one(database)
    await database.aclose()

    assert 1 == answer


async def test_endless_statement_is_ended(open_database, url):
    """One bad query must not hold a connection for ever."""
    database = open_database(statement_timeout=0.3, pool_size=1)
    started = time.monotonic()
    with pytest.raises(Unavailable):
        await one(database, ENDLESS[url.partition(":")[0]])

    assert time.monotonic() - started < 5
    assert 1 == await one(database)


async def test_wait_for_a_connection_is_bounded(open_database):
    """When all connections are taken, callers get an error that they may retry."""
    database = open_database(pool_size=1, pool_timeout=0.1)
    async with database.begin():
        with pytest.raises(Unavailable):
            await one(database)

    assert 1 == await one(database)


async def test_transaction_is_undone_when_its_block_raises(database, schema):
    """Half of a change is worse than none."""
    async with database.begin() as connection:
        await connection.execute(text(f"CREATE TABLE {schema} (i INTEGER)"))

    async def change():
        async with database.begin() as connection:
            await connection.execute(text(f"INSERT INTO {schema} VALUES (1)"))
            raise LookupError

    with pytest.raises(LookupError):
        await change()

    assert 0 == await one(database, f"SELECT count(*) FROM {schema}")


async def test_mistake_is_not_called_an_outage(database):
    """A bug must look like one: retrying it helps nobody."""
    with pytest.raises(DBAPIError):
        await one(database, "SELECT no_such_column FROM no_such_table")


async def test_error_does_not_tell_the_parameters(database):
    """Errors are logged, and parameters are prompts."""
    query = text("SELECT :p FROM no_such_table").bindparams(p="a prompt")
    async with database.begin() as connection:
        with pytest.raises(DBAPIError) as caught:
            await connection.execute(query)

    assert "a prompt" not in str(caught.value)


async def test_many_callers_share_few_connections(open_database):
    """The pool is a bound on the load that a service puts on its database."""
    database = open_database(pool_size=2)

    assert await asyncio.gather(*(one(database) for _ in range(50))) == [1] * 50


async def test_unreachable_database_is_unavailable(tmp_path):
    """An outage of the database reaches callers as 503, not as a bug."""
    database = Database(DatabaseConfig(url="postgresql://x@127.0.0.1:1/x"), "test")
    with pytest.raises(Unavailable):
        await one(database)
    await database.aclose()


async def test_transaction_that_was_idle_for_too_long_is_unavailable(open_database, url):
    """A process that was paused must not hold locks for ever, nor take it for a bug when it goes on."""
    if url.startswith("sqlite"):
        pytest.skip("SQLite ends no transactions")
    database = open_database()

    async def pause():
        async with database.begin() as connection:
            await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 50"))
            await asyncio.sleep(0.2)  # what it is about
            await connection.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        await pause()

    assert "1min" == await one(database, "SHOW idle_in_transaction_session_timeout")
