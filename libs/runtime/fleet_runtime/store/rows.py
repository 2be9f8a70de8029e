"""What the tables of all services share: whose a row is, how it tells time, how it is put in."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from fleet_runtime.access.caller import current


class _CallersTenant(str):
    """Stands in statements for the tenant of whoever calls when they are executed."""

    __slots__ = ()


TENANT: str = _CallersTenant()
"""Whose rows are: the caller's tenant, in any statement, as `Database` executes it on somebody's behalf.

It is empty where there is no authentication, and where a service acts for itself.
"""

Insert = postgresql.Insert | sqlite.Insert
"""An `INSERT` that can say what happens when the row is there."""

_INSERT: dict[str, Callable[[Table], Insert]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def with_tenant(parameters: Any) -> Any:
    """Return the parameters of a statement, or of several, with the caller's tenant where `TENANT` stands."""
    if isinstance(parameters, list):
        return [with_tenant(each) for each in parameters]
    if isinstance(parameters, dict):
        if not any(value is TENANT for value in parameters.values()):
            return parameters
        tenant = current().tenant
        return {name: tenant if value is TENANT else value for name, value in parameters.items()}
    if not any(value is TENANT for value in parameters):
        return parameters
    tenant = current().tenant
    return tuple(tenant if value is TENANT else value for value in parameters)


def insert_into(table: Table, dialect: str) -> Insert:
    """Return an `INSERT` for a database that is called `dialect`."""
    return _INSERT[dialect](table)


def now_ms() -> int:
    """Return the time, in Unix milliseconds, as all tables have it."""
    return time.time_ns() // 1_000_000
