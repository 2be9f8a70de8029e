"""`python -m fleet_vector_io`: run the vector-io service."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from fleet.files.v1.operations import FileProcessorServiceClient, FileServiceClient
from fleet.inspect.v1.operations import bind_service_info_service
from fleet.vector_io.v1.operations import (
    bind_legacy_vector_service,
    bind_vector_io_service,
    bind_vector_store_service,
)
from fleet_models.store import default_root
from fleet_runtime.clients import Channel
from fleet_runtime.config import load
from fleet_runtime.info import Info
from fleet_runtime.jobs import JobQueue, Worker
from fleet_runtime.operation import BoundService
from fleet_runtime.periodic import PeriodicTask
from fleet_runtime.providers import opened
from fleet_runtime.serve import run, serve
from fleet_runtime.store import Database
from fleet_upstream.fetcher import Fetcher
from fleet_vector_io.attaching import Attaching
from fleet_vector_io.config import JOBS, SCHEMA, ServiceConfig
from fleet_vector_io.cutting import Cutter
from fleet_vector_io.ingestion import Ingestion
from fleet_vector_io.legacy.documents import Documents
from fleet_vector_io.legacy.rag_tool import RagTool
from fleet_vector_io.legacy.service import LegacyVectors
from fleet_vector_io.making import Making
from fleet_vector_io.models import Models
from fleet_vector_io.native import VectorIo
from fleet_vector_io.register import Register
from fleet_vector_io.search import Searcher
from fleet_vector_io.service import VectorStores
from fleet_vector_io.sweeping import Sweeper
from fleet_vector_io.tokenizers import Tokenizers


async def main() -> None:
    """Open what the config names, then serve until told to stop."""
    async with services(load(ServiceConfig)) as bound:
        await serve(bound)


@asynccontextmanager
async def services(config: ServiceConfig) -> AsyncGenerator[list[BoundService], None]:
    """Open the providers, the store and the ways to other services, and yield the services over them."""
    async with AsyncExitStack() as stack:
        known = await stack.enter_async_context(opened("fleet.vector_io", config.providers))
        providers = {name: each.provider for name, each in known.items()}
        database = Database(config.store.database, SCHEMA)
        stack.push_async_callback(database.aclose)
        models = Models(config.inference)
        stack.push_async_callback(models.aclose)
        files = Channel(config.files)
        stack.push_async_callback(files.aclose)
        processor = FileProcessorServiceClient(files)

        register, queue = Register(database), JobQueue(database, JOBS)
        making = Making(
            config=config, register=register, providers=providers, models=models, queue=queue
        )
        searcher = Searcher(providers, models, config.search)
        attaching = Attaching(
            register, queue, FileServiceClient(files), config.ingestion.wait_seconds
        )
        tokenizers = Tokenizers(config.ingestion.tokenizers, default_root())
        cutter = Cutter(tokenizers, models, config.contextual)
        ingestion = Ingestion(
            register=register,
            queue=queue,
            providers=providers,
            models=models,
            cutter=cutter,
            processor=processor,
            batch=config.ingestion.embedding_batch,
        )
        worker = Worker(queue, ingestion, config.ingestion)
        await stack.enter_async_context(worker.running())
        sweeper = Sweeper(register, providers, making)
        sweeping = PeriodicTask(sweeper.sweep, config.sweep_seconds, "vector_stores.not_swept")
        await stack.enter_async_context(sweeping.running())
        native = VectorIo(
            config=config.search,
            register=register,
            providers=providers,
            models=models,
            searcher=searcher,
        )
        stores = VectorStores(
            config=config,
            register=register,
            providers=providers,
            making=making,
            attaching=attaching,
            searcher=searcher,
        )
        fetcher = None if config.fetch is None else Fetcher(config.fetch)
        tool = RagTool(
            config=config,
            register=register,
            native=native,
            searcher=searcher,
            documents=Documents(cutter, models, processor, fetcher),
            models=models,
        )
        yield [
            bind_vector_store_service(stores),
            bind_vector_io_service(native),
            bind_legacy_vector_service(LegacyVectors(config, register, making, tool)),
            bind_service_info_service(Info({"vector_io": [one.config for one in known.values()]})),
        ]


if __name__ == "__main__":
    run(main())
