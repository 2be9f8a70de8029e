"""What the service keeps: stores, their files, batches of files. Chunks are with the providers."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text

METADATA = MetaData()

STORES = Table(
    "vector_stores",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("created", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("provider_id", Text, nullable=False),
    Column("embedding_model", Text, nullable=False),
    Column("dimension", Integer, nullable=False),
    Column("chunking", Text, nullable=False),
    Column("metadata", Text, nullable=False),
    Column("expires_days", Integer),
    Column("last_active", BigInteger, nullable=False),
    # Whether any of its chunks expires.
    Column("fleeting", Boolean, nullable=False),
    Column("legacy", Boolean, nullable=False),
    Index("vector_stores_in_order", "tenant", "created", "id"),
)

FILES = Table(
    "vector_store_files",
    METADATA,
    Column("store", Text, primary_key=True),
    Column("file", Text, primary_key=True),
    Column("created", BigInteger, nullable=False),
    Column("filename", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    Column("chunking", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("usage_bytes", BigInteger, nullable=False),
    Index("vector_store_files_in_order", "store", "created", "file"),
)

BATCHES = Table(
    "vector_store_batches",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("store", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("cancelled", Boolean, nullable=False),
)

BATCH_FILES = Table(
    "vector_store_batch_files",
    METADATA,
    Column("batch", Text, primary_key=True),
    Column("file", Text, primary_key=True),
    Column("store", Text, nullable=False),
    # As the file ended for this batch; while it is open, as the file of the store is.
    Column("status", Text, nullable=False),
    Index("vector_store_batch_files_of_store", "store", "file"),
)
