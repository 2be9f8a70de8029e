"""Models that were registered under names of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "models",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("provider_model_id", sa.Text),
        sa.Column("type", sa.Text),
        sa.Column("metadata", sa.JSON, nullable=False),
    )
