"""Datasets that were registered, and the rows that are kept of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "datasets",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("uri", sa.Text),
        sa.Column("row_count", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("metadata", sa.Text, nullable=False),
    )
    op.create_table(
        "dataset_sizes",
        sa.Column("dataset", sa.Text, primary_key=True),
        sa.Column("row_count", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "dataset_rows",
        sa.Column("dataset", sa.Text, primary_key=True),
        sa.Column("place", sa.BigInteger, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
