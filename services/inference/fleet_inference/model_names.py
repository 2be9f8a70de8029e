"""The names that callers gave to models."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import Protocol

import structlog
from sqlalchemy import JSON, Column, MetaData, Table, Text, delete, insert, select
from sqlalchemy.exc import IntegrityError

from fleet_inference.config import ModelConfig
from fleet_runtime.errors import Conflict, Unavailable
from fleet_runtime.store import Database

log = structlog.get_logger()

MODELS = Table(
    "models",
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("provider", Text),
    Column("provider_model_id", Text),
    Column("type", Text),
    Column("metadata", JSON),
)
# Until there is authentication there is one tenant.
TENANT = ""
# What is kept of a name: callers name one provider, and only the config names several.
_COLUMNS = {column.name for column in MODELS.columns} - {"tenant"}
# What replicas tell each other about.
_TOPIC = "models"


class ModelNames(Protocol):
    """Keeps the names."""

    async def all(self) -> Mapping[str, ModelConfig]:
        """Return them all."""
        ...

    async def add(self, model: ModelConfig) -> None:
        """Keep a name, or raise `Conflict` if it stands for another model."""
        ...

    async def remove(self, name: str) -> bool:
        """Forget a name; return whether it was there."""
        ...

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield whenever another process may have changed them, within a second."""
        ...


class NamesInMemory:
    """Keeps the names as long as this process lives, and for this process alone."""

    def __init__(self) -> None:
        self._names: dict[str, ModelConfig] = {}

    async def all(self) -> Mapping[str, ModelConfig]:
        """Return them all."""
        return dict(self._names)

    async def add(self, model: ModelConfig) -> None:
        """Keep a name, or raise `Conflict` if it stands for another model."""
        if self._names.setdefault(model.id, model) != model:
            raise taken(model.id)

    async def remove(self, name: str) -> bool:
        """Forget a name; return whether it was there."""
        return self._names.pop(name, None) is not None

    async def changes(self) -> AsyncGenerator[None, None]:
        """Never yield: there is no other process."""
        await asyncio.Event().wait()
        yield


class NamesInDatabase:
    """Keeps the names for all replicas."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[str, ModelConfig]:
        """Return them all."""
        async with self._database.begin() as connection:
            rows = await connection.execute(select(MODELS).where(MODELS.c.tenant == TENANT))
        found = (row._asdict() for row in rows)
        return {row["id"]: ModelConfig.model_validate(_without_tenant(row)) for row in found}

    async def add(self, model: ModelConfig) -> None:
        """Keep a name, or raise `Conflict` if it stands for another model."""
        row = model.model_dump(include=_COLUMNS)
        try:
            async with self._database.begin() as connection:
                await connection.execute(insert(MODELS).values(tenant=TENANT, **row))
                await self._database.announce(connection, _TOPIC)
        except IntegrityError:
            if (await self.all()).get(model.id) != model:
                raise taken(model.id) from None

    async def remove(self, name: str) -> bool:
        """Forget a name; return whether it was there."""
        gone = delete(MODELS).where(MODELS.c.tenant == TENANT, MODELS.c.id == name)
        async with self._database.begin() as connection:
            removed = bool((await connection.execute(gone)).rowcount)
            await self._database.announce(connection, _TOPIC)
        return removed

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield whenever another process may have changed them, within a second."""
        return self._database.changes(_TOPIC)


class GivenNames:
    """All names that were given: by the config, which go first, and by callers.

    Args:
        configured: The config's.
        kept: The callers'.

    Attributes:
        version: Another number after each change.
    """

    def __init__(self, configured: Iterable[ModelConfig], kept: ModelNames) -> None:
        self._configured = {model.id: model for model in configured}
        self._kept = kept
        self._known: Mapping[str, ModelConfig] = {}
        self.version = 0

    def get(self, name: str) -> ModelConfig | None:
        """Return the model that `name` stands for, as far as it is known here."""
        return self._configured.get(name) or self._known.get(name)

    def all(self) -> list[str]:
        """Return the names that are known here."""
        return sorted(self._configured.keys() | self._known.keys())

    async def refresh(self) -> None:
        """Read the callers' names again. Where that fails, what was known goes on to hold."""
        try:
            found = await self._kept.all()
        except Unavailable as error:
            log.warning("models.names_not_read", cause=str(error))
            return
        if found != self._known:
            self._known = found
            self.version += 1

    async def watch(self) -> None:
        """Read the callers' names again whenever another process may have changed them, until cancelled."""
        async with aclosing(self._kept.changes()) as changes:
            async for _ in changes:
                await self.refresh()

    async def add(self, model: ModelConfig) -> None:
        """Give a name, or raise `Conflict` if it stands for another model."""
        if self._configured.get(model.id, model) != model:
            raise taken(model.id)
        await self._kept.add(model)
        await self.refresh()

    async def remove(self, name: str) -> bool:
        """Take a name away that a caller gave; return whether it was there."""
        removed = await self._kept.remove(name)
        await self.refresh()
        return removed


def _without_tenant(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "tenant"}


def taken(name: str) -> Conflict:
    """Return the error for a name that stands for another model."""
    return Conflict(
        f"The name '{name}' stands for another model; unregister that first.",
        code="model_exists",
        param="model_id",
    )
