"""`inline::milvus`: chunks in a folder, by Milvus Lite, in this process.

Milvus Lite is a server that speaks Milvus' gRPC, here in threads. It searches exactly, and is for hundreds of
thousands of chunks; only one process can have the folder open. Format: https://milvus.io/docs/milvus_lite.md
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from milvus_lite.exceptions import MilvusLiteError

from fleet_runtime.config import ConfigError
from fleet_vector_io.milvus.lite import LiteServer
from fleet_vector_io.milvus.store import MilvusStore
from fleet_vector_io.provider import Chunk, Collection, Selection
from fleet_vector_io.store_config import StoreConfig

# In seconds. Longer than any search takes here.
_TIMEOUT = 120.0
# How many chunks may be in no segment yet. They are searched fifty times slower.
_LOOSE = 1000


class MilvusLite(MilvusStore):
    """Keeps chunks in a folder."""

    class Config(StoreConfig):
        """Where the folder is."""

        db_path: Path
        """The folder, whose name usually ends in `.db`. It is made if it is not there."""
        consistency_level: Literal["Strong", "Session", "Bounded", "Eventually"] = "Strong"
        """Of no effect, and here for Llama Stack's configs: one process sees all it writes."""

    def __init__(self, config: Config) -> None:
        folder = config.db_path.expanduser()
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._server = LiteServer(folder)
        except MilvusLiteError as error:
            raise ConfigError(
                f"Milvus Lite cannot open the folder {folder}: {error}; run one replica, or use `remote::milvus`"
            ) from error
        # Milvus Lite leaves it to its callers that one of them writes at a time.
        self._writing = asyncio.Lock()
        self._loose: Counter[str] = Counter()
        level = config.consistency_level
        super().__init__(self._server.address, "", level, index="FLAT", seconds=_TIMEOUT)

    async def aclose(self) -> None:
        await super().aclose()
        await asyncio.to_thread(self._server.close)

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        async with self._writing:
            await super().put(collection, chunks)
            self._loose[collection.id] += len(chunks)
            if self._loose[collection.id] >= _LOOSE:
                await self.flush(collection)
                del self._loose[collection.id]

    async def delete(self, collection: Collection, selection: Selection) -> None:
        async with self._writing:
            await super().delete(collection, selection)
