"""`python -m fleet_inference`: run the inference service, as a router or, with an engine provider, as a runner."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fleet.inference.v1.operations import bind_inference_service, bind_model_service
from fleet.inspect.v1.operations import bind_service_info_service
from fleet_inference import completions_store
from fleet_inference.completions import Completions
from fleet_inference.config import SCHEMA, ServiceConfig
from fleet_inference.info import Info
from fleet_inference.model_names import GivenNames, NamesInDatabase, NamesInMemory
from fleet_inference.models import ModelTable
from fleet_inference.registry import Registry
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


@asynccontextmanager
async def services(config: ServiceConfig) -> AsyncGenerator[list[BoundService], None]:
    """Open the providers and the store, and yield the services over them."""
    async with opened("fleet.inference", config.providers) as providers, _kept(config) as kept:
        names, completions = kept
        models = ModelTable(names, providers)
        async with models.refreshed(config.refresh_seconds):
            yield [
                bind_inference_service(Inference(models, completions)),
                bind_model_service(Registry(models)),
                bind_service_info_service(Info(models)),
            ]


@asynccontextmanager
async def _kept(
    config: ServiceConfig,
) -> AsyncGenerator[tuple[GivenNames, Completions | None], None]:
    """Open what is kept: the names of models, and chat completions if there is a store."""
    if config.store is None:
        yield GivenNames(config.models, NamesInMemory()), None
        return
    database = Database(config.store.database, SCHEMA)
    try:
        names = GivenNames(config.models, NamesInDatabase(database))
        async with completions_store.opened(database) as store:
            yield names, Completions(store, config.store.completions)
    finally:
        await database.aclose()


if __name__ == "__main__":
    run(main())
