"""Where the tool groups are kept that callers register."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, MetaData, Row, Table, Text

from fleet_runtime.store import Database
from fleet_runtime.store.registered import InDatabase, Rows
from fleet_runtime.store.rows import now_ms
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


def groups_in_database(database: Database) -> InDatabase[ToolGroup]:
    """Return what keeps groups for all replicas; it lists the oldest first."""
    table = TOOL_GROUPS.c
    return InDatabase(database, Rows(TOOL_GROUPS, _row, _group, (table.created, table.id)))


def _row(group: ToolGroup) -> dict[str, Any]:
    return {
        "id": group.id,
        "created": now_ms(),
        "provider": group.provider,
        "uri": group.uri,
        "args": group.args,
    }


def _group(row: Row[Any]) -> ToolGroup:
    return ToolGroup(row.id, row.provider, row.uri, row.args)
