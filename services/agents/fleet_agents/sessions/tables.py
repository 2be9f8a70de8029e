"""What is kept of agents, sessions and turns."""

from sqlalchemy import BigInteger, Boolean, Column, MetaData, Table, Text

METADATA = MetaData()

AGENTS = Table(
    "agents",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # In Unix milliseconds, as all times here.
    Column("created", BigInteger),
    # As JSON.
    Column("config", Text),
)

SESSIONS = Table(
    "agent_sessions",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("agent", Text),
    Column("created", BigInteger),
    Column("name", Text),
    # The place of the next turn.
    Column("next_position", BigInteger),
    # Who makes a turn of it, and how long that is believed without a sign of life.
    Column("holder", Text),
    Column("held_until", BigInteger),
)

TURNS = Table(
    "agent_turns",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("session", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # The place in the session.
    Column("position", BigInteger),
    # Whether it awaits what its caller's tools give.
    Column("awaiting", Boolean),
    # As JSON: the turn as callers see it, what was asked, and the steps of the engine.
    Column("turn", Text),
    Column("asked", Text),
    Column("steps", Text),
)
