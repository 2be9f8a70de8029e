"""`python -m fleet_safety`: run the safety service."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from fleet.inspect.v1.operations import bind_service_info_service
from fleet.safety.v1.operations import bind_safety_service, bind_shield_service
from fleet_runtime.config import load
from fleet_runtime.info import Info
from fleet_runtime.operation import BoundService
from fleet_runtime.providers import opened
from fleet_runtime.serve import run, serve
from fleet_runtime.store import Database
from fleet_runtime.store.registered import Registered
from fleet_safety.config import SCHEMA, ServiceConfig
from fleet_safety.configured import configured
from fleet_safety.provider import Shield
from fleet_safety.registry import Registry
from fleet_safety.service import Safety
from fleet_safety.shield_names import shields_in_database, shields_in_memory
from fleet_safety.shields import Shields


async def main() -> None:
    """Open what the config names, then serve until told to stop."""
    async with services(load(ServiceConfig)) as bound:
        await serve(bound)


@asynccontextmanager
async def services(config: ServiceConfig) -> AsyncGenerator[list[BoundService], None]:
    """Open the providers and the store, and yield the services over them."""
    async with AsyncExitStack() as stack:
        providers = await stack.enter_async_context(opened("fleet.safety", config.providers))
        known = [provider.id for provider in config.providers]
        shields = Shields(
            configured(config.shields, providers, known),
            await stack.enter_async_context(_kept(config)),
            providers,
            config.default_shield,
        )
        await stack.enter_async_context(shields.watched())
        yield [
            bind_safety_service(Safety(shields)),
            bind_shield_service(Registry(shields)),
            bind_service_info_service(Info({"safety": [one.config for one in providers.values()]})),
        ]


@asynccontextmanager
async def _kept(config: ServiceConfig) -> AsyncGenerator[Registered[Shield], None]:
    """Open the store, if there is one."""
    if config.store is None:
        yield shields_in_memory()
        return
    database = Database(config.store.database, SCHEMA)
    try:
        yield shields_in_database(database)
    finally:
        await database.aclose()


if __name__ == "__main__":
    run(main())
