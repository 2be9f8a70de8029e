"""Conversations and their items."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create both tables, and the indexes by which items are listed, and found by their ids alone."""
    op.create_table(
        "conversations",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("metadata", sa.Text, nullable=False),
        sa.Column("next_position", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "conversation_items",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("conversation", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
    )
    in_order = ["tenant", "conversation", "position", "id"]
    op.create_index("conversation_items_in_order", "conversation_items", in_order)
    op.create_index(
        "conversation_items_by_id", "conversation_items", ["tenant", "id", "conversation"]
    )
