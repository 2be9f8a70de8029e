"""The settings of the batches service."""

from pydantic import Field

from fleet_runtime.config import Config
from fleet_runtime.jobs import WorkerConfig
from fleet_runtime.store import DatabaseConfig

SCHEMA = "batches"
"""The schema of the service's tables."""
JOBS = "batch_jobs"
"""The table of its jobs, one for each batch that has not ended."""

MEBIBYTE = 1024 * 1024


class StoreConfig(Config):
    """Where batches are kept, and the answers to their lines until they are in a file."""

    database: DatabaseConfig
    """Where."""


class LimitConfig(Config):
    """What a batch may be."""

    most_lines: int = Field(default=50_000, ge=1)
    """How many requests it may have."""
    most_bytes: int = Field(default=200 * MEBIBYTE, ge=1)
    """The largest input file."""
    most_line_bytes: int = Field(default=16 * MEBIBYTE, ge=1)
    """The longest line."""
    longest_window_hours: float = Field(default=7 * 24.0, gt=0)
    """The longest completion window."""
    most_waiting: int = Field(default=10_000, ge=1)
    """How many batches may be there that have not ended. More are refused."""


class WorkConfig(WorkerConfig):
    """How batches are worked on."""

    in_flight: int = Field(default=32, ge=1)
    """How many batches at once, in each process."""
    lease_seconds: float = Field(default=10.0, gt=0)
    """How long after its last sign of life others take over what a process has begun."""
    attempts: int = Field(default=50, ge=1)
    """How often a batch is begun again that cannot go on, such as while files cannot be read, or whose process died."""
    max_concurrent_requests_per_batch: int = Field(default=16, ge=1)
    """How many lines of one batch are asked at once. As many may be asked again when a process dies."""
    max_concurrent_requests_per_model: int = Field(default=64, ge=1)
    """How many lines are asked of one model at once, by each process, all of its batches together."""
    request_seconds: float = Field(default=600.0, gt=0)
    """The longest that the answer to a line may take."""
    retry_seconds: float = Field(default=900.0, ge=0)
    """For how long a line is asked again that is refused as too much at once, or because nobody is there (429, 503)."""
    longest_pause_seconds: float = Field(default=60.0, gt=0)
    """The longest pause before that; the first one is half a second, and each twice as long as the one before."""
    transfer_seconds: float = Field(default=3600.0, gt=0)
    """The longest that it may take to read the input file, or to write a file with answers."""


class ServiceConfig(Config):
    """The batches service."""

    store: StoreConfig
    """Where batches are kept."""
    files: str = "files"
    """The name of the service that keeps files."""
    inference: str = "inference"
    """The name of the service that runs models."""
    agents: str | None = "agents"
    """The name of the service that makes responses. Batches for `/v1/responses` are refused if `null`."""
    limits: LimitConfig = LimitConfig()
    """What a batch may be."""
    work: WorkConfig = WorkConfig()
    """How batches are worked on."""
