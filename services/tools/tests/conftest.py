"""Whole tools services in this process, over an MCP server and a database of their own."""

import asyncio
import time
from contextlib import asynccontextmanager
from functools import partial
from types import SimpleNamespace

import psycopg
import pytest

from fleet.tools.v1.operations import (
    ConnectorServiceClient,
    McpServiceClient,
    ToolGroupServiceClient,
    ToolRuntimeServiceClient,
)
from fleet_runtime.clients import Channel
from fleet_runtime.serve import serving
from fleet_runtime.store import DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.envoy import running_envoy
from fleet_testing.inference_process import running_postgres
from fleet_testing.mcp_servers import mcp_server
from fleet_tools.__main__ import services
from fleet_tools.config import SCHEMA, ServiceConfig

PATIENCE = 10.0


@pytest.fixture
async def fake():
    """An MCP server."""
    async with mcp_server() as fake:
        yield fake


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """Where a Postgres server is."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request, tmp_path):
    """Where a database with our tables is."""
    url = f"sqlite:///{tmp_path}/test.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    await bring_up_to_date(DatabaseConfig(url=url), SCHEMA, "fleet_tools.migrations")
    return url


def settings_for(fake, **more):
    """Return the config of a service with two groups and a connector; what is given stands beside or in place of it."""
    return {
        "providers": [
            {
                "id": "mcp",
                "type": "remote::model-context-protocol",
                "config": {"allowed": ["127.0.0.1"]},
            },
            {"id": "wolfram", "type": "remote::wolfram-alpha", "config": {"api_key": "id"}},
        ],
        "tool_groups": [
            {
                "toolgroup_id": "mcp::fake",
                "provider_id": "mcp",
                "mcp_endpoint": {"uri": fake.url},
            },
            {"toolgroup_id": "builtin::wolfram_alpha", "provider_id": "wolfram"},
        ],
        "connectors": [{"connector_id": "fake", "url": fake.url, "server_label": "a label"}],
        **more,
    }


@pytest.fixture(scope="session")
def config_for():
    """Return what returns the config of a service that knows a server."""
    return settings_for


@pytest.fixture
def config(fake):
    """Return what returns the config of a service."""
    return partial(settings_for, fake)


@asynccontextmanager
async def running(settings):
    """Run a service, and yield its clients."""
    async with services(ServiceConfig.model_validate(settings)) as bound, serving(bound) as address:
        channel = Channel("tools", at=address)
        try:
            yield SimpleNamespace(
                address=address,
                groups=ToolGroupServiceClient(channel),
                runtime=ToolRuntimeServiceClient(channel),
                connectors=ConnectorServiceClient(channel),
                mcp=McpServiceClient(channel),
            )
        finally:
            await channel.aclose()


@asynccontextmanager
async def before(service):
    """Run a gateway before a service, without holding the loop that the service runs on."""
    envoy = running_envoy(routes={"tools": {"endpoints": [service.address]}})
    running = await asyncio.to_thread(envoy.__enter__)
    try:
        yield running
    finally:
        await asyncio.to_thread(envoy.__exit__, None, None, None)


@pytest.fixture(scope="session")
def gateway_before():
    """Return what runs a gateway before a service."""
    return before


@pytest.fixture(scope="session")
def start():
    """Return what runs a service by its config."""
    return running


@pytest.fixture
async def service(config):
    """A service without a store."""
    async with running(config()) as clients:
        yield clients


@pytest.fixture
def eventually():
    """Return what waits until a claim holds."""

    async def eventually(claim):
        end = time.monotonic() + PATIENCE
        while not (found := await claim()):
            assert time.monotonic() < end, "did not come true"
            await asyncio.sleep(0.01)
        return found

    return eventually
