"""`remote::milvus`: chunks in a Milvus server, 2.5 and later, or in Zilliz's cloud.

Format: https://milvus.io/docs
"""

from typing import Any, Literal

from pydantic import Field, PositiveFloat

from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.config import Secret, reveal
from fleet_vector_io.milvus.store import MilvusStore


class Milvus(MilvusStore):
    """Keeps chunks in a Milvus server."""

    class Config(BaseConfig):
        """Where Milvus is, and how to be let in."""

        uri: str | Secret = Field(examples=["http://localhost:19530"])
        """Where it is."""
        token: Secret | str | None = Field(default=None, repr=False)
        """What to be let in with: `user:password`, or an API key."""
        consistency_level: Literal["Strong", "Session", "Bounded", "Eventually"] = "Strong"
        """Which writes a search sees. With others than `Strong`, chunks may be found some time after they came in."""
        timeout: PositiveFloat = 60.0
        """How long to wait for an answer, in seconds."""
        persistence: dict[str, Any] | None = None
        """Of no effect, and here for Llama Stack's configs: the service keeps what it knows of vector stores itself."""
        metadata_store: dict[str, Any] | None = None
        """As `persistence`."""

    def __init__(self, config: Config) -> None:
        super().__init__(
            reveal(config.uri),
            reveal(config.token or ""),
            config.consistency_level,
            index="AUTOINDEX",
            seconds=config.timeout,
        )
