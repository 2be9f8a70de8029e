"""Where the tool groups are kept that callers register."""

import time
from collections.abc import AsyncGenerator, Mapping

from sqlalchemy import JSON, BigInteger, Column, MetaData, Table, Text, delete, insert, select
from sqlalchemy.exc import IntegrityError

from fleet_runtime.store import Database
from fleet_tools.group import ToolGroup

TOOL_GROUPS = Table(
    "tool_groups",
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # In Unix milliseconds.
    Column("created", BigInteger),
    Column("provider", Text),
    Column("uri", Text),
    Column("args", JSON),
)
# Until there is authentication there is one tenant.
TENANT = ""
# What replicas tell each other about.
_TOPIC = "tool_groups"


class GroupStore:
    """Keeps the groups for all replicas.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[str, ToolGroup]:
        """Return them all by name, oldest first."""
        table = TOOL_GROUPS.c
        query = select(table.id, table.provider, table.uri, table.args).where(
            table.tenant == TENANT
        )
        async with self._database.begin() as connection:
            rows = await connection.execute(query.order_by(table.created, table.id))
        return {row.id: ToolGroup(row.id, row.provider, row.uri, row.args) for row in rows}

    async def add(self, group: ToolGroup) -> bool:
        """Keep a group, and return whether its name was free."""
        row = {
            "tenant": TENANT,
            "id": group.id,
            "created": time.time_ns() // 1_000_000,
            "provider": group.provider,
            "uri": group.uri,
            "args": group.args,
        }
        try:
            async with self._database.begin() as connection:
                await connection.execute(insert(TOOL_GROUPS).values(row))
                await self._database.announce(connection, _TOPIC)
        except IntegrityError:
            return False
        return True

    async def remove(self, name: str) -> bool:
        """Forget a group; return whether it was there."""
        table = TOOL_GROUPS.c
        gone = delete(TOOL_GROUPS).where(table.tenant == TENANT, table.id == name)
        async with self._database.begin() as connection:
            removed = bool((await connection.execute(gone)).rowcount)
            await self._database.announce(connection, _TOPIC)
        return removed

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield whenever another process may have changed them, within a second."""
        return self._database.changes(_TOPIC)
