"""`python -m fleet_tools`: run the tools service."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from fleet.inspect.v1.operations import bind_service_info_service
from fleet.tools.v1.operations import (
    bind_connector_service,
    bind_mcp_service,
    bind_tool_group_service,
    bind_tool_runtime_service,
)
from fleet_runtime.config import load
from fleet_runtime.info import Info
from fleet_runtime.operation import BoundService
from fleet_runtime.providers import opened
from fleet_runtime.serve import run, serve
from fleet_runtime.store import Database
from fleet_runtime.store.registered import Registered
from fleet_tools.catalogue import Catalogue
from fleet_tools.config import SCHEMA, ServiceConfig
from fleet_tools.configured import configured_groups
from fleet_tools.connector_service import ConnectorOperations
from fleet_tools.group import ToolGroup
from fleet_tools.group_store import groups_in_database
from fleet_tools.groups import ToolGroups
from fleet_tools.mcp_server.service import McpOperations
from fleet_tools.origins import Origins
from fleet_tools.runtime import ToolRunner
from fleet_tools.tool_group_service import ToolGroupOperations
from fleet_tools.tool_runtime_service import ToolRuntimeOperations


async def main() -> None:
    """Open what the config names, then serve until told to stop."""
    async with services(load(ServiceConfig)) as bound:
        await serve(bound)


@asynccontextmanager
async def services(config: ServiceConfig) -> AsyncGenerator[list[BoundService], None]:
    """Open the providers and the store, and yield the services over them."""
    async with AsyncExitStack() as stack:
        providers = await stack.enter_async_context(opened("fleet.tools", config.providers))
        store = await stack.enter_async_context(_store(config))
        groups = ToolGroups(configured_groups(config, providers), store)
        await stack.enter_async_context(groups.following())

        origins = Origins(providers, groups, config.connectors)
        catalogue = Catalogue(origins, config.limits)
        runner = ToolRunner(catalogue, config.limits)
        yield [
            bind_tool_group_service(ToolGroupOperations(origins, catalogue)),
            bind_tool_runtime_service(ToolRuntimeOperations(origins, catalogue, runner)),
            bind_connector_service(ConnectorOperations(origins, catalogue)),
            bind_mcp_service(McpOperations(origins, catalogue, runner)),
            bind_service_info_service(
                Info({"tool_runtime": [one.config for one in providers.values()]})
            ),
        ]


@asynccontextmanager
async def _store(config: ServiceConfig) -> AsyncGenerator[Registered[ToolGroup] | None, None]:
    """Open the store, if there is one."""
    if config.store is None:
        yield None
        return
    database = Database(config.store.database, SCHEMA)
    try:
        yield groups_in_database(database)
    finally:
        await database.aclose()


if __name__ == "__main__":
    run(main())
