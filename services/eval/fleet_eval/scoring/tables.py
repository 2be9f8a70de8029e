"""The table of scoring functions; `migrations` makes it."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

SCORING_FUNCTIONS = Table(
    "scoring_functions",
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # In Unix milliseconds.
    Column("created", BigInteger),
    Column("provider", Text),
    Column("name", Text),
    Column("description", Text),
    Column("return_type", Text),
    # JSON.
    Column("params", Text),
)
