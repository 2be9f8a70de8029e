"""`python -m fleet_post_training`: run the post-training service."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from fleet.inspect.v1.operations import bind_service_info_service
from fleet.post_training.v1.operations import (
    bind_post_training_service,
    bind_synthetic_data_generation_service,
)
from fleet_post_training.config import SCHEMA, TASKS, ServiceConfig
from fleet_post_training.distillation import Distillation
from fleet_post_training.gathering import Gathering
from fleet_post_training.neighbours import Neighbours
from fleet_post_training.progress import Progress
from fleet_post_training.service import PostTraining
from fleet_post_training.store import TrainingStore
from fleet_post_training.synthetic.service import SyntheticData
from fleet_post_training.work import TrainingWork
from fleet_runtime.config import ProviderConfig, load
from fleet_runtime.info import Info
from fleet_runtime.jobs import JobQueue, Worker
from fleet_runtime.operation import BoundService
from fleet_runtime.providers import opened
from fleet_runtime.serve import run, serve
from fleet_runtime.store import Database

# Llama Stack has the API and nobody who does it; this is called as it calls the one way of doing something.
_ONLY = ProviderConfig(id="reference", type="inline::reference")


async def main() -> None:
    """Open what the config names, then serve until told to stop."""
    async with services(load(ServiceConfig)) as bound:
        await serve(bound)


@asynccontextmanager
async def services(config: ServiceConfig) -> AsyncGenerator[list[BoundService], None]:
    """Open the providers, the store and the connections, and yield the services over them."""
    async with AsyncExitStack() as stack:
        neighbours = Neighbours(config)
        stack.push_async_callback(neighbours.aclose)
        providers = await stack.enter_async_context(opened("fleet.post_training", config.providers))
        database = Database(config.store.database, SCHEMA)
        stack.push_async_callback(database.aclose)

        queue = JobQueue(database, TASKS)
        distillation = Distillation(neighbours.inference, config.teacher)
        gathering = Gathering(neighbours, config.limits, distillation)
        work = TrainingWork(Progress(database, queue), gathering, providers)
        await stack.enter_async_context(Worker(queue, work, config.work).running())

        store = TrainingStore(database, queue, config.limits.most_waiting)
        about = {
            "post_training": [one.config for one in providers.values()],
            "synthetic_data_generation": [_ONLY],
        }
        yield [
            bind_post_training_service(PostTraining(store, gathering, providers)),
            bind_synthetic_data_generation_service(
                SyntheticData(neighbours, config.synthetic_data)
            ),
            bind_service_info_service(Info(about)),
        ]


if __name__ == "__main__":
    run(main())
