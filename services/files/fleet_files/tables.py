"""What the service keeps: files, jobs that cut files into chunks, and bytes to be removed. Bytes are with providers."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

METADATA = MetaData()

FILES = Table(
    "files",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # In Unix milliseconds, as all times.
    Column("created", BigInteger),
    Column("expires", BigInteger),
    Column("filename", Text),
    Column("content_type", Text),
    Column("purpose", Text),
    Column("size", BigInteger),
    Column("sha256", Text),
    Column("provider", Text),
    Column("key", Text),
)

REMAINS = Table(
    "file_remains",
    METADATA,
    Column("provider", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("due", BigInteger),
)

PROCESS_JOBS = Table(
    "process_jobs",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("created", BigInteger),
    Column("status", Text),
    # Of a file that its owner keeps; else the job has bytes of its own, which go with it.
    Column("file_id", Text),
    Column("filename", Text),
    Column("content_type", Text),
    Column("size", BigInteger),
    Column("sha256", Text),
    Column("provider", Text),
    Column("key", Text),
    Column("options", Text),
    Column("strategy", Text),
    Column("result", Text),
    Column("error", Text),
)
