"""Migrations bring any database to the newest version, once."""

import asyncio
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fleet_runtime.errors import Unavailable
from fleet_runtime.postgres.embedded import EmbeddedPostgres
from fleet_runtime.store import Database, DatabaseConfig
from fleet_runtime.store.migrate import migrate

SCRIPT = """
import sqlalchemy as sa
from alembic import op

revision = {revision!r}
down_revision = {before!r}


def upgrade():
    {body}
"""
TABLE = """
    op.create_table("things", sa.Column("id", sa.Integer))
    op.execute("INSERT INTO things VALUES (1)")
"""


packages = count()


class Scripts:
    """A package of revisions."""

    def __init__(self, folder):
        self.folder = folder
        self.package = folder.name

    def write(self, revision, body=TABLE, before=None):
        script = SCRIPT.format(revision=revision, before=before, body=body)
        self.folder.joinpath(f"v{revision}.py").write_text(script)
        return self.package


@pytest.fixture
def new_scripts(tmp_path, monkeypatch):
    """Makes packages of revisions that can be imported."""
    monkeypatch.syspath_prepend(tmp_path)

    def make():
        folder = tmp_path / f"migrations_{next(packages)}"
        folder.mkdir()
        folder.joinpath("__init__.py").touch()
        return Scripts(folder)

    return make


@pytest.fixture
def scripts(new_scripts):
    return new_scripts()


async def things(database):
    async with database.begin() as connection:
        return (await connection.execute(text("SELECT count(*) FROM things"))).scalar_one()


async def test_second_run_does_nothing(database, scripts):
    """The hook runs at every deployment."""
    package = scripts.write("1")
    await migrate(database, package)
    await migrate(database, package)

    assert 1 == await things(database)


async def test_only_what_is_missing_runs(database, scripts):
    """An upgrade starts from what the release before left."""
    await migrate(database, scripts.write("1"))
    await migrate(
        database, scripts.write("2", 'op.execute("INSERT INTO things VALUES (2)")', before="1")
    )

    assert 2 == await things(database)


async def test_two_at_once_run_it_once(open_database, scripts):
    """Pods of one Deployment start together."""
    package = scripts.write("1")
    databases = [open_database() for _ in range(4)]
    await asyncio.gather(*(migrate(database, package) for database in databases))

    assert 1 == await things(databases[0])


async def test_failed_migration_leaves_nothing(database, scripts):
    """After a failure the old version still fits, and the next try starts clean."""
    package = scripts.write("1")
    scripts.write("2", 'op.execute("SELECT no_such_column FROM things")', before="1")
    with pytest.raises(DBAPIError):
        await migrate(database, package)
    scripts.write("2", "pass", before="1")
    await migrate(database, package)

    assert 1 == await things(database)


async def test_newer_database_is_refused(database, new_scripts):
    """Code of the release before must not write to tables it does not know."""
    await migrate(database, new_scripts().write("1"))
    with pytest.raises(RuntimeError, match=r"newer release.*'1'"):
        await migrate(database, new_scripts().package)


async def test_services_do_not_share_versions(scripts, schema, postgres):
    """Each service migrates by itself, in a schema of its own."""
    package = scripts.write("1")
    counts = []
    for name in (f"{schema}_a", f"{schema}_b"):
        database = Database(DatabaseConfig(url=postgres.url), name)
        await migrate(database, package)
        counts.append(await things(database))
        await database.aclose()

    assert [1, 1] == counts


async def test_migration_waits_for_the_database_to_start(tmp_path, scripts):
    """Nothing orders the start of pods."""
    embedded = EmbeddedPostgres(tmp_path / "late")
    database = Database(DatabaseConfig(url=embedded.url), "test")
    migrating = asyncio.create_task(migrate(database, scripts.write("1")))
    async with embedded.running():
        await migrating
        count = await things(database)
        await database.aclose()

    assert 1 == count


async def test_wait_for_the_database_ends(scripts):
    """A database that never comes must fail the deployment, not hang it."""
    database = Database(DatabaseConfig(url="postgresql://x@127.0.0.1:1/x"), "test")
    with pytest.raises(Unavailable):
        await migrate(database, "alembic", patience=0.3)
    await database.aclose()
