"""The shields that were registered, kept for all replicas."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Protocol

from sqlalchemy import JSON, Column, MetaData, Table, Text, delete, insert, select
from sqlalchemy.exc import IntegrityError

from fleet_runtime.errors import Conflict
from fleet_runtime.store import Database
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
# Until there is authentication there is one tenant.
TENANT = ""
# What replicas tell each other about.
_TOPIC = "shields"


class ShieldNames(Protocol):
    """Keeps registered shields."""

    async def all(self) -> Mapping[str, Shield]:
        """Return them all, by their names."""
        ...

    async def add(self, shield: Shield) -> None:
        """Keep a shield, or raise `Conflict` if its name stands for another."""
        ...

    async def remove(self, name: str) -> bool:
        """Forget a shield; return whether it was there."""
        ...

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield whenever another process may have changed them, within a second."""
        ...


class NamesInMemory:
    """Keeps shields as long as this process lives, and for this process alone."""

    def __init__(self) -> None:
        self._shields: dict[str, Shield] = {}

    async def all(self) -> Mapping[str, Shield]:
        """Return them all, by their names."""
        return dict(self._shields)

    async def add(self, shield: Shield) -> None:
        """Keep a shield, or raise `Conflict` if its name stands for another."""
        if self._shields.setdefault(shield.id, shield) != shield:
            raise taken(shield.id)

    async def remove(self, name: str) -> bool:
        """Forget a shield; return whether it was there."""
        return self._shields.pop(name, None) is not None

    async def changes(self) -> AsyncGenerator[None, None]:
        """Never yield: there is no other process."""
        await asyncio.Event().wait()
        yield


class NamesInDatabase:
    """Keeps shields for all replicas."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[str, Shield]:
        """Return them all, by their names."""
        columns = (SHIELDS.c.id, SHIELDS.c.provider, SHIELDS.c.name, SHIELDS.c.params)
        async with self._database.begin() as connection:
            rows = await connection.execute(select(*columns).where(SHIELDS.c.tenant == TENANT))
        return {row.id: Shield(*row) for row in rows}

    async def add(self, shield: Shield) -> None:
        """Keep a shield, or raise `Conflict` if its name stands for another."""
        row = {
            "tenant": TENANT,
            "id": shield.id,
            "provider": shield.provider,
            "name": shield.name,
            "params": dict(shield.params),
        }
        try:
            async with self._database.begin() as connection:
                await connection.execute(insert(SHIELDS).values(row))
                await self._database.announce(connection, _TOPIC)
        except IntegrityError:
            if (await self.all()).get(shield.id) != shield:
                raise taken(shield.id) from None

    async def remove(self, name: str) -> bool:
        """Forget a shield; return whether it was there."""
        gone = delete(SHIELDS).where(SHIELDS.c.tenant == TENANT, SHIELDS.c.id == name)
        async with self._database.begin() as connection:
            removed = bool((await connection.execute(gone)).rowcount)
            await self._database.announce(connection, _TOPIC)
        return removed

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield whenever another process may have changed them, within a second."""
        return self._database.changes(_TOPIC)


def taken(name: str) -> Conflict:
    """Return the error for a name that stands for another shield."""
    return Conflict(
        f"The name '{name}' stands for another shield; unregister that first.",
        code="shield_exists",
        param="shield_id",
    )
