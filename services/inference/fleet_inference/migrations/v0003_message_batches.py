"""Message batches, and their requests."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COUNTS = ("total", "succeeded", "errored", "canceled", "expired")


def upgrade() -> None:
    """Create both tables, and the index by which those who work find what is open."""
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
    op.create_table(
        "message_batch_requests",
        sa.Column("batch", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("custom_id", sa.Text, nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("owner", sa.Text),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("result", sa.Text),
    )
    still_open = sa.text("outcome IS NULL")
    op.create_index(
        "message_batch_requests_open",
        "message_batch_requests",
        ["place", "batch"],
        postgresql_where=still_open,
        sqlite_where=still_open,
    )
