"""Vector stores, their files, batches of files, and the jobs that put files in."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all tables, and the indexes by which they are listed."""
    op.create_table(
        "vector_stores",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("embedding_model", sa.Text, nullable=False),
        sa.Column("dimension", sa.Integer, nullable=False),
        sa.Column("chunking", sa.Text, nullable=False),
        sa.Column("metadata", sa.Text, nullable=False),
        sa.Column("expires_days", sa.Integer),
        sa.Column("last_active", sa.BigInteger, nullable=False),
        sa.Column("fleeting", sa.Boolean, nullable=False),
        sa.Column("legacy", sa.Boolean, nullable=False),
    )
    op.create_index("vector_stores_in_order", "vector_stores", ["tenant", "created", "id"])
    op.create_table(
        "vector_store_files",
        sa.Column("store", sa.Text, primary_key=True),
        sa.Column("file", sa.Text, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("attributes", sa.Text, nullable=False),
        sa.Column("chunking", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("error_code", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("usage_bytes", sa.BigInteger, nullable=False),
    )
    op.create_index(
        "vector_store_files_in_order", "vector_store_files", ["store", "created", "file"]
    )
    op.create_table(
        "vector_store_batches",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
    )
    op.create_table(
        "vector_store_batch_files",
        sa.Column("batch", sa.Text, primary_key=True),
        sa.Column("file", sa.Text, primary_key=True),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
    )
    op.create_index(
        "vector_store_batch_files_of_store", "vector_store_batch_files", ["store", "file"]
    )
    op.create_table(
        "vector_io_jobs",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("ix_vector_io_jobs_due", "vector_io_jobs", ["due"])
