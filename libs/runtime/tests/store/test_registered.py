"""Things that callers register under names, kept in this process and in a database."""

import pytest
from sqlalchemy import Column, MetaData, Table, Text

from fleet_runtime.errors import Conflict
from fleet_runtime.store.owners import METADATA
from fleet_runtime.store.registered import (
    InDatabase,
    InMemory,
    Rows,
    first_and_registered,
    register,
)


@pytest.fixture
async def in_database(database, schema):
    """Pairs of a name and a colour, in a table of their own."""
    table = Table(
        schema,
        MetaData(),
        Column("tenant", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("colour", Text),
    )
    async with database.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        await connection.run_sync(table.create)
        await connection.run_sync(METADATA.create_all)
    rows = Rows(
        table,
        lambda thing: dict(zip(("id", "colour"), thing, strict=True)),
        lambda row: (row.id, row.colour),
        (table.c.id,),
    )
    return InDatabase(database, rows)


@pytest.fixture(params=["memory", "database"])
def kept(request, in_database):
    return in_database if request.param == "database" else InMemory(lambda thing: thing[0])


async def test_what_is_added_is_there_by_its_name_until_it_is_removed(kept):
    assert await kept.add(("b", "red"))
    assert await kept.add(("a", "blue"))

    assert {"a": ("a", "blue"), "b": ("b", "red")} == await kept.all()
    assert ("a", "blue") == await kept.get("a")
    assert await kept.remove("a")
    assert None is await kept.get("a")
    assert not await kept.remove("a")


async def test_a_name_stands_for_one_thing(kept):
    """To say the same again is no mistake: callers try again."""
    await register(kept, "a", ("a", "blue"), Conflict)
    await register(kept, "a", ("a", "blue"), Conflict)

    with pytest.raises(Conflict, match="a"):
        await register(kept, "a", ("a", "red"), Conflict)
    assert ("a", "blue") == await kept.get("a")


def test_those_of_the_config_come_first_and_win():
    found = first_and_registered({"b": 1, "a": 2}, {"c": 3, "a": 4})

    assert [("b", 1), ("a", 2), ("c", 3)] == list(found.items())
