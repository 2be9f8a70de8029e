"""Whose things are: the tables, beside those of a service, that say who made what.

`migrate` makes them in each service's schema. What was made when nobody was asked who they are, nobody owns.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    MetaData,
    Table,
    Text,
    and_,
    delete,
    exists,
    false,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_runtime.access.caller import Caller, current
from fleet_runtime.access.policy import Action, Policy
from fleet_runtime.store.rows import TENANT


def owner_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Return the tables of owners and of their attributes, within `metadata`."""
    # Other tables of the same database, in schemas that are looked through as well, are called so by nobody.
    owners = Table(
        "fleet_owners",
        metadata,
        Column("tenant", Text, primary_key=True),
        # The type of the thing, such as `model`.
        Column("kind", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("principal", Text, nullable=False),
        keep_existing=True,
    )
    attributes = Table(
        "fleet_owner_attributes",
        metadata,
        Column("tenant", Text, primary_key=True),
        Column("kind", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("category", Text, primary_key=True),
        Column("value", Text, primary_key=True),
        keep_existing=True,
    )
    return owners, attributes


METADATA = MetaData()
"""The tables, as `migrate` makes them."""
owner_tables(METADATA)


class Owners:
    """The owners of the things of one kind.

    Args:
        kind: Their type, as access policies name it.
        metadata: Among which tables those of owners are.
    """

    def __init__(self, kind: str, metadata: MetaData = METADATA) -> None:
        self.kind = kind
        self._owners, self._attributes = owner_tables(metadata)

    async def take(self, connection: AsyncConnection, name: str) -> None:
        """Make the caller the owner of a new thing, with the transaction of `connection` that keeps it."""
        caller = current()
        if not caller.principal:
            return
        key = {"tenant": TENANT, "kind": self.kind, "id": name}
        await connection.execute(insert(self._owners), {**key, "principal": caller.principal})
        attributes = [
            {**key, "category": category, "value": value}
            for category, values in caller.attributes.items()
            for value in sorted(values)
        ]
        if attributes:
            await connection.execute(insert(self._attributes), attributes)

    async def forget(self, connection: AsyncConnection, name: str) -> None:
        """Forget whose a thing was that is gone."""
        for table in (self._owners, self._attributes):
            await connection.execute(delete(table).where(*self._named(table, name)))

    async def of(self, connection: AsyncConnection, name: str) -> Caller | None:
        """Return whose the caller's tenant's thing of that name is, if anybody's."""
        found = await self._read(connection, name)
        return next(iter(found.values()), None)

    async def all(self, connection: AsyncConnection) -> Mapping[tuple[str, str], Caller]:
        """Return the owners of the things of all tenants, each by tenant and name."""
        return await self._read(connection, None)

    def permitted(
        self, policy: Policy, action: Action, key: ColumnElement[str]
    ) -> ColumnElement[bool]:
        """Return what holds for those rows of the caller's tenant with which the caller may do `action`.

        Args:
            policy: Who may what.
            action: What for.
            key: The column with the names or ids of the things.
        """
        return policy.where(
            current(),
            action,
            self.kind,
            key,
            _Columns(self.kind, key, self._owners, self._attributes),
        )

    async def _read(
        self, connection: AsyncConnection, name: str | None
    ) -> dict[tuple[str, str], Caller]:
        attributes: dict[tuple[str, str], dict[str, set[str]]] = {}
        for row in await connection.execute(self._select(self._attributes, name)):
            of = attributes.setdefault((row.tenant, row.id), {})
            of.setdefault(row.category, set()).add(row.value)
        return {
            (row.tenant, row.id): Caller(
                row.principal,
                row.tenant,
                {
                    category: frozenset(values)
                    for category, values in attributes.get((row.tenant, row.id), {}).items()
                },
            )
            for row in await connection.execute(self._select(self._owners, name))
        }

    def _select(self, table: Table, name: str | None) -> Any:
        if name is None:
            return select(table).where(table.c.kind == self.kind)
        return select(table).where(*self._named(table, name))

    def _named(self, table: Table, name: str) -> tuple[ColumnElement[bool], ...]:
        return table.c.tenant == TENANT, table.c.kind == self.kind, table.c.id == name


class _Columns:
    """The owners of the rows of a query."""

    def __init__(
        self, kind: str, key: ColumnElement[str], owners: Table, attributes: Table
    ) -> None:
        self._kind = kind
        self._key = key
        self._owners = owners
        self._attributes = attributes

    def unowned(self) -> ColumnElement[bool]:
        """Hold for rows that nobody owns."""
        return ~exists().where(self._same(self._owners.alias()))

    def owned_by(self, principal: str) -> ColumnElement[bool]:
        """Hold for rows that `principal` owns."""
        owners = self._owners.alias()
        return exists().where(self._same(owners), owners.c.principal == principal)

    def shares(self, category: str, values: frozenset[str]) -> ColumnElement[bool]:
        """Hold for rows whose owner has one of `values` in `category`."""
        if not values:
            return false()
        of = self._attributes.alias()
        known = of.c.category == category, of.c.value.in_(sorted(values))
        return exists().where(self._same(of), *known)

    def _same(self, table: FromClause) -> ColumnElement[bool]:
        return and_(table.c.tenant == TENANT, table.c.kind == self._kind, table.c.id == self._key)
