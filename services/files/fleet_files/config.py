"""The settings of the files service."""

from typing import ClassVar

from pydantic import Field, PositiveFloat, PositiveInt

from fleet_runtime.config import Config, ProviderConfig
from fleet_runtime.jobs import WorkerConfig
from fleet_runtime.store import DatabaseConfig

SCHEMA = "files"
"""The schema of the service's tables."""
JOBS = "files_jobs"
"""The table of its jobs."""

DAY = 24 * 3600
MEBIBYTE = 1024 * 1024


class StoreConfig(Config):
    """Where the service keeps what it knows of files; their bytes are with the providers."""

    database: DatabaseConfig
    """Where."""


class UploadConfig(Config):
    """What may come in."""

    max_bytes: PositiveInt = 512 * MEBIBYTE
    """The largest file."""
    seconds: PositiveFloat = 3600.0
    """The longest that an upload may take. What a process that died left of one is removed after that."""
    batch_ttl_secs: PositiveInt | None = 30 * DAY
    """How long files for batches are kept whose owners do not say, in seconds. As others if `null`."""


class JobConfig(WorkerConfig):
    """How files are cut into chunks in the background."""

    in_flight: int = Field(default=2, ge=1)
    """How many at once."""
    keep_seconds: PositiveInt = 7 * DAY
    """How long a job is kept after it was created, with what came of it."""


class ProcessorConfig(ProviderConfig):
    """One way to read files."""

    group: ClassVar[str | None] = "fleet.file_processors"


class ServiceConfig(Config):
    """The files service."""

    providers: list[ProviderConfig] = Field(default=[], min_length=1)
    """Who keeps the bytes of files. New ones go to the first."""
    store: StoreConfig
    """What is kept of files."""
    uploads: UploadConfig = UploadConfig()
    """What may come in."""
    processors: list[ProcessorConfig] = Field(
        default=[ProcessorConfig(id="auto", type="inline::auto")], min_length=1
    )
    """Who reads files: the first that reads files of such a kind, or the one whose id a request names as the option
    `processor`."""
    jobs: JobConfig = JobConfig()
    """How files are cut into chunks in the background."""
    sweep_seconds: PositiveFloat = 60.0
    """How often expired files, and bytes that nobody owns, are looked for."""
