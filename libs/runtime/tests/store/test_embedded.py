"""The embedded Postgres survives what happens to processes on a laptop."""

import os
import signal
import socket
import stat

import psycopg
import pytest
from sqlalchemy import text

from fleet_runtime.errors import Unavailable
from fleet_runtime.postgres.embedded import EmbeddedPostgres
from fleet_runtime.store import Database, DatabaseConfig

pytestmark = pytest.mark.slow


@pytest.fixture
def own(new_postgres, tmp_path):
    """A Postgres for one test, to be killed."""
    postgres = new_postgres(tmp_path / "data")
    postgres.start()
    postgres.wait_until_ready()
    return postgres


def fetch(postgres, query):
    with psycopg.connect(postgres.url) as connection:
        return connection.execute(query).fetchone()[0]


async def execute(database, statement):
    async with database.begin() as connection:
        return await connection.execute(text(statement))


async def test_killed_postgres_comes_back_and_the_pool_with_it(own):
    """A service must outlive its database without a restart; what was committed stays."""
    database = Database(DatabaseConfig(url=own.url), "public")
    await execute(database, "CREATE TABLE kept AS SELECT 42 AS n")
    os.kill(own.pid(), signal.SIGKILL)

    assert 1 == own.process.wait(30)

    with pytest.raises(Unavailable):
        await execute(database, "SELECT 1")
    own.start()
    own.wait_until_ready()
    answer = (await execute(database, "SELECT n FROM kept")).scalar_one()
    await database.aclose()

    assert 42 == answer


async def test_pool_notices_a_restart_before_a_caller_does(own):
    """Connections that died while nobody used them must fail no call."""
    database = Database(DatabaseConfig(url=own.url), "public")
    await execute(database, "SELECT 1")
    own.stop()
    own.start()
    own.wait_until_ready()
    answer = (await execute(database, "SELECT 1")).scalar_one()
    await database.aclose()

    assert 1 == answer


def test_postgres_ends_with_its_parent(own):
    """No Postgres may stay behind when the launcher is killed, and the next start must work."""
    own.process.kill()
    own.process.wait(30)
    own.start()
    own.wait_until_ready()

    assert 1 == fetch(own, "SELECT 1")


def test_sigterm_stops_at_once_though_clients_are_connected(own):
    """Postgres' own answer to SIGTERM is to wait for its clients."""
    with psycopg.connect(own.url) as client:
        client.execute("SELECT 1")

        assert 0 == own.stop()

        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT 1")

    assert not (own.data / "cluster/postmaster.pid").exists()


def test_second_start_waits_for_the_first_to_end(own, new_postgres):
    """Two Postgres over one folder would destroy it."""
    second = new_postgres(own.data)
    first_pid = own.pid()
    second.start()

    assert first_pid == own.pid()
    assert 0 == own.stop()

    second.wait_until_ready()

    assert second.pid() not in (0, first_pid)
    assert second.process.poll() is None


async def test_interrupted_creation_starts_over(tmp_path):
    """Half a cluster is none."""
    half = tmp_path / "data/cluster.half"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    embedded = EmbeddedPostgres(tmp_path / "data")
    async with embedded.running():
        assert 1 == fetch(embedded, "SELECT 1")

    assert not half.exists()


def test_services_are_no_superusers_and_have_vectors(postgres):
    """Only a superuser may add pgvector, so it is there before anyone asks."""
    assert "off" == fetch(postgres, "SELECT current_setting('is_superuser')")
    assert 1 == fetch(postgres, "SELECT '[1,2]'::vector <-> '[1,3]'::vector")


def test_socket_is_closed_to_other_users(postgres):
    """Who reaches the socket is let in without a password."""
    folder = (postgres.data / "sockets").stat()

    assert 0o700 == stat.S_IMODE(folder.st_mode)


async def test_port_asks_for_the_password(new_postgres, tmp_path):
    """Every user of the machine reaches loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    postgres = new_postgres(tmp_path / "data", port)
    postgres.start()
    postgres.wait_until_ready()

    assert 1 == fetch(postgres, "SELECT 1")
    assert 0o600 == stat.S_IMODE((tmp_path / "data/passwords").stat().st_mode)
    with pytest.raises(psycopg.OperationalError, match="no password"):
        psycopg.connect(f"postgresql://fleet@127.0.0.1:{port}/fleet?passfile=/nowhere")


def test_too_long_a_path_is_refused(tmp_path):
    """Postgres' own message does not say what would help."""
    with pytest.raises(ValueError, match="choose a shorter"):
        EmbeddedPostgres(tmp_path / ("x" * 100))
