"""The systems that are compared, and what all of them talk to."""

import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from fleet_bench.accounts import settled
from fleet_bench.answering import answering, gets
from fleet_bench.process import Running, free_port
from fleet_bench.responses import script, tool_client
from fleet_bench.system import Launch, Site

_READY = ("/v1/models", "/v1/responses?limit=1")


class Side(NamedTuple):
    """A system that makes responses."""

    name: str
    version: str
    install: Callable[[], None]
    """Makes ready what `launch` needs; costs nothing once it is there."""
    launch: Callable[[Site], Launch]
    """Writes its config; the prefix of what it returns precedes the model's name."""


class World(NamedTuple):
    """What stands behind each system, by ports on loopback. Its CPU counts for nobody."""

    model: int
    tools: int

    @property
    def tools_url(self) -> str:
        """The URL of the MCP server."""
        return f"http://127.0.0.1:{self.tools}{tool_client.PATH}"


@asynccontextmanager
async def world() -> AsyncGenerator[World, None]:
    """Start the model server and the MCP server, and stop them in the end."""
    async with (
        _server("model_server", gets("/v1/models")) as model,
        _server("tool_server", [tool_client.hello()]) as tools,
    ):
        yield World(model, tools)


@asynccontextmanager
async def started(side: Side, behind: World) -> AsyncGenerator[tuple[Running, str], None]:
    """Run a system; yield it when it is at rest, and its name for the model."""
    # A short path: those of sockets have a limit of 107 bytes.
    with tempfile.TemporaryDirectory(prefix=f"bench-{side.name}-") as folder:
        site = Site(Path(folder), free_port(), behind.model)
        launch = side.launch(site)
        async with answering(launch, site.port, site.folder, gets(*_READY)) as system:
            await settled(system.pids)
            yield system, launch.prefix + script.MODEL


@asynccontextmanager
async def _server(module: str, requests: Iterable[bytes]) -> AsyncGenerator[int, None]:
    """Start a server of this package; yield its port when it answers."""
    port = free_port()
    command = [sys.executable, "-m", f"fleet_bench.responses.{module}", "--port", str(port)]
    with tempfile.TemporaryDirectory(prefix="bench-server-") as folder:
        async with answering(Launch(command, {}, ""), port, Path(folder), requests):
            yield port
