"""Message batches, their requests, and the jobs that answer those."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COUNTS = ("total", "queued", "succeeded", "errored", "canceled", "expired")


def upgrade() -> None:
    """Create all tables, and the indexes by which batches are listed and jobs claimed."""
    op.create_table(
        "message_batches",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("cancel_initiated", sa.BigInteger),
        sa.Column("ended", sa.BigInteger),
        *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTS),
    )
    op.create_index("message_batches_in_order", "message_batches", ["tenant", "created", "id"])
    op.create_table(
        "message_batch_requests",
        sa.Column("batch", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("custom_id", sa.Text, nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("result", sa.Text),
    )
    op.create_table(
        "message_batch_jobs",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("ix_message_batch_jobs_due", "message_batch_jobs", ["due"])
