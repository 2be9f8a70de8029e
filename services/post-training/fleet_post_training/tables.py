"""What is kept of jobs: they themselves, their checkpoints, and how the loss went."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, Row, Table, Text

from fleet_runtime.store.rows import TENANT

Status: TypeAlias = Literal["scheduled", "in_progress", "completed", "failed", "cancelled"]
OPEN: tuple[Status, ...] = ("scheduled", "in_progress")
"""The states of jobs that have not ended."""

METADATA = MetaData()

JOBS = Table(
    "training_jobs",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # What its task and its folder are called: names are only one tenant's own.
    Column("key", Text),
    # This and all other times are in Unix milliseconds.
    Column("created", BigInteger),
    Column("provider", Text),
    Column("status", Text),
    Column("attempts", Integer),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    # As JSON, as are the next two.
    Column("resources", Text),
    Column("progress", Text),
    Column("error", Text),
    Column("note", Text),
)

CHECKPOINTS = Table(
    "training_checkpoints",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("job", Text, primary_key=True),
    # From 0, the oldest.
    Column("place", Integer, primary_key=True),
    # As JSON.
    Column("content", Text),
)

POINTS = Table(
    "training_points",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("job", Text, primary_key=True),
    Column("step", BigInteger, primary_key=True),
    Column("epoch", Float(53)),
    Column("loss", Float(53)),
    Column("learning_rate", Float(53)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJob:
    """A job, and how far it is. All times are in Unix milliseconds.

    Attributes:
        id: Names it, among its tenant's.
        key: Names its task and its folder.
        created: When it was asked for.
        provider: The id of who trains.
        status: How far it is.
        attempts: How often it was taken up.
        started_at: When it was taken up first.
        ended_at: When it ended.
        resources: On what it is trained, as JSON.
        progress: How far the steps are, as JSON.
        error: Why it failed, as JSON.
        note: What its provider must know to go on.
    """

    id: str
    key: str
    created: int
    provider: str
    status: Status = "scheduled"
    attempts: int = 0
    started_at: int | None = None
    ended_at: int | None = None
    resources: str | None = None
    progress: str | None = None
    error: str | None = None
    note: str | None = None


JOB_COLUMNS = [JOBS.c[name] for name in TrainingJob.__slots__]
"""The columns of a job."""


def named(job: str) -> tuple[Any, ...]:
    """Return the condition for one job, by its name."""
    return JOBS.c.tenant == TENANT, JOBS.c.id == job


def keyed(key: str) -> tuple[Any, ...]:
    """Return the condition for one job, by its key."""
    return JOBS.c.tenant == TENANT, JOBS.c.key == key


def of_job(table: Table, key: str) -> tuple[Any, ...]:
    """Return the condition for what one of the other tables has of a job, by its key."""
    return table.c.tenant == TENANT, table.c.job == key


def read_job(row: Row[Any]) -> TrainingJob:
    """Return the job of a row of `JOB_COLUMNS`."""
    return TrainingJob(**row._asdict())
