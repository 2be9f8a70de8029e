"""Prompts and their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create both tables, and the index by which prompts are listed."""
    op.create_table(
        "prompts",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("latest", sa.Integer, nullable=False),
        sa.Column("default_version", sa.Integer, nullable=False),
    )
    op.create_index("prompts_in_order", "prompts", ["tenant", "created", "id"])
    op.create_table(
        "prompt_versions",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("prompt", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("variables", sa.Text, nullable=False),
    )
