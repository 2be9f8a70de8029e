"""The names that callers gave to models."""

from collections.abc import Iterable, Mapping
from contextlib import aclosing
from typing import Any

import structlog
from sqlalchemy import JSON, Column, MetaData, Row, Table, Text

from fleet_inference.config import ModelConfig
from fleet_runtime.errors import Conflict, Unavailable
from fleet_runtime.store import Database
from fleet_runtime.store.registered import InDatabase, InMemory, Registered, Rows, register

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
# What is kept of a name: callers name one provider, and only the config names several.
_COLUMNS = {column.name for column in MODELS.columns} - {"tenant"}


def names_in_memory() -> InMemory[ModelConfig]:
    """Return what keeps names as long as this process lives."""
    return InMemory(lambda model: model.id, "model")


def names_in_database(database: Database) -> InDatabase[ModelConfig]:
    """Return what keeps names for all replicas."""
    return InDatabase(database, Rows(MODELS, _row, _model))


class GivenNames:
    """All names that were given: by the config, which go first, and by callers.

    Args:
        configured: The config's.
        kept: The callers'.

    Attributes:
        version: Another number after each change.
    """

    def __init__(self, configured: Iterable[ModelConfig], kept: Registered[ModelConfig]) -> None:
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
        await register(self._kept, model.id, model, taken)
        await self.refresh()

    async def remove(self, name: str) -> bool:
        """Take a name away that a caller gave; return whether it was there."""
        removed = await self._kept.remove(name)
        await self.refresh()
        return removed


def _row(model: ModelConfig) -> dict[str, Any]:
    return model.model_dump(include=_COLUMNS)


def _model(row: Row[Any]) -> ModelConfig:
    columns = row._asdict()
    return ModelConfig.model_validate({name: columns[name] for name in _COLUMNS})


def taken(name: str) -> Conflict:
    """Return the error for a name that stands for another model."""
    return Conflict(
        f"The name '{name}' stands for another model; unregister that first.",
        code="model_exists",
        param="model_id",
    )
