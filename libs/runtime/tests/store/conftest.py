"""A real Postgres for the whole session, and the same tests over SQLite."""

import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import psycopg
import pytest

from fleet_runtime.postgres.embedded import EmbeddedPostgres
from fleet_runtime.store import Database, DatabaseConfig

schemas = (f"test_{number}" for number in count())


class Postgres:
    """The embedded Postgres as the launcher runs it: a process."""

    def __init__(self, data: Path, port: int | None = None) -> None:
        self.data = data
        self.port = port
        self.url = EmbeddedPostgres(data, port).url

    def start(self) -> None:
        module = [sys.executable, "-m", "fleet_runtime.postgres.embedded", "--data", str(self.data)]
        self.process = subprocess.Popen(
            [*module, *(["--port", str(self.port)] if self.port else [])]
        )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                return psycopg.connect(self.url, connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self) -> int:
        """Stop it if it runs, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def pid(self) -> int:
        return int((self.data / "cluster/postmaster.pid").read_text().split()[0])


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """The one that most tests share."""
    postgres = Postgres(tmp_path_factory.mktemp("postgres"))
    postgres.start()
    postgres.wait_until_ready()
    yield postgres
    postgres.stop()


@pytest.fixture
def new_postgres():
    """Makes Postgres for one test, and stops those that it left running."""
    made = []

    def make(*args):
        made.append(Postgres(*args))
        return made[-1]

    yield make
    for postgres in made:
        postgres.stop()


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request, tmp_path):
    """Where an empty database is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/test.sqlite"
    return request.getfixturevalue("postgres").url


@pytest.fixture
def schema():
    return next(schemas)


@pytest.fixture
async def open_database(url, schema):
    """Opens any number of databases over the one place."""
    opened = []

    def open_(**settings):
        opened.append(Database(DatabaseConfig(url=url, **settings), schema))
        return opened[-1]

    yield open_
    for database in opened:
        await database.aclose()


@pytest.fixture
def database(open_database):
    return open_database()
