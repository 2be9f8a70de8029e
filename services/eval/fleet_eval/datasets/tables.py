"""The tables of datasets; `migrations` makes them."""

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text

_METADATA = MetaData()

DATASETS = Table(
    "datasets",
    _METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # In Unix milliseconds.
    Column("created", BigInteger),
    Column("key", Text),
    Column("provider", Text),
    Column("purpose", Text),
    Column("uri", Text),
    Column("row_count", BigInteger),
    Column("digest", Text),
    # As it was written: numbers stay what they are.
    Column("metadata", Text),
)
# How many rows are kept of each dataset. Who appends locks it.
DATASET_SIZES = Table(
    "dataset_sizes",
    _METADATA,
    Column("dataset", Text, primary_key=True),
    Column("row_count", BigInteger),
)
# The rows that came with a dataset, then those that were appended, numbered from 0 without gaps.
DATASET_ROWS = Table(
    "dataset_rows",
    _METADATA,
    Column("dataset", Text, primary_key=True),
    Column("place", BigInteger, primary_key=True),
    Column("content", LargeBinary),
)
