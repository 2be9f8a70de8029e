"""The fleet of values.yaml as the chart renders it, in a cluster of one machine, under load."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from fleet_cli.distributions import chart
from fleet_testing import helm
from fleet_testing.cluster.cluster import Cluster, running_cluster
from fleet_testing.cluster.manifests import Object, read_manifests
from fleet_testing.inference_process import running_postgres
from fleet_testing.openai_upstream import OpenAIUpstream, openai_upstream

VALUES = Path(__file__).with_name("values.yaml")
DELAY = 4.0
"""Seconds until names follow what pods do: as long as the pause before a pod's end allows for, and a little less."""
NOTICED = 20.0
"""Seconds in which a fleet that is ready must be reached."""
DATABASE_URL = "postgresql://fleet@10.244.0.1:5432/fleet"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL and the socket of somebody else's database."""
    data = tmp_path_factory.mktemp("postgres")
    with running_postgres(data) as url:
        yield url, data / "sockets" / ".s.PGSQL.5432"


@pytest.fixture(scope="module")
def database(postgres: tuple[str, Path]) -> str:
    """The URL of the fleet's database, from outside the cluster."""
    return postgres[0]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def upstream() -> AsyncIterator[OpenAIUpstream]:
    async with openai_upstream() as upstream:
        upstream.pause = 1.0
        yield upstream


@pytest.fixture(scope="module")
def rendered() -> Callable[..., list[Object]]:
    """Return what the chart renders to, with more values set, such as `gateway.replicas=2`."""

    def render(*sets: str) -> list[Object]:
        given = [part for one in sets for part in ("--set", one)]
        return read_manifests(helm.template(chart(), [VALUES], "--is-upgrade", *given))

    return render


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cluster(
    postgres: tuple[str, Path], upstream: OpenAIUpstream, rendered: Callable[..., list[Object]]
) -> AsyncIterator[Cluster]:
    async with running_cluster(delay=DELAY) as cluster:
        port = int(upstream.root.rpartition(":")[2])
        await cluster.offer(8000, partial(_connect, socket.AF_INET, ("127.0.0.1", port)))
        await cluster.offer(5432, partial(_connect, socket.AF_UNIX, str(postgres[1])))
        cluster.secret("database", DATABASE_URL=DATABASE_URL)
        await cluster.install(rendered())
        await cluster.rolled_out()
        yield cluster


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def root(cluster: Cluster) -> str:
    """The gateway's URL, when what is behind it can be reached."""
    url = await cluster.entry("gateway")
    async with aiohttp.ClientSession(url) as http, asyncio.timeout(NOTICED):
        while not await _serves(http, "/v1/models"):  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.1)
    return url


async def _serves(http: aiohttp.ClientSession, path: str) -> bool:
    try:
        async with http.get(path) as answer:
            return answer.ok
    except aiohttp.ClientError:
        return False


async def _connect(family: int, address: Any) -> socket.socket:
    made = socket.socket(family)
    made.setblocking(False)
    await asyncio.get_running_loop().sock_connect(made, address)
    return made
