"""`python -m fleet_files`: run the files service."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from fleet.files.v1.operations import bind_file_processor_service, bind_file_service
from fleet.inspect.v1.operations import bind_service_info_service
from fleet_files import spool
from fleet_files.bytes_kept import Keepers
from fleet_files.choosing import Processors
from fleet_files.config import JOBS, SCHEMA, ServiceConfig
from fleet_files.file_store import FileStore
from fleet_files.job_store import JobStore
from fleet_files.job_work import JobWork
from fleet_files.keeping import Keeping
from fleet_files.processor_service import FileProcessors
from fleet_files.reading import Reader
from fleet_files.remains import Remains
from fleet_files.service import Files
from fleet_files.sweeper import Sweeper
from fleet_runtime.config import ConfigError, load
from fleet_runtime.info import Info
from fleet_runtime.jobs import JobQueue, Worker
from fleet_runtime.operation import BoundService
from fleet_runtime.providers import opened
from fleet_runtime.serve import run, serve
from fleet_runtime.store import Database


async def main() -> None:
    """Open what the config names, then serve until told to stop."""
    async with services(load(ServiceConfig)) as bound:
        await serve(bound)


@asynccontextmanager
async def services(config: ServiceConfig) -> AsyncGenerator[list[BoundService], None]:
    """Open the providers and the store, and yield the services over them."""
    await asyncio.to_thread(spool.sweep)
    async with AsyncExitStack() as stack:
        providers = await stack.enter_async_context(opened("fleet.files", config.providers))
        processors = await stack.enter_async_context(
            opened("fleet.file_processors", config.processors)
        )
        if not providers or not processors:
            raise ConfigError(
                "providers, processors: there must be one of each that is not left out"
            )
        database = Database(config.store.database, SCHEMA)
        stack.push_async_callback(database.aclose)

        keepers, remains = Keepers(providers), Remains(database)
        files = FileStore(database, remains)
        queue = JobQueue(database, JOBS)
        jobs = JobStore(database, remains, queue, config.jobs.keep_seconds)
        reader = Reader(Processors(processors), files, keepers)
        keeping = Keeping(keepers, remains, config.uploads)

        sweeper = Sweeper(keepers, remains, [files.expire, jobs.expire], config.sweep_seconds)
        await stack.enter_async_context(sweeper.running())
        worker = Worker(queue, JobWork(jobs, reader), config.jobs)
        await stack.enter_async_context(worker.running())
        most = config.uploads.max_bytes
        yield [
            bind_file_service(Files(files, keepers, keeping, sweeper, config.uploads)),
            bind_file_processor_service(FileProcessors(reader, jobs, keeping, sweeper, most)),
            bind_service_info_service(
                Info(
                    {
                        "files": [one.config for one in providers.values()],
                        "file_processors": [one.config for one in processors.values()],
                    }
                )
            ),
        ]


if __name__ == "__main__":
    run(main())
