"""What is kept of responses."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, Text

METADATA = MetaData()

RESPONSES = Table(
    "responses",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # In Unix milliseconds.
    Column("created", BigInteger),
    Column("model", Text),
    Column("status", Text),
    Column("background", Boolean),
    # Whether its events are kept.
    Column("streamed", Boolean),
    # The response that it goes on from.
    Column("previous", Text),
    # As JSON: the response without output, what was asked, and what happened.
    Column("response", Text),
    Column("input", Text),
    Column("steps", Text),
)

EVENTS = Table(
    "response_events",
    METADATA,
    Column("response", Text, primary_key=True),
    # The numbers of the first and the last of the events, which are lines of JSON.
    Column("first", Integer, primary_key=True),
    Column("last", Integer),
    Column("events", Text),
)
