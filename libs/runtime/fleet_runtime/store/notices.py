"""Hearing at once of what another process changed in the database.

Postgres carries notices between its clients, https://www.postgresql.org/docs/current/sql-notify.html; where there are
none, as with SQLite, one looks often instead.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import psycopg
import structlog
from psycopg import sql
from sqlalchemy import URL

log = structlog.get_logger()

# In seconds: how often to look where no notices come.
PAUSE = 0.5
# In seconds: how often to look where they do. One may be lost with its connection.
LISTENING_PAUSE = 10.0
# In seconds: the longest wait for a connection.
_CONNECT_TIMEOUT = 5


async def ticks() -> AsyncGenerator[str, None]:
    """Yield an empty text every `PAUSE`."""
    while True:
        await asyncio.sleep(PAUSE)
        yield ""


async def notices(url: URL, channel: str) -> AsyncGenerator[str, None]:
    """Yield what each notice on `channel` is about, and when there is nobody to hear of one, every `PAUSE` nothing.

    Holds a connection of its own, and opens a new one when that breaks.
    """
    place = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with aclosing(_heard(place, channel)) as heard:
                async for about in heard:
                    yield about
        except psycopg.OperationalError as error:
            log.warning("store.not_listening", channel=channel, cause=type(error).__name__)
        await asyncio.sleep(PAUSE)
        yield ""


async def _heard(place: str, channel: str) -> AsyncGenerator[str, None]:
    """Yield nothing once now, for what was missed, and every `LISTENING_PAUSE`; else what each notice is about."""
    connection = await psycopg.AsyncConnection.connect(
        place, autocommit=True, connect_timeout=_CONNECT_TIMEOUT
    )
    async with connection:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        yield ""
        while True:
            async with aclosing(
                connection.notifies(timeout=LISTENING_PAUSE, stop_after=1)
            ) as arriving:
                # Those that come together and are about the same are one.
                came = {notice.payload async for notice in arriving}
            for about in came or {""}:
                yield about
