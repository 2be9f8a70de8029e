"""Pages of a list are exact, whatever is added to the list meanwhile."""

import asyncio

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select

from fleet_runtime.errors import InvalidArgument
from fleet_runtime.store import PageRequest
from fleet_runtime.store.paging import page_of, select_page


@pytest.fixture
async def table(database, schema):
    table = Table(
        schema,
        MetaData(),
        Column("owner", Text),
        Column("created", Integer),
        Column("id", Text),
    )
    async with database.begin() as connection:
        await connection.run_sync(table.create)
    return table


async def add(database, table, *rows, owner="me"):
    async with database.begin() as connection:
        values = [{"owner": owner, "created": created, "id": id_} for created, id_ in rows]
        await connection.execute(insert(table), values)


async def read(database, table, request, owner="me"):
    async with database.begin() as connection:
        scope = select(table).where(table.c.owner == owner)
        page = await select_page(connection, scope, (table.c.created, table.c.id), request)
    return [row.id for row in page.items], page.has_more


async def read_all(database, table, order, limit):
    after, has_more = None, True
    while has_more:
        ids, has_more = await read(database, table, PageRequest(after, limit, order))
        for id_ in ids:
            yield id_
        after = ids[-1]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_pages_put_together_are_the_list(database, table, limit):
    """Rows of the same second are told apart by their ids."""
    await add(database, table, (1, "b"), (1, "a"), (2, "B"), (0, "z"), (1, "c"))
    ascending = [id_ async for id_ in read_all(database, table, "asc", limit)]
    descending = [id_ async for id_ in read_all(database, table, "desc", limit)]

    assert ["z", "a", "b", "c", "B"] == ascending
    assert ascending[::-1] == descending


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_the_way_back_has_the_same_pages(database, table, limit, order):
    """Lists are read in both directions, and look the same from either side."""
    await add(database, table, (1, "b"), (1, "a"), (2, "B"), (0, "z"), (1, "c"), (1, "d"))
    forth = [await read(database, table, PageRequest(None, limit, order))]
    while forth[-1][1]:
        forth.append(await read(database, table, PageRequest(forth[-1][0][-1], limit, order)))
    back = [forth[-1][0]]
    has_more = True
    while has_more:
        request = PageRequest(limit=limit, order=order, before=back[-1][0])
        ids, has_more = await read(database, table, request)
        back.append(ids)

    assert [ids for ids, _ in forth] == back[::-1]


async def test_nothing_is_before_the_first(database, table):
    """Going back ends there."""
    await add(database, table, (1, "a"), (2, "b"))

    assert ([], False) == await read(database, table, PageRequest(order="asc", before="a"))


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_rows_added_meanwhile_move_no_other(database, table, order):
    """Who reads page by page must see each row that was there, and none twice."""
    first = [(second, f"old-{number}") for number, second in enumerate(range(0, 200, 2))]
    await add(database, table, *first)

    async def write():
        for number in range(100):
            await add(database, table, (2 * number + 1, f"new-{number}"))

    writing = asyncio.create_task(write())
    seen = [id_ async for id_ in read_all(database, table, order, 7)]
    await writing

    assert len(set(seen)) == len(seen)
    assert {id_ for _, id_ in first} <= set(seen)


async def test_deleted_rows_move_no_other(database, table):
    """Offsets would skip a row here."""
    await add(database, table, (1, "a"), (2, "b"), (3, "c"), (4, "d"))
    await read(database, table, PageRequest(limit=2, order="asc"))
    async with database.begin() as connection:
        await connection.execute(table.delete().where(table.c.id == "a"))

    assert (["c", "d"], False) == await read(database, table, PageRequest("b", 2, "asc"))


async def test_empty_list_has_one_empty_page(database, table):
    """The first call of every client."""
    assert ([], False) == await read(database, table, PageRequest())


@pytest.mark.parametrize("name", ["after", "before"])
async def test_unknown_cursor_is_refused(database, table, name):
    """An empty page would tell the caller that the list ends here."""
    await add(database, table, (1, "a"))
    with pytest.raises(InvalidArgument, match="'zz'") as caught:
        await read(database, table, PageRequest(**{name: "zz"}))

    assert name == caught.value.param


def test_two_cursors_are_refused():
    """Which of them a caller means is anybody's guess."""
    with pytest.raises(InvalidArgument, match="leave") as caught:
        PageRequest(after="a", before="b")

    assert "before" == caught.value.param


@pytest.mark.parametrize("name", ["after", "before"])
async def test_cursor_of_another_owner_is_unknown(database, table, name):
    """A cursor must not tell when somebody else's row was made."""
    await add(database, table, (1, "a"), owner="somebody")
    await add(database, table, (2, "b"))
    with pytest.raises(InvalidArgument):
        await read(database, table, PageRequest(**{name: "a"}))


def test_some_lists_have_larger_pages():
    """How many items a page may have differs from API to API."""
    assert 1000 == PageRequest(limit=1000, largest=1000).limit
    with pytest.raises(InvalidArgument, match="between 1 and 1000"):
        PageRequest(limit=1001, largest=1000)


@pytest.mark.parametrize(
    ("field", "value"), [("limit", 0), ("limit", 101), ("limit", -1), ("order", "up")]
)
def test_impossible_requests_are_refused(field, value):
    """The error names the field that is wrong."""
    with pytest.raises(InvalidArgument) as caught:
        PageRequest(**{field: value})

    assert field == caught.value.param


@pytest.mark.parametrize(
    ("request_", "items", "has_more"),
    [
        (PageRequest(order="asc", limit=2), ["0", "1"], True),
        (PageRequest(order="desc", limit=2), ["2", "1"], True),
        (PageRequest("1", order="asc"), ["2"], False),
        (PageRequest("1", order="desc"), ["0"], False),
        (PageRequest("2", order="asc"), [], False),
        (PageRequest(order="asc", before="2", limit=1), ["1"], True),
        (PageRequest(order="asc", before="2"), ["0", "1"], False),
        (PageRequest(order="desc", before="0"), ["2", "1"], False),
    ],
)
def test_pages_of_a_list_in_memory_are_the_same(request_, items, has_more):
    """Messages of one completion are paged like completions."""
    page = page_of(["0", "1", "2"], str, request_)

    assert (items, has_more) == (page.items, page.has_more)
