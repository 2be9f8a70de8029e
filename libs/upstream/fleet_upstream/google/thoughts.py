"""What Google's models want back of earlier turns, kept in a database that all replicas share."""

import asyncio
import time
from collections.abc import Iterable, Mapping

import msgspec
import structlog
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, delete, select

from fleet_runtime.errors import Unavailable
from fleet_runtime.store import Database, DatabaseConfig
from fleet_runtime.store.migrate import migrate
from fleet_runtime.store.rows import insert_into
from fleet_upstream.native.thoughts import Thoughts, ThoughtsInMemory

SCHEMA = "thoughts"
"""The Postgres schema of the table, which is made when it is first needed."""
KEPT_FOR = 7 * 86400
"""How long a conversation may rest, in seconds."""

_MIGRATIONS = "fleet_upstream.google.migrations"
# In seconds: how long a call waits for a database that is not there.
_PATIENCE = 1.0
# In seconds: how often what is too old is removed.
_PAUSE = 3600.0

_THOUGHTS = Table(
    "thought_signatures",
    MetaData(),
    Column("call_id", Text, primary_key=True),
    Column("text", Text),
    Column("kept_at", BigInteger),
)
_OF = _THOUGHTS.c

log = structlog.get_logger()


def opened(config: DatabaseConfig | None) -> Thoughts:
    """Return what keeps thoughts: in memory, unless a database is named."""
    return ThoughtsInDatabase(Database(config, SCHEMA)) if config else ThoughtsInMemory()


class ThoughtsInDatabase:
    """Keeps thoughts in one table. No answer fails for it: a database that is away is logged, and all is forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._ready = False
        self._cleaned = 0.0

    async def keep(self, texts: Mapping[str, msgspec.Raw]) -> None:
        """Keep each of `texts` by its id."""
        if not texts:
            return
        try:
            await self._prepare()
            await self._insert(texts)
        except Unavailable as error:
            log.warning("thoughts.not_kept", cause=str(error))

    async def recall(self, ids: Iterable[str]) -> dict[str, msgspec.Raw]:
        """Return what is kept of `ids`."""
        wanted = list(ids)
        if not wanted:
            return {}
        try:
            await self._prepare()
            query = select(_OF.call_id, _OF.text).where(_OF.call_id.in_(wanted))
            async with self._database.begin() as connection:
                found = await connection.execute(query)
                return {name: msgspec.Raw(text.encode()) for name, text in found}
        except Unavailable as error:
            log.warning("thoughts.not_recalled", cause=str(error))
            return {}

    async def aclose(self) -> None:
        """Close all connections."""
        await self._database.aclose()

    async def _prepare(self) -> None:
        """Make the table, once."""
        async with self._turn:
            if not self._ready:
                await migrate(self._database, _MIGRATIONS, patience=_PATIENCE)
                self._ready = True

    async def _insert(self, texts: Mapping[str, msgspec.Raw]) -> None:
        now = int(time.time())
        rows = [
            {"call_id": name, "text": bytes(text).decode(), "kept_at": now}
            for name, text in texts.items()
        ]
        async with self._database.begin() as connection:
            insert = insert_into(_THOUGHTS, connection.dialect.name)
            again = insert.on_conflict_do_update(
                index_elements=[_OF.call_id],
                set_={"text": insert.excluded.text, "kept_at": insert.excluded.kept_at},
            )
            await connection.execute(again, rows)
            if time.monotonic() - self._cleaned > _PAUSE:
                self._cleaned = time.monotonic()
                await connection.execute(delete(_THOUGHTS).where(_OF.kept_at < now - KEPT_FOR))
