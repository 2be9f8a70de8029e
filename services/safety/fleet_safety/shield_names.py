"""The shields that were registered, kept for all replicas."""

from typing import Any

from sqlalchemy import JSON, Column, MetaData, Row, Table, Text

from fleet_runtime.errors import Conflict
from fleet_runtime.store import Database
from fleet_runtime.store.registered import InDatabase, InMemory, Rows
from fleet_safety.provider import Shield

SHIELDS = Table(
    "shields",
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("provider", Text),
    Column("name", Text),
    Column("params", JSON),
)


def shields_in_memory() -> InMemory[Shield]:
    """Return what keeps shields as long as this process lives."""
    return InMemory(lambda shield: shield.id, "shield")


def shields_in_database(database: Database) -> InDatabase[Shield]:
    """Return what keeps shields for all replicas."""
    return InDatabase(database, Rows(SHIELDS, _row, _shield))


def _row(shield: Shield) -> dict[str, Any]:
    return {
        "id": shield.id,
        "provider": shield.provider,
        "name": shield.name,
        "params": dict(shield.params),
    }


def _shield(row: Row[Any]) -> Shield:
    return Shield(row.id, row.provider, row.name, row.params)


def taken(name: str) -> Conflict:
    """Return the error for a name that stands for another shield."""
    return Conflict(
        f"The name '{name}' stands for another shield; unregister that first.",
        code="shield_exists",
        param="shield_id",
    )
