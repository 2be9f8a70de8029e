"""Stores and their files, as they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from fleet_vector_io.provider import Collection

Status: TypeAlias = Literal["in_progress", "completed", "cancelled", "failed"]
STATUSES: tuple[Status, ...] = ("in_progress", "completed", "cancelled", "failed")

DAY = 86_400


@dataclass(frozen=True, slots=True)
class StoreRecord:
    """A vector store. Times are in Unix seconds, `chunking` and `metadata` JSON.

    Attributes:
        fleeting: Whether any of its chunks expires.
        legacy: Whether it was registered as a vector database, under a name of the caller's.
    """

    id: str
    created: int
    name: str
    description: str | None
    provider_id: str
    embedding_model: str
    dimension: int
    chunking: str
    metadata: str
    expires_days: int | None
    last_active: int
    fleeting: bool = False
    legacy: bool = False

    @property
    def expires(self) -> int | None:
        """When it expires if nobody uses it until then, in Unix seconds."""
        return None if self.expires_days is None else self.last_active + self.expires_days * DAY

    @property
    def collection(self) -> Collection:
        """Where its provider keeps its chunks."""
        return Collection(self.id, self.dimension)

    def expired(self, now: int) -> bool:
        """Whether it has."""
        return self.expires is not None and self.expires <= now


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of a store. `attributes` and `chunking` are JSON."""

    store: str
    file: str
    created: int
    filename: str
    attributes: str
    chunking: str
    status: Status = "in_progress"
    error_code: str | None = None
    error_message: str | None = None
    usage_bytes: int = 0


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """Files that were put into a store together."""

    id: str
    store: str
    created: int
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """A store or a batch, with how many of its files are in which state, and how large they are."""

    counts: Mapping[Status, int]
    usage_bytes: int = 0

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


def values_of(record: Any) -> dict[str, Any]:
    """Return the columns of `record`."""
    return {name: getattr(record, name) for name in record.__slots__}
