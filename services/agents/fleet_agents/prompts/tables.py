"""Prompts and their versions, as they are kept."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

METADATA = MetaData()

PROMPTS = Table(
    "prompts",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # In Unix milliseconds.
    Column("created", BigInteger),
    Column("latest", Integer),
    Column("default_version", Integer),
)

VERSIONS = Table(
    "prompt_versions",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("prompt", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("text", Text),
    # A list of names, as JSON.
    Column("variables", Text),
)
