"""The gateway as one of the launcher's programs."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping

import yaml

from fleet_cli.home import RunFolder
from fleet_cli.probes import http_ok
from fleet_cli.program import Program
from fleet_cli.settings import Values
from fleet_gateway.config import GatewayConfig, GatewayFile, Route
from fleet_gateway.write import admin_address

LOOK_AGAIN = 0.1
"""Seconds between two looks at the calls that are still open."""


def gateway_program(values: Values, routes: Mapping[str, Route], folder: RunFolder) -> Program:
    """Return the program that runs Envoy before the services that `routes` name."""
    settings = values.gateway
    file = GatewayFile(**dict(settings), routes=dict(routes))
    config = folder.config("gateway")
    config.write_text(yaml.safe_dump(file.model_dump(mode="json", exclude_defaults=True)))
    module = (sys.executable, "-m", "fleet_gateway")
    return Program(
        name="gateway",
        command=(*module, "--config", str(config), "--out", str(folder.gateway), "--run"),
        ready=http_ok(_reachable(settings), settings.port, "/healthz", tls=bool(settings.tls)),
        address=url(settings),
        drain=0,  # done by then
        before_stop=_drain(admin_address(settings, folder.gateway), settings.drain),
    )


def url(settings: GatewayConfig) -> str:
    """Return where callers on this machine reach the gateway."""
    host = _reachable(settings)
    host = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.tls else 'http'}://{host}:{settings.port}"


def _reachable(settings: GatewayConfig) -> str:
    """Return an address to connect to: `0.0.0.0` is only one to listen on."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.address, settings.address)  # noqa: S104


def _drain(admin: str, seconds: float) -> Callable[[], Awaitable[None]]:
    """Return what makes Envoy refuse new connections, and waits until its open calls have ended."""

    async def drain() -> None:
        deadline = time.monotonic() + seconds
        try:
            await _ask(admin, "POST", "/drain_listeners?graceful&skip_exit")
            while time.monotonic() < deadline and await _open_calls(admin):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_AGAIN)
        except OSError:
            return  # it is gone already

    return drain


async def _open_calls(admin: str) -> int:
    """Return how many calls of callers have not ended."""
    answer = await _ask(admin, "GET", "/stats?filter=^http\\..*\\.downstream_rq_active$")
    counts = [line.rpartition(": ") for line in answer.splitlines() if "downstream_rq" in line]
    return sum(int(count) for name, _, count in counts if not name.startswith("http.admin."))


async def _ask(admin: str, method: str, path: str) -> str:
    """Return the body of the admin's answer."""
    if admin.startswith("unix:"):
        reader, writer = await asyncio.open_unix_connection(admin.removeprefix("unix:"))
    else:
        host, _, port = admin.rpartition(":")
        reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    try:
        request = f"{method} {path} HTTP/1.1\r\nhost: admin\r\nconnection: close\r\n\r\n"
        writer.write(request.encode())
        return (await reader.read()).decode()
    finally:
        writer.close()
