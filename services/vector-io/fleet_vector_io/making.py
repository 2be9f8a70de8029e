"""Making stores, and unmaking them."""

import time
import uuid
from collections.abc import Mapping

from fleet.vector_io.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.jobs import JobQueue
from fleet_vector_io.attributes import read_metadata
from fleet_vector_io.config import ServiceConfig
from fleet_vector_io.ingestion import Task, job_of
from fleet_vector_io.models import Models
from fleet_vector_io.provider import VectorIOProvider
from fleet_vector_io.records import StoreRecord
from fleet_vector_io.register import Register


class Making:
    """Finds out what a store needs, and makes room for it.

    Args:
        config: What requests leave open.
        register: What is known of stores.
        providers: Who keeps chunks, by id.
        models: Says what an embedding model's vectors are like.
        queue: The jobs that outlive this process.
    """

    def __init__(
        self,
        *,
        config: ServiceConfig,
        register: Register,
        providers: Mapping[str, VectorIOProvider],
        models: Models,
        queue: JobQueue,
    ) -> None:
        self._config = config
        self._register = register
        self._queue = queue
        self._providers = providers
        self._models = models

    async def planned(
        self,
        request: m.CreateVectorStoreRequest,
        chunking: str,
        call: Call,
        legacy_id: str | None = None,
    ) -> StoreRecord:
        """Return what is to be kept of a new store.

        Args:
            request: What is asked for.
            chunking: How its files are cut, as JSON.
            call: On whose behalf.
            legacy_id: The name that a caller of the older API gave it.

        Raises:
            InvalidArgument: The provider or the model is unknown, or is not named at all.
        """
        model, provider = self._model(request), self._provider(request.provider_id)
        dimension = await self._dimension(model, request.embedding_dimension, call)
        now = int(time.time())
        return StoreRecord(
            id=legacy_id or f"vs_{uuid.uuid4()}",
            created=now,
            name=request.name or "",
            description=request.description,
            provider_id=provider,
            embedding_model=model,
            dimension=dimension,
            chunking=chunking,
            metadata=read_metadata(request.metadata),
            expires_days=request.expires_after.days if request.expires_after else None,
            last_active=now,
            legacy=legacy_id is not None,
        )

    async def room(self, store: StoreRecord) -> None:
        """Make room for the chunks of a store."""
        await self._providers[store.provider_id].create(store.collection)

    async def unmake(self, store: StoreRecord) -> None:
        """Forget a store, and then its chunks: here, or should this process end now, by whoever does its jobs."""
        async with self._register.database.begin() as connection:
            await self._register.remove_store(connection, store.id)
            key, task = job_of(Task(store.id, drops=store.provider_id))
            await self._queue.put(connection, [(key, task)])
        await self._providers[store.provider_id].drop(store.collection)
        async with self._register.database.begin() as connection:
            # Its name may be given again: what is dropped then is another store.
            await self._queue.remove(connection, [key])

    def _model(self, request: m.CreateVectorStoreRequest) -> str:
        model = request.embedding_model or self._config.default_embedding_model
        if model is None:
            raise InvalidArgument(
                "Name the model that turns texts into vectors as 'embedding_model', or configure"
                " 'default_embedding_model'.",
                code="missing_embedding_model",
                param="embedding_model",
            )
        return model

    def _provider(self, asked: str | None) -> str:
        name = asked or self._config.default_provider or next(iter(self._providers))
        if name not in self._providers:
            known = ", ".join(self._providers)
            raise InvalidArgument(
                f"There is no vector store provider '{name}'; there are: {known}.",
                code="provider_not_found",
                param="provider_id",
            )
        return name

    async def _dimension(self, model: str, asked: int | None, call: Call) -> int:
        """Return the length of a model's vectors: as asked, as known, or as it turns out."""
        known = await self._models.embedding_model(model, call)
        if asked is not None and asked != known.dimension:
            await self._models.embed(model, ["a"], asked, call)  # or raises
            return asked
        return known.dimension or len((await self._models.embed(model, ["a"], None, call))[0])
