"""Things that callers register under names, such as models and shields, kept for all replicas of a service.

Each tenant has names of its own, and a caller sees what the access policy lets them read.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Row, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from fleet_runtime.access.caller import Caller, current
from fleet_runtime.access.configured import configured_policy
from fleet_runtime.access.policy import Action, Policy, Resource
from fleet_runtime.errors import Conflict
from fleet_runtime.store.database import Database
from fleet_runtime.store.owners import Owners
from fleet_runtime.store.rows import TENANT

T = TypeVar("T")


class Registered(Protocol[T]):
    """Keeps what callers registered."""

    async def all(self) -> Mapping[str, T]:
        """Return all by their names. Whoever looks into it, now or later, sees what they may read."""
        ...

    async def get(self, name: str) -> T | None:
        """Return the thing of that name, if there is one that the caller may read."""
        ...

    async def add(self, thing: T) -> bool:
        """Keep a thing of the caller's, and return whether its name was free.

        Raises:
            PermissionDenied: The caller may not create it.
        """
        ...

    async def remove(self, name: str) -> bool:
        """Forget a thing; return whether it was there, where the caller may read it.

        Raises:
            PermissionDenied: The caller may read it, but not delete it.
        """
        ...

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield whenever another process may have changed them, within a second."""
        ...


@dataclass(frozen=True, slots=True)
class _Owned(Generic[T]):
    """A thing, whose data it is, and who made it."""

    thing: T
    tenant: str
    owner: Caller | None


class Visible(Mapping[str, T]):
    """Things of all tenants, of which whoever looks sees those that they may read.

    Args:
        things: The things, by tenant and name, in the order in which they are listed.
        kind: Their type.
        policy: Who may read what.
    """

    def __init__(
        self, things: Mapping[tuple[str, str], _Owned[T]], kind: str, policy: Policy
    ) -> None:
        self._things = things
        self._kind = kind
        self._policy = policy

    def __getitem__(self, name: str) -> T:
        found = self._things.get((current().tenant, name))
        if found is None or not self._readable(name, found):
            raise KeyError(name)
        return found.thing

    def __iter__(self) -> Iterator[str]:
        tenant = current().tenant
        for (of, name), found in self._things.items():
            if of == tenant and self._readable(name, found):
                yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Visible):
            return bool(self._things == other._things)
        # To nothing at all only nothing is equal, whoever looks.
        return not self._things if other == {} else super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # as of all mappings

    def _readable(self, name: str, found: _Owned[T]) -> bool:
        return self._policy.allows(
            current(), "read", Resource(self._kind, name, found.owner, found.tenant)
        )


class InMemory(Generic[T]):
    """Keeps things as long as this process lives, and for this process alone.

    Args:
        name_of: Returns a thing's name.
        kind: Their type, as access policies name it.
        policy: Who may do what; the fleet's if unset.
    """

    def __init__(
        self, name_of: Callable[[T], str], kind: str = "", policy: Policy | None = None
    ) -> None:
        self._name_of = name_of
        self._kind = kind
        self._policy = policy or configured_policy()
        self._things: dict[tuple[str, str], _Owned[T]] = {}

    async def all(self) -> Mapping[str, T]:
        """Return all by their names."""
        return Visible(dict(self._things), self._kind, self._policy)

    async def get(self, name: str) -> T | None:
        """Return the thing of that name, if there is one that the caller may read."""
        return Visible(self._things, self._kind, self._policy).get(name)

    async def add(self, thing: T) -> bool:
        """Keep a thing of the caller's, and return whether its name was free."""
        caller, name = current(), self._name_of(thing)
        _check(self._policy, "create", self._kind, name, _owner(caller))
        if (caller.tenant, name) in self._things:
            return False
        self._things[caller.tenant, name] = _Owned(thing, caller.tenant, _owner(caller))
        return True

    async def remove(self, name: str) -> bool:
        """Forget a thing; return whether it was there."""
        if await self.get(name) is None:
            return False
        key = current().tenant, name
        _check(self._policy, "delete", self._kind, name, self._things[key].owner)
        del self._things[key]
        return True

    async def changes(self) -> AsyncGenerator[None, None]:
        """Never yield: there is no other process."""
        await asyncio.Event().wait()
        yield


def _owner(caller: Caller) -> Caller | None:
    """Return whose the things are that `caller` makes: nobody's, where nobody was asked who they are."""
    return caller if caller.principal else None


def _check(policy: Policy, action: Action, kind: str, name: str, owner: Caller | None) -> None:
    policy.check(current(), action, Resource(kind, name, owner, current().tenant))


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
        rows: How they are rows. What replicas tell each other about has the name of the table; its singular is the
            type of the things, as access policies name it.
        policy: Who may do what; the fleet's if unset.
    """

    def __init__(self, database: Database, rows: Rows[T], policy: Policy | None = None) -> None:
        self._database = database
        self._rows = rows
        self._topic = rows.table.name
        self._owners = Owners(rows.table.name.removesuffix("s"), rows.table.metadata)
        self._policy = policy or configured_policy()

    async def all(self) -> Mapping[str, T]:
        """Return all by their names."""
        query = select(self._rows.table).order_by(*self._rows.order)
        async with self._database.begin() as connection:
            owners = await self._owners.all(connection)
            found = await connection.execute(query)
        things = {
            (row.tenant, row.id): _Owned(
                self._rows.read(row), row.tenant, owners.get((row.tenant, row.id))
            )
            for row in found
        }
        return Visible(things, self._owners.kind, self._policy)

    async def get(self, name: str) -> T | None:
        """Return the thing of that name, if there is one that the caller may read."""
        each = self._rows.table.c
        query = select(self._rows.table).where(
            *self._named(name), self._owners.permitted(self._policy, "read", each.id)
        )
        async with self._database.begin() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else self._rows.read(row)

    async def add(self, thing: T) -> bool:
        """Keep a thing of the caller's, and return whether its name was free."""
        row = self._rows.write(thing)
        name = row["id"]
        _check(self._policy, "create", self._owners.kind, name, _owner(current()))
        new = insert(self._rows.table).values(tenant=TENANT, **row)
        try:
            async with self._database.begin() as connection:
                await connection.execute(new)
                await self._owners.take(connection, name)
                await self._database.announce(connection, self._topic)
        except IntegrityError:
            return False
        return True

    async def remove(self, name: str) -> bool:
        """Forget a thing; return whether it was there."""
        if await self.get(name) is None:
            return False
        async with self._database.begin() as connection:
            owner = await self._owners.of(connection, name)
            _check(self._policy, "delete", self._owners.kind, name, owner)
            gone = delete(self._rows.table).where(*self._named(name))
            removed = bool((await connection.execute(gone)).rowcount)
            await self._owners.forget(connection, name)
            await self._database.announce(connection, self._topic)
        return removed

    def _named(self, name: str) -> tuple[ColumnElement[bool], ...]:
        each = self._rows.table.c
        return each.tenant == TENANT, each.id == name

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
