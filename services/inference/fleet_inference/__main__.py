"""`python -m fleet_inference`: run the inference service, as a router or, with an engine provider, as a runner."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from fleet.inference.v1.operations import (
    bind_inference_service,
    bind_interactions_service,
    bind_legacy_inference_service,
    bind_message_batches_service,
    bind_messages_service,
    bind_model_service,
)
from fleet.inspect.v1.operations import bind_service_info_service
from fleet_inference import completions_store
from fleet_inference.completions import Completions
from fleet_inference.config import SCHEMA, ServiceConfig
from fleet_inference.dialects.anthropic import (
    BatchStore,
    MessageBatches,
    Messages,
    batch_worker,
)
from fleet_inference.dialects.interactions import Interactions
from fleet_inference.dialects.legacy import LegacyInference
from fleet_inference.dialects.model_lists import ModelLists
from fleet_inference.info import Info
from fleet_inference.model_names import GivenNames, names_in_database, names_in_memory
from fleet_inference.models import ModelTable
from fleet_inference.registry import Registry
from fleet_inference.routing.router import Router
from fleet_inference.service import Inference
from fleet_runtime.config import load
from fleet_runtime.operation import BoundService
from fleet_runtime.providers import opened
from fleet_runtime.serve import run, serve
from fleet_runtime.store import Database


async def main() -> None:
    """Open what the config names, then serve until told to stop."""
    async with services(load(ServiceConfig)) as bound:
        await serve(bound)


@dataclass(frozen=True, slots=True)
class Kept:
    """What outlives this process, where the config has a store.

    Attributes:
        names: The names that were given to models; without a store, they end with this process.
        completions: Chat completions.
        batches: Message batches.
        database: Where all that is.
    """

    names: GivenNames
    completions: Completions | None = None
    batches: BatchStore | None = None
    database: Database | None = None


@asynccontextmanager
async def services(config: ServiceConfig) -> AsyncGenerator[list[BoundService], None]:
    """Open the providers and the store, and yield the services over them."""
    async with AsyncExitStack() as stack:
        providers = await stack.enter_async_context(opened("fleet.inference", config.providers))
        kept = await stack.enter_async_context(_kept(config))
        models = ModelTable(kept.names, providers)
        await stack.enter_async_context(models.refreshed(config.refresh_seconds))
        router = Router(config.retries, config.circuit, config.limits)
        inference = Inference(models, router, kept.completions)
        messages = Messages(inference)
        if config.store and kept.database:
            worker = batch_worker(kept.database, messages, config.store.message_batches)
            await stack.enter_async_context(worker.running())
        yield [
            bind_inference_service(inference),
            bind_messages_service(messages),
            bind_message_batches_service(MessageBatches(kept.batches)),
            bind_interactions_service(Interactions(inference)),
            bind_legacy_inference_service(LegacyInference(inference)),
            bind_model_service(ModelLists(Registry(models))),
            bind_service_info_service(Info(models)),
        ]


@asynccontextmanager
async def _kept(config: ServiceConfig) -> AsyncGenerator[Kept, None]:
    """Open the store, if there is one."""
    if config.store is None:
        yield Kept(GivenNames(config.models, names_in_memory()))
        return
    database = Database(config.store.database, SCHEMA)
    try:
        names = GivenNames(config.models, names_in_database(database))
        async with completions_store.opened(database) as store:
            completions = Completions(store, config.store.completions)
            batches = BatchStore(database, config.store.message_batches.window)
            yield Kept(names, completions, batches, database)
    finally:
        await database.aclose()


if __name__ == "__main__":
    run(main())
