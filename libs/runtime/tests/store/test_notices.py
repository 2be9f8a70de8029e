"""What one process changes, others hear of soon."""

import asyncio
from contextlib import aclosing

import pytest

from fleet_runtime.store.notices import LISTENING_PAUSE


async def within(changes, seconds):
    """Return whether something came in time."""
    try:
        await asyncio.wait_for(anext(changes), seconds)
    except TimeoutError:
        return False
    return True


async def test_a_change_is_heard_soon(open_database):
    """By a notice where there are some, by looking often where there are none."""
    ours, theirs = open_database(), open_database()
    async with aclosing(theirs.changes("things")) as changes:
        await anext(changes)  # the first look
        async with ours.begin() as connection:
            await ours.announce(connection, "things")

        assert await within(changes, LISTENING_PAUSE / 2)


async def test_postgres_does_not_have_to_be_asked(open_database, url):
    """A fleet of idle services costs its database nothing."""
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no notices")
    async with aclosing(open_database().changes("things")) as changes:
        await anext(changes)

        assert not await within(changes, 1.5)


async def test_other_topics_are_not_heard(open_database, url):
    """A service has several."""
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no notices")
    database = open_database()
    async with aclosing(database.changes("things")) as changes:
        await anext(changes)
        async with database.begin() as connection:
            await database.announce(connection, "others")

        assert not await within(changes, 0.5)


async def test_it_is_heard_what_a_change_is_about(open_database, url):
    """Else all who wait for something would look again at each change of anything."""
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no notices")
    database = open_database()
    async with aclosing(database.news("things")) as news:
        first = await anext(news)
        async with database.begin() as connection:
            await database.announce(connection, "things", "a")
            await database.announce(connection, "things", "b")
            await database.announce(connection, "things", "a")

        assert ("", {"a", "b"}) == (first, {await anext(news), await anext(news)})
