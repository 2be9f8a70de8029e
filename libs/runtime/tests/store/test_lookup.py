"""A row that is looked up is the one that a transaction would find, whatever the database."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Text, bindparam, insert, select
from sqlalchemy.exc import DBAPIError

from fleet_runtime.errors import Unavailable
from fleet_runtime.store import Database, DatabaseConfig

ROWS = Table(
    "lookup_rows",
    MetaData(),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("number", Integer),
    Column("done", Boolean, nullable=False),
)
QUERY = select(ROWS.c.name, ROWS.c.done, ROWS.c.number).where(
    ROWS.c.kind == "a", ROWS.c.name == bindparam("wanted")
)
SEVERAL = select(ROWS.c.name).where(ROWS.c.done == bindparam("done"))
FIRST = {"kind": "a", "name": "first", "number": None, "done": True}


@pytest.fixture
async def rows(database, url):
    """A table with rows of two kinds."""
    async with database.begin() as connection:
        await connection.run_sync(ROWS.metadata.drop_all)
        await connection.run_sync(ROWS.metadata.create_all)
        await connection.execute(insert(ROWS), [FIRST, FIRST | {"kind": "b", "done": False}])
    return database


async def add(database, name):
    async with database.begin() as connection:
        await connection.execute(insert(ROWS).values(FIRST | {"name": name, "number": 7}))


async def test_a_row_is_as_a_transaction_has_it(rows):
    """Types count: SQLite keeps booleans as numbers."""
    found = await rows.lookup(QUERY)(wanted="first")

    assert ["first", True, None] == list(found)
    assert found[1] is True


async def test_what_is_not_there_is_nothing(rows):
    """Callers say in their own words what is missing."""
    assert await rows.lookup(QUERY)(wanted="second") is None


async def test_what_another_process_wrote_is_seen_at_once(rows, open_database):
    """Replicas share a database: what one has answered for, all know."""
    mine = rows.lookup(QUERY)
    before = [await mine(wanted="more") for _ in range(3)]
    await add(open_database(), "more")

    assert [None] * 3 == before
    assert ["more", True, 7] == list(await mine(wanted="more"))


async def test_a_lookup_within_anothers_transaction_sees_nothing_of_it(rows, open_database):
    """What is not committed may never be."""
    lookup = rows.lookup(QUERY)
    async with open_database().begin() as connection:
        await connection.execute(insert(ROWS).values(FIRST | {"name": "more"}))

        assert await lookup(wanted="more") is None
        assert "first" == (await lookup(wanted="first"))[0]


async def test_a_mistake_looks_like_one(rows):
    """As it does in a transaction."""
    wrong = select(Table("no_such_table", MetaData(), Column("x", Text)))
    with pytest.raises(DBAPIError):
        await rows.lookup(wrong)()


async def test_an_outage_is_unavailable():
    """Not a bug."""
    database = Database(DatabaseConfig(url="postgresql://x@127.0.0.1:1/x"), "test")
    with pytest.raises(Unavailable):
        await database.lookup(QUERY)(wanted="first")
    await database.aclose()


async def test_lookups_do_not_keep_the_log_from_being_cut(rows, url):
    """SQLite's log grows as long as somebody reads an old state of the file."""
    if not url.startswith("sqlite"):
        pytest.skip("Postgres has no such log")
    for name in ("second", "third", "fourth"):
        await add(rows, name)
    await rows.lookup(SEVERAL)(done=True)
    await add(rows, "more")
    other = sqlite3.connect(url.removeprefix("sqlite:///"))
    [is_busy, left, _] = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    other.close()

    assert (0, 0) == (is_busy, left)


async def test_a_locked_file_is_waited_for(tmp_path):
    """Whoever repairs or copies the file locks it for a moment; the event loop goes on meanwhile."""
    path = tmp_path / "locked.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE lookup_rows (kind, name, number, done)")
    other.execute("INSERT INTO lookup_rows VALUES ('a', 'first', 1, 1)")
    other.execute("BEGIN EXCLUSIVE")
    database = Database(DatabaseConfig(url=f"sqlite:///{path}"), "test")
    looking = asyncio.create_task(database.lookup(QUERY)(wanted="first"))
    done, _ = await asyncio.wait([looking], timeout=0.1)
    other.execute("COMMIT")
    other.close()

    assert not done
    assert ["first", True, 1] == list(await looking)
    await database.aclose()
