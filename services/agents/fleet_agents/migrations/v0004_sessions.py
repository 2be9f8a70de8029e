"""Agents, their sessions, and the turns of these."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables, and the indexes by which each is listed."""
    op.create_table(
        "agents",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("config", sa.Text, nullable=False),
    )
    op.create_index("agents_in_order", "agents", ["tenant", "created", "id"])
    op.create_table(
        "agent_sessions",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("next_position", sa.BigInteger, nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("held_until", sa.BigInteger, nullable=False),
    )
    in_order = ["tenant", "agent", "created", "id"]
    op.create_index("agent_sessions_in_order", "agent_sessions", in_order)
    op.create_table(
        "agent_turns",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("session", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("awaiting", sa.Boolean, nullable=False),
        sa.Column("turn", sa.Text, nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("steps", sa.Text, nullable=False),
    )
    op.create_index("agent_turns_in_order", "agent_turns", ["tenant", "session", "position"])
