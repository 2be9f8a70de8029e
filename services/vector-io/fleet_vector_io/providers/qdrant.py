"""`remote::qdrant`: chunks in a Qdrant server, 1.10 and later.

Format: https://api.qdrant.tech
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from pydantic import Field, PositiveInt, model_validator
from qdrant_client import AsyncQdrantClient
from qdrant_client import models as q

from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import Unavailable
from fleet_vector_io.provider import Collection
from fleet_vector_io.qdrant.failures import FAILURES, meant
from fleet_vector_io.qdrant.points import FILE, MARKS
from fleet_vector_io.qdrant.store import QdrantStore, collection_name
from fleet_vector_io.store_config import StoreConfig

T = TypeVar("T")

# How many candidates a search by meaning keeps on its way through the graph (HNSW): more than Qdrant's own 100, so that
# nearly all of the nearest are found.
_CANDIDATES = 256


class Qdrant(QdrantStore):
    """Keeps chunks in a Qdrant server."""

    class Config(StoreConfig):
        """Where Qdrant is, and how to be let in. The place is one of `url`, `location` and `host`."""

        url: str | Secret | None = Field(default=None, examples=["http://localhost:6333"])
        """Where it is."""
        location: str | Secret | None = None
        """As `url`."""
        host: str | None = None
        """The host's name, or its address, without a scheme; `localhost` if nothing says where Qdrant is."""
        port: int | None = 6333
        """The port of its REST API, unless `url` has one."""
        grpc_port: int = 6334
        """The port of its gRPC API."""
        prefer_grpc: bool = False
        """Whether to speak gRPC with it."""
        https: bool | None = None
        """Whether to speak TLS, unless `url` says so. If unset, when there is a key."""
        api_key: Secret | str | None = Field(default=None, repr=False)
        """The key to be let in with."""
        prefix: str | None = None
        """What all paths begin with, where Qdrant shares its address with others."""
        timeout: PositiveInt | None = None
        """How long to wait for an answer, in seconds; 60 if unset."""

        @model_validator(mode="after")
        def _one_place(self) -> "Qdrant.Config":
            if sum(place is not None for place in (self.url, self.location, self.host)) > 1:
                raise ValueError("set only one of `url`, `location` and `host`")
            return self

    def __init__(self, config: Config) -> None:
        self._seconds = config.timeout or 60
        place, key = config.url or config.location, config.api_key
        # The key goes as a header: as an argument, it would warn of each address without TLS.
        client = AsyncQdrantClient(
            url=reveal(place) if place else None,
            host=config.host,
            port=config.port,
            grpc_port=config.grpc_port,
            prefer_grpc=config.prefer_grpc,
            https=bool(key) if config.https is None else config.https,
            headers={"api-key": reveal(key)} if key else None,
            prefix=config.prefix,
            timeout=self._seconds,
            check_compatibility=False,  # it would hold up the start
        )
        super().__init__(client, self._told, q.SearchParams(hnsw_ef=_CANDIDATES))
        self._remote = client

    async def aclose(self) -> None:
        await self._remote.close()

    async def create(self, collection: Collection) -> None:
        await super().create(collection)
        for field in (FILE, MARKS):
            await self._told(
                self._remote.create_payload_index(
                    collection_name(collection), field, q.PayloadSchemaType.KEYWORD, wait=True
                )
            )

    async def _told(self, coroutine: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(self._seconds):
                return await coroutine
        except TimeoutError:
            raise Unavailable(f"Qdrant did not answer within {self._seconds} seconds.") from None
        except FAILURES as error:
            raise meant(error) from error
