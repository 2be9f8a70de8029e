"""`remote::milvus`: chunks in a Milvus server, 2.5 and later, or in Zilliz's cloud.

Format: https://milvus.io/docs
"""

from typing import Literal

from pydantic import Field, PositiveFloat

from fleet_runtime.config import Secret, reveal
from fleet_vector_io.milvus.store import MilvusStore
from fleet_vector_io.store_config import StoreConfig


class Milvus(MilvusStore):
    """Keeps chunks in a Milvus server."""

    class Config(StoreConfig):
        """Where Milvus is, and how to be let in."""

        uri: str | Secret = Field(examples=["http://localhost:19530"])
        """Where it is."""
        token: Secret | str | None = Field(default=None, repr=False)
        """What to be let in with: `user:password`, or an API key."""
        consistency_level: Literal["Strong", "Session", "Bounded", "Eventually"] = "Strong"
        """Which writes a search sees. With others than `Strong`, chunks may be found some time after they came in."""
        timeout: PositiveFloat = 60.0
        """How long to wait for an answer, in seconds."""

    def __init__(self, config: Config) -> None:
        super().__init__(
            reveal(config.uri),
            reveal(config.token or ""),
            config.consistency_level,
            index="AUTOINDEX",
            seconds=config.timeout,
        )
