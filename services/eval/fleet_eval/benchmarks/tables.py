"""The table of benchmarks; `migrations` makes it."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

BENCHMARKS = Table(
    "benchmarks",
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # In Unix milliseconds.
    Column("created", BigInteger),
    Column("provider", Text),
    Column("name", Text),
    Column("dataset", Text),
    # A JSON list.
    Column("scoring_functions", Text),
    # As it was written: numbers stay what they are.
    Column("metadata", Text),
)
