"""What is kept of batches: they themselves, and what came of their lines until it is in a file."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Row, Select, Table, Text
from sqlalchemy import select as sql_select

from fleet_runtime.store.rows import TENANT

Ending: TypeAlias = Literal["completed", "failed", "expired", "cancelled"]
Status: TypeAlias = Literal["validating", "in_progress", "finalizing", "cancelling"] | Ending

METADATA = MetaData()

BATCHES = Table(
    "batches",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # This and all other times are in Unix milliseconds.
    Column("created", BigInteger),
    Column("expires", BigInteger),
    Column("endpoint", Text),
    Column("input_file", Text),
    Column("completion_window", Text),
    # As JSON.
    Column("metadata", Text),
    Column("idempotency_key", Text),
    Column("output_seconds", BigInteger),
    Column("status", Text),
    Column("ending", Text),
    Column("model", Text),
    Column("total", Integer),
    Column("completed", Integer),
    Column("failed", Integer),
    Column("input_tokens", BigInteger),
    Column("cached_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("reasoning_tokens", BigInteger),
    # As JSON: all, which may be one a line, and those that are shown in lists.
    Column("errors", Text),
    Column("first_errors", Text),
    Column("output_file", Text),
    Column("error_file", Text),
    Column("in_progress_at", BigInteger),
    Column("finalizing_at", BigInteger),
    Column("cancelling_at", BigInteger),
    Column("ended_at", BigInteger),
)

RESULTS = Table(
    "batch_results",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("batch", Text, primary_key=True),
    # From 1, blank lines counted.
    Column("line", Integer, primary_key=True),
    # Whether it belongs in the error file.
    Column("failed", Boolean),
    # The line of the output file or the error file, without its end.
    Column("record", Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch, and how far it is. All times are in Unix milliseconds.

    Attributes:
        id: Names it.
        created: When it was created.
        expires: From when on what is not answered is given up.
        endpoint: Where its lines go.
        input_file: The id of its input.
        completion_window: How long it may take, as its owner wrote it.
        metadata: Its owner's pairs, as JSON.
        idempotency_key: Its owner's name for the request that created it.
        output_seconds: How long its files are kept; as the files service has it if unset.
        status: What callers are told of it.
        ending: What it ends as, once no line is left to be answered.
        model: The model of all its lines.
        total: How many lines it has, once they are checked.
        completed: How many were answered.
        failed: How many failed.
        input_tokens: What its answers cost, as the next three.
        cached_tokens: Those of `input_tokens` that were found in prefix caches.
        output_tokens: See `input_tokens`.
        reasoning_tokens: Those of `output_tokens` that were thought, not said.
        errors: What is wrong with its input, a JSON list.
        output_file: The id of the file with its answers.
        error_file: The id of the file with the lines that failed or were given up.
        in_progress_at: When its lines were checked.
        finalizing_at: When no line was left to be answered.
        cancelling_at: When it was cancelled.
        ended_at: When it ended.
    """

    id: str
    created: int
    expires: int
    endpoint: str
    input_file: str
    completion_window: str
    metadata: str = "{}"
    idempotency_key: str | None = None
    output_seconds: int | None = None
    status: Status = "validating"
    ending: Ending | None = None
    model: str | None = None
    total: int | None = None
    completed: int = 0
    failed: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    errors: str | None = None
    output_file: str | None = None
    error_file: str | None = None
    in_progress_at: int | None = None
    finalizing_at: int | None = None
    cancelling_at: int | None = None
    ended_at: int | None = None


BATCH_COLUMNS = [BATCHES.c[name] for name in Batch.__slots__]
"""The columns of a batch."""

_LISTED = [
    BATCHES.c.first_errors.label("errors") if name == "errors" else BATCHES.c[name]
    for name in Batch.__slots__
]


def listed_batches() -> Select[Any]:
    """Return the query for all batches, each with the first of its errors."""
    return sql_select(*_LISTED).where(BATCHES.c.tenant == TENANT)


def named(batch_id: str) -> tuple[Any, ...]:
    """Return the condition for one batch."""
    return BATCHES.c.tenant == TENANT, BATCHES.c.id == batch_id


def results_of(batch_id: str) -> tuple[Any, ...]:
    """Return the condition for what came of the lines of one batch."""
    return RESULTS.c.tenant == TENANT, RESULTS.c.batch == batch_id


def read_batch(row: Row[Any]) -> Batch:
    """Return the batch of a row of `BATCH_COLUMNS`."""
    return Batch(**row._asdict())
