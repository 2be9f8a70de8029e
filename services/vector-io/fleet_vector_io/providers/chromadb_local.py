"""`inline::chromadb`: chunks in a folder, by Chroma's own library, in this process.

Only one process should have the folder open. Format: https://docs.trychroma.com/docs/run-chroma/clients
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import chromadb
from chromadb.config import Settings
from chromadb.errors import InternalError, NotFoundError

from fleet_runtime.errors import NotFound, Unavailable
from fleet_vector_io.chroma.engine import AT_WORK, CONFIGURATION, NOT_READY, Verb
from fleet_vector_io.chroma.store import ChromaStore
from fleet_vector_io.store_config import StoreConfig

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration

T = TypeVar("T")

# How many calls the library does at once.
_THREADS = 8


class ChromaLocal(ChromaStore):
    """Keeps chunks in a folder."""

    class Config(StoreConfig):
        """Where the folder is."""

        db_path: Path
        """The folder. It is made if it is not there."""

    def __init__(self, config: Config) -> None:
        super().__init__(_Library(config.db_path.expanduser()))


class _Library:
    """Chroma in threads.

    Args:
        folder: Where its files are.
    """

    def __init__(self, folder: Path) -> None:
        # By default Chroma tells its makers what it runs.
        settings = Settings(anonymized_telemetry=False)
        self._client = cast("Client", chromadb.PersistentClient(folder, settings))
        self._threads = ThreadPoolExecutor(_THREADS, "chroma")

    async def aclose(self) -> None:
        await self._done(self._client.close)
        self._threads.shutdown()

    async def create(self, name: str) -> None:
        configuration = cast("CreateCollectionConfiguration", CONFIGURATION)
        make = self._client.get_or_create_collection
        await self._done(partial(make, name, embedding_function=None, configuration=configuration))

    async def drop(self, name: str) -> None:
        with suppress(NotFound):
            await self._done(partial(self._client.delete_collection, name))

    async def count(self, name: str) -> int:
        return await self._done((await self._collection(name)).count)

    async def ask(self, name: str, verb: Verb, **content: Any) -> dict[str, Any]:
        collection = await self._collection(name)
        answer: Any = await self._done(partial(getattr(collection, verb), **content))
        return dict(answer or {})

    async def _collection(self, name: str) -> chromadb.Collection:
        return await self._done(partial(self._client.get_collection, name, embedding_function=None))

    async def _done(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except NotFoundError:
            raise NotFound("Chroma has no such collection; create it first.") from None
        except InternalError as error:
            if AT_WORK in str(error):
                raise Unavailable("Chroma is making an index; try again.", code=NOT_READY) from None
            raise
