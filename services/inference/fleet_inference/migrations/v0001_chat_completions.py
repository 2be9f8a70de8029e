"""Stored chat completions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the table, and the index that its pages are read by."""
    op.create_table(
        "chat_completions",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("completion", sa.Text, nullable=False),
        sa.Column("messages", sa.Text, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
    )
    op.create_index("chat_completions_page", "chat_completions", ["tenant", "created", "id"])
