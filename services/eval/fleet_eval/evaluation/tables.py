"""What is kept of runs of benchmarks: they themselves, what came of their rows, and answers for later runs."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
)

from fleet_runtime.store.rows import TENANT

Status: TypeAlias = Literal["scheduled", "in_progress", "completed", "failed", "cancelled"]

METADATA = MetaData()

RUNS = Table(
    "eval_runs",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # This and all other times are in Unix milliseconds.
    Column("created", BigInteger),
    # What the benchmark was when the run was created: it may be another one since.
    Column("benchmark", Text),
    Column("provider", Text),
    Column("name", Text),
    Column("dataset", Text),
    # A JSON list.
    Column("scoring_functions", Text),
    Column("metadata", Text),
    # As JSON.
    Column("config", Text),
    Column("status", Text),
    Column("total", Integer),
    Column("answered", Integer),
    Column("cached", Integer),
    Column("failed", Integer),
    Column("scored", Integer),
    Column("mark", Text),
    # As JSON.
    Column("results", Text),
    Column("error", Text),
    Column("ended_at", BigInteger),
)

# The rows of a run: as they were read, then with what was said to them, then with their scores.
ROWS = Table(
    "eval_rows",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("content", LargeBinary),
    # As JSON, like the next and the last one.
    Column("generation", Text),
    Column("error", Text),
    Column("cached", Boolean),
    Column("scores", Text),
)

# What was said to questions, by the digest of all that it depends on.
ANSWERS = Table(
    "eval_answers",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("created", BigInteger),
    Column("generation", Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of a benchmark, and how far it is. All times are in Unix milliseconds.

    Attributes:
        id: Names it.
        created: When it was created.
        benchmark: The benchmark.
        provider: The id of the provider that runs it.
        name: The provider's name for the benchmark.
        dataset: The dataset whose rows are asked.
        scoring_functions: By what answers are scored, a JSON list.
        metadata: What else is known of the benchmark, a JSON object.
        config: Who answers, and how, as JSON.
        status: How far it is.
        total: How many rows it has, once that is known.
        answered: How many of them have come to something.
        cached: How many of these were answered by an earlier run.
        failed: How many of these could not be answered.
        scored: How many were scored.
        mark: What the provider noted of it.
        results: What was made of the scores of all rows, as JSON.
        error: Why it failed, as JSON.
        ended_at: When it ended.
    """

    id: str
    created: int
    benchmark: str
    provider: str
    name: str
    dataset: str
    scoring_functions: str
    metadata: str
    config: str
    status: Status = "scheduled"
    total: int | None = None
    answered: int = 0
    cached: int = 0
    failed: int = 0
    scored: int = 0
    mark: str | None = None
    results: str | None = None
    error: str | None = None
    ended_at: int | None = None


RUN_COLUMNS = [RUNS.c[name] for name in Run.__slots__]
"""The columns of a run."""


def named(run_id: str) -> tuple[Any, ...]:
    """Return the condition for one run."""
    return RUNS.c.tenant == TENANT, RUNS.c.id == run_id


def rows_of(run_id: str) -> tuple[Any, ...]:
    """Return the condition for the rows of one run."""
    return ROWS.c.tenant == TENANT, ROWS.c.run == run_id


def read_run(row: Row[Any]) -> Run:
    """Return the run of a row of `RUN_COLUMNS`."""
    return Run(**row._asdict())
