"""What is kept of message batches: the batches, and what each of their requests asks and came to.

Which requests are to be asked now is in a table of jobs, a window of each batch at a time.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy import BigInteger, Column, Integer, MetaData, Row, Select, Table, Text, select

from fleet_runtime.store.rows import TENANT

JOBS = "message_batch_jobs"
"""The table of jobs."""

Outcome: TypeAlias = Literal["succeeded", "errored", "canceled", "expired"]

METADATA = MetaData()
BATCHES = Table(
    "message_batches",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("created", BigInteger),
    Column("expires", BigInteger),
    Column("total", Integer),
    Column("queued", Integer),
    Column("cancel_initiated", BigInteger),
    Column("ended", BigInteger),
    Column("succeeded", Integer),
    Column("errored", Integer),
    Column("canceled", Integer),
    Column("expired", Integer),
)
REQUESTS = Table(
    "message_batch_requests",
    METADATA,
    Column("batch", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("custom_id", Text),
    Column("params", Text),
    Column("outcome", Text),
    Column("result", Text),
)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch, and how many of its requests came to what. All times are in Unix milliseconds.

    Attributes:
        id: Names it.
        created: When it was created.
        expires: From when on what is not done is given up.
        total: How many requests it has.
        queued: How many of them, the first ones, became jobs, or were given up before that.
        cancel_initiated: When it was cancelled.
        ended: When the last of its requests came to something.
        succeeded: How many were answered.
        errored: How many failed.
        canceled: How many were not begun when it was cancelled.
        expired: How many were not begun when it expired.
    """

    id: str
    created: int
    expires: int
    total: int
    queued: int = 0
    cancel_initiated: int | None = None
    ended: int | None = None
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0


BATCH_COLUMNS = [BATCHES.c[name] for name in Batch.__slots__]
"""The columns of a batch, in the order of `Batch`."""


def batches() -> Select[Any]:
    """Return the query for all batches."""
    return select(*BATCH_COLUMNS).where(BATCHES.c.tenant == TENANT)


def read_batch(row: Row[Any]) -> Batch:
    """Return the batch of a row of `BATCH_COLUMNS`."""
    return Batch(**row._asdict())
