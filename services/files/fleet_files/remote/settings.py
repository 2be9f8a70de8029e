"""The settings that all remote processors share."""

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt, model_validator

from fleet_chunking.sizes import OVERLAP, SIZE, SizeError, Sizes
from fleet_runtime.config import Config, Secret
from fleet_upstream.settings import HttpAddress, Network

_MEGABYTE = 1024 * 1024


class RemoteConfig(Config):
    """Where the server is, and how files are cut if nobody says so. Each adds a `base_url`, and a default for it."""

    base_url: HttpAddress | Secret
    """Where the server is."""
    api_key: Secret | str | None = Field(default=None, repr=False)
    """The key to be let in with."""
    network: Network = Network()
    timeout_seconds: PositiveFloat = 600.0
    """The longest that one file may take."""
    max_file_size_bytes: PositiveInt = 100 * _MEGABYTE
    """The largest file. One that is sent is in memory as a whole."""
    default_chunk_size_tokens: PositiveInt = SIZE
    """The most tokens of a chunk in `auto`."""
    default_chunk_overlap_tokens: NonNegativeInt | None = None
    """How many of them are the chunk before's, in `auto`. 400, or half of a smaller chunk, if unset."""

    @model_validator(mode="after")
    def _sizes_fit(self) -> "RemoteConfig":
        try:
            self.sizes()
        except SizeError as error:
            raise ValueError(str(error)) from None
        return self

    def sizes(self) -> Sizes:
        """Return the sizes of chunks in `auto`."""
        size, overlap = self.default_chunk_size_tokens, self.default_chunk_overlap_tokens
        return Sizes(size, min(OVERLAP, size // 2) if overlap is None else overlap)
