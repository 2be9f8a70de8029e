"""The settings that all parsers on this machine share."""

from pydantic import NonNegativeInt, PositiveFloat, PositiveInt, model_validator

from fleet_chunking.sizes import OVERLAP, SIZE, SizeError, Sizes
from fleet_runtime.config import Config

MEGABYTE = 1024 * 1024


class Limits(Config):
    """What reading one file may cost. Above any of these it is refused, and the worker that reads it is killed."""

    seconds: PositiveFloat = 120.0
    """The longest that it may take."""
    cpu_seconds: PositiveInt = 120
    """The most CPU time."""
    memory_mb: PositiveInt = 1024
    """The most memory, in MiB. Held where the system has `RLIMIT_DATA` for all memory: on Linux, not on macOS."""
    output_mb: PositiveInt = 64
    """The most text that may come out, in MiB."""
    pages: PositiveInt = 5000
    """The most pages."""
    expanded_mb: PositiveInt = 512
    """The most that a packed file, such as one of an office, may have in it, in MiB."""


class ParserConfig(Config):
    """How files are read, and how they are cut if nobody says so."""

    default_chunk_size_tokens: PositiveInt = SIZE
    """The most tokens of a chunk in `auto`."""
    default_chunk_overlap_tokens: NonNegativeInt = OVERLAP
    """How many of them are the chunk before's, in `auto`."""
    max_file_size_bytes: PositiveInt = 100 * MEGABYTE
    """The largest file."""
    limits: Limits = Limits()
    workers: PositiveInt = 2
    """The most files that are read at once."""
    waiting: NonNegativeInt = 256
    """The most files that wait for that."""

    @model_validator(mode="after")
    def _sizes_fit(self) -> "ParserConfig":
        try:
            self.sizes()
        except SizeError as error:
            raise ValueError(str(error)) from None
        return self

    def sizes(self) -> Sizes:
        """Return the sizes of chunks in `auto`."""
        return Sizes(self.default_chunk_size_tokens, self.default_chunk_overlap_tokens)
