"""`inline::qdrant`: chunks in a folder, by Qdrant's own library, in this process.

The library computes what the server does, exactly, and in Python: it is for tens of thousands of chunks, and only one
process can have the folder open. Format: https://python-client.qdrant.tech
"""

from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from qdrant_client.local.async_qdrant_local import AsyncQdrantLocal

from fleet_runtime.config import ConfigError
from fleet_runtime.errors import Conflict, NotFound
from fleet_vector_io.loop_thread import LoopThread
from fleet_vector_io.provider import Chunk, Collection, Selection
from fleet_vector_io.qdrant.store import QdrantStore, collection_name
from fleet_vector_io.store_config import StoreConfig

T = TypeVar("T")

# The library commits each point by itself. By default that waits for the disk three times a point; so it waits for
# nothing, as what is written outlives the process all the same, and `_CHECKPOINT` waits once for all of them.
_QUICK = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")
_CHECKPOINT = ("PRAGMA wal_checkpoint(FULL)",)


class QdrantLocal(QdrantStore):
    """Keeps chunks in a folder."""

    class Config(StoreConfig):
        """Where the folder is."""

        path: Path
        """The folder. It is made if it is not there."""

    def __init__(self, config: Config) -> None:
        self._thread = LoopThread("qdrant")
        try:
            self._local = self._thread.wait(_opened(config.path.expanduser()))
        except BaseException:
            self._thread.stop()
            raise
        super().__init__(self._local, self._told)

    async def aclose(self) -> None:
        await self._thread.run(self._local.close())
        await self._thread.aclose()

    async def create(self, collection: Collection) -> None:
        await super().create(collection)
        await self._told(_execute(self._local, collection_name(collection), _QUICK))

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        await super().put(collection, chunks)
        await self._told(_execute(self._local, collection_name(collection), _CHECKPOINT))

    async def delete(self, collection: Collection, selection: Selection) -> None:
        await super().delete(collection, selection)
        await self._told(_execute(self._local, collection_name(collection), _CHECKPOINT))

    async def _told(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run what the library does in its thread. It tells its errors apart by their words alone."""
        try:
            return await self._thread.run(coroutine)
        except ValueError as error:
            words = str(error)
            if words.startswith("Collection ") and words.endswith("not found"):
                raise NotFound("Qdrant has no such collection; create it first.") from None
            if words.startswith("Collection ") and words.endswith("already exists"):
                raise Conflict("Qdrant has the collection already.") from None
            raise


async def _opened(folder: Path) -> AsyncQdrantLocal:
    try:
        local = AsyncQdrantLocal(str(folder))
    except RuntimeError as error:  # the folder is locked
        raise ConfigError(
            f"another process has the folder {folder} open; run one replica, or use `remote::qdrant`"
        ) from error
    for name in local.collections:
        await _execute(local, name, _QUICK)
    return local


async def _execute(local: AsyncQdrantLocal, name: str, statements: Sequence[str]) -> None:
    """Speak to the SQLite file that a collection is kept in, if it is still there."""
    collection = local.collections.get(name)
    if collection and collection.storage:
        for statement in statements:
            collection.storage.storage.execute(statement).fetchall()
