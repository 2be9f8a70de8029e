"""The gateway as one of the launcher's programs."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import yaml

from fleet_cli.home import RunFolder
from fleet_cli.probes import http_ok
from fleet_cli.program import Program
from fleet_cli.settings import Values
from fleet_gateway.admin import Admin
from fleet_gateway.config import GatewayConfig, GatewayFile, Route
from fleet_gateway.write import admin_address


def gateway_program(values: Values, routes: Mapping[str, Route], folder: RunFolder) -> Program:
    """Return the program that runs Envoy before the services that `routes` name."""
    settings = values.gateway.settings()
    file = GatewayFile(**dict(settings), routes=dict(routes), auth=values.auth)
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
        with suppress(OSError):  # it is gone already
            await asyncio.to_thread(Admin(admin).drain, seconds)

    return drain
