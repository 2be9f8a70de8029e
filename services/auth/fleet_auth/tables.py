"""The table of API keys."""

from sqlalchemy import JSON, BigInteger, Column, MetaData, Table, Text

API_KEYS = Table(
    "api_keys",
    MetaData(),
    Column("id", Text, primary_key=True),
    # SHA-256 of the key, in hex. A key holds 256 random bits: nobody finds it from this.
    Column("hash", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("principal", Text, nullable=False),
    # Of who calls by it. Whoever lists keys names the tenant that they mean.
    Column("tenant", Text, nullable=False),
    # Values by category.
    Column("attributes", JSON, nullable=False),
    # In Unix milliseconds.
    Column("created", BigInteger, nullable=False),
    # In Unix seconds; never if null.
    Column("expires", BigInteger),
)
