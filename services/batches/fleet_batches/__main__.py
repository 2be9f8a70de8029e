"""`python -m fleet_batches`: run the batches service."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from fleet.batches.v1.operations import bind_batch_service
from fleet.inspect.v1.operations import bind_service_info_service
from fleet_batches.cancellations import Cancellations
from fleet_batches.config import JOBS, SCHEMA, ServiceConfig
from fleet_batches.neighbours import Neighbours
from fleet_batches.outputs import Outputs
from fleet_batches.progress import Progress
from fleet_batches.service import Batches
from fleet_batches.store import BatchStore
from fleet_batches.work import BatchWork
from fleet_runtime.config import ProviderConfig, load
from fleet_runtime.info import Info
from fleet_runtime.jobs import JobQueue, Worker
from fleet_runtime.operation import BoundService
from fleet_runtime.serve import run, serve
from fleet_runtime.store import Database

# Under the name that Llama Stack has for the one way of doing it.
_ONLY = ProviderConfig(id="reference", type="inline::reference")


async def main() -> None:
    """Open what the config names, then serve until told to stop."""
    async with services(load(ServiceConfig)) as bound:
        await serve(bound)


@asynccontextmanager
async def services(config: ServiceConfig) -> AsyncGenerator[list[BoundService], None]:
    """Open the store and the connections, and yield the services over them."""
    async with AsyncExitStack() as stack:
        neighbours = Neighbours(config)
        stack.push_async_callback(neighbours.aclose)
        database = Database(config.store.database, SCHEMA)
        stack.push_async_callback(database.aclose)

        queue = JobQueue(database, JOBS)
        cancellations = Cancellations(database)
        await stack.enter_async_context(cancellations.running())
        outputs = Outputs(database, neighbours.files)
        work = BatchWork(Progress(database, queue), outputs, neighbours, cancellations, config)
        worker = Worker(queue, work, config.work)
        await stack.enter_async_context(worker.running())

        store = BatchStore(database, queue, cancellations, config.limits.most_waiting)
        yield [
            bind_batch_service(Batches(store, neighbours, config.limits)),
            bind_service_info_service(Info({"batches": [_ONLY]})),
        ]


if __name__ == "__main__":
    run(main())
