"""Conversations and their items, as they are kept."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

METADATA = MetaData()

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # In Unix milliseconds.
    Column("created", BigInteger),
    # As JSON.
    Column("metadata", Text),
    # Who adds items counts this up first, and so waits for whoever else adds some.
    Column("next_position", BigInteger),
)

ITEMS = Table(
    "conversation_items",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("conversation", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # The place in the conversation. There are gaps.
    Column("position", BigInteger),
    # As JSON.
    Column("item", Text),
)
