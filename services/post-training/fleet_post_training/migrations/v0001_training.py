"""Training jobs, what came of them so far, and the tasks by which they are worked on."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables, and the indexes by which jobs are listed and claimed."""
    op.create_table(
        "training_jobs",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        # What its task and its folder are called: names are only one tenant's own.
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("resources", sa.Text),
        sa.Column("progress", sa.Text),
        sa.Column("error", sa.Text),
        # What its provider must know when it goes on in another process.
        sa.Column("note", sa.Text),
    )
    op.create_index("training_jobs_in_order", "training_jobs", ["tenant", "created", "id"])
    op.create_index("training_jobs_by_key", "training_jobs", ["key"], unique=True)
    op.create_table(
        "training_checkpoints",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("job", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "training_points",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("job", sa.Text, primary_key=True),
        sa.Column("step", sa.BigInteger, primary_key=True),
        sa.Column("epoch", sa.Float(53), nullable=False),
        sa.Column("loss", sa.Float(53), nullable=False),
        sa.Column("learning_rate", sa.Float(53)),
    )
    op.create_table(
        "training_tasks",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("ix_training_tasks_due", "training_tasks", ["due"])
