"""The auth service, asked by gRPC as Envoy asks it."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from fleet_auth.__main__ import services
from fleet_auth.check_messages import REQUEST, RESPONSE, SERVICE
from fleet_auth.config import SCHEMA, ServiceConfig
from fleet_runtime.access.config import AuthConfig
from fleet_runtime.clients import Channel
from fleet_runtime.config import validate
from fleet_runtime.serve import serving
from fleet_runtime.store import DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.identity_servers import IdentityServer
from fleet_testing.rest_server import rest_server


@dataclass(frozen=True)
class Answered:
    """What Envoy is told: the status for the caller, and the headers for whoever comes next."""

    status: int
    headers: dict[str, str]
    removed: list[str]
    body: str


class Auth:
    """A running auth service."""

    def __init__(self, channel: Channel):
        self.channel = channel.grpc
        self._check = channel.grpc.unary_unary(
            f"/{SERVICE}/Check",
            request_serializer=REQUEST.SerializeToString,
            response_deserializer=RESPONSE.FromString,
        )

    async def check(self, token=None, path="/v1/models", source="192.0.2.1", **headers):
        """Ask about a call that came with `token`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        request = REQUEST(
            attributes={
                "source": {"address": {"socket_address": {"address": source}}},
                "request": {"http": {"method": "GET", "path": path, "headers": sent}},
            }
        )
        answer = await self._check(request, timeout=20)
        if answer.status.code == 0:
            ok = answer.ok_response
            return Answered(200, _pairs(ok.headers), list(ok.headers_to_remove), "")
        denied = answer.denied_response
        return Answered(denied.status.code, _pairs(denied.headers), [], denied.body)


def _pairs(headers):
    return {each.header.key: each.header.value for each in headers}


@pytest.fixture
async def start(tmp_path):
    """Starts auth services, which share a database."""
    store = {"database": {"url": f"sqlite:///{tmp_path}/auth.sqlite"}}
    await bring_up_to_date(
        validate(DatabaseConfig, store["database"]), SCHEMA, "fleet_auth.migrations"
    )
    async with AsyncExitStack() as stack:

        async def start(auth, **config):
            bound = services(
                validate(ServiceConfig, {"store": store, **config}), validate(AuthConfig, auth)
            )
            address = await stack.enter_async_context(
                serving(await stack.enter_async_context(bound))
            )
            channel = Channel("auth", at=address)
            stack.push_async_callback(channel.aclose)
            return Auth(channel)

        yield start


@pytest.fixture
async def knows():
    """Runs servers that know callers, by token."""
    async with AsyncExitStack() as stack:

        async def knows(answer, **users):
            server = IdentityServer(answer, users)
            return server, await stack.enter_async_context(rest_server(server))

        yield knows
