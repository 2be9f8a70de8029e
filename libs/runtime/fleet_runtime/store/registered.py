"""Things that callers register under names, such as models and shields, kept for all replicas of a service."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Row, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from fleet_runtime.errors import Conflict
from fleet_runtime.store.database import Database
from fleet_runtime.store.rows import TENANT

T = TypeVar("T")


class Registered(Protocol[T]):
    """Keeps what callers registered."""

    async def all(self) -> Mapping[str, T]:
        """Return all by their names."""
        ...

    async def get(self, name: str) -> T | None:
        """Return the thing of that name, if there is one."""
        ...

    async def add(self, thing: T) -> bool:
        """Keep a thing, and return whether its name was free."""
        ...

    async def remove(self, name: str) -> bool:
        """Forget a thing; return whether it was there."""
        ...

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield whenever another process may have changed them, within a second."""
        ...


class InMemory(Generic[T]):
    """Keeps things as long as this process lives, and for this process alone.

    Args:
        name_of: Returns a thing's name.
    """

    def __init__(self, name_of: Callable[[T], str]) -> None:
        self._name_of = name_of
        self._things: dict[str, T] = {}

    async def all(self) -> Mapping[str, T]:
        """Return all by their names."""
        return dict(self._things)

    async def get(self, name: str) -> T | None:
        """Return the thing of that name, if there is one."""
        return self._things.get(name)

    async def add(self, thing: T) -> bool:
        """Keep a thing, and return whether its name was free."""
        name = self._name_of(thing)
        if name in self._things:
            return False
        self._things[name] = thing
        return True

    async def remove(self, name: str) -> bool:
        """Forget a thing; return whether it was there."""
        return self._things.pop(name, None) is not None

    async def changes(self) -> AsyncGenerator[None, None]:
        """Never yield: there is no other process."""
        await asyncio.Event().wait()
        yield


@dataclass(frozen=True)
class Rows(Generic[T]):
    """How things of a kind are rows.

    Attributes:
        table: Their table, with the columns `tenant` and `id`, the thing's name.
        write: Returns the columns of a thing but `tenant`.
        read: Returns the thing that a row is.
        order: By what they are listed.
    """

    table: Table
    write: Callable[[T], Mapping[str, Any]]
    read: Callable[[Row[Any]], T]
    order: tuple[ColumnElement[Any], ...] = ()


class InDatabase(Generic[T]):
    """Keeps things for all replicas.

    Args:
        database: Where.
        rows: How they are rows. What replicas tell each other about has the name of the table.
    """

    def __init__(self, database: Database, rows: Rows[T]) -> None:
        self._database = database
        self._rows = rows
        self._topic = rows.table.name

    async def all(self) -> Mapping[str, T]:
        """Return all by their names."""
        rows = self._rows
        query = select(rows.table).where(rows.table.c.tenant == TENANT).order_by(*rows.order)
        async with self._database.begin() as connection:
            found = await connection.execute(query)
        return {row.id: rows.read(row) for row in found}

    async def get(self, name: str) -> T | None:
        """Return the thing of that name, if there is one."""
        each = self._rows.table.c
        query = select(self._rows.table).where(each.tenant == TENANT, each.id == name)
        async with self._database.begin() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else self._rows.read(row)

    async def add(self, thing: T) -> bool:
        """Keep a thing, and return whether its name was free."""
        new = insert(self._rows.table).values(tenant=TENANT, **self._rows.write(thing))
        try:
            async with self._database.begin() as connection:
                await connection.execute(new)
                await self._database.announce(connection, self._topic)
        except IntegrityError:
            return False
        return True

    async def remove(self, name: str) -> bool:
        """Forget a thing; return whether it was there."""
        each = self._rows.table.c
        gone = delete(self._rows.table).where(each.tenant == TENANT, each.id == name)
        async with self._database.begin() as connection:
            removed = bool((await connection.execute(gone)).rowcount)
            await self._database.announce(connection, self._topic)
        return removed

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield whenever another process may have changed them, within a second."""
        return self._database.changes(self._topic)


async def register(
    kept: Registered[T], name: str, thing: T, taken: Callable[[str], Conflict]
) -> None:
    """Keep a thing under its name, where it may be already.

    Raises:
        Conflict: As `taken` returns it, if the name stands for another thing.
    """
    if not await kept.add(thing) and await kept.get(name) != thing:
        raise taken(name)


def first_and_registered(first: Mapping[str, T], registered: Mapping[str, T]) -> dict[str, T]:
    """Return things by their names: the `first`, such as those of a config, whose names win, then `registered` ones."""
    return {**first, **{name: each for name, each in registered.items() if name not in first}}
