"""What the tables of all services share: whose a row is, how it tells time, how it is put in."""

import time
from collections.abc import Callable

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

TENANT = ""
"""Whose rows are. Until there is authentication there is one tenant."""

Insert = postgresql.Insert | sqlite.Insert
"""An `INSERT` that can say what happens when the row is there."""

_INSERT: dict[str, Callable[[Table], Insert]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def insert_into(table: Table, dialect: str) -> Insert:
    """Return an `INSERT` for a database that is called `dialect`."""
    return _INSERT[dialect](table)


def now_ms() -> int:
    """Return the time, in Unix milliseconds, as all tables have it."""
    return time.time_ns() // 1_000_000
