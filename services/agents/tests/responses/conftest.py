"""The whole agents service in this process, with a model that says what a test wrote for it."""

from contextlib import asynccontextmanager

import msgspec
import pytest

from fleet.agents.v1 import messages as m
from fleet.agents.v1.operations import ConversationServiceClient, ResponseServiceClient
from fleet_agents.__main__ import services
from fleet_agents.config import ServiceConfig
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.serve import serving
from fleet_testing.agents_neighbours import Neighbours, running
from fleet_testing.rest_face import RestFace


@pytest.fixture
async def neighbours(monkeypatch):
    """What the service asks."""
    neighbours = Neighbours()
    async with running(neighbours) as addresses:
        monkeypatch.setenv("FLEET_ADDRESSES", addresses)
        yield neighbours


@pytest.fixture
def settings(url, neighbours):
    """Return the config of a service; what is given stands beside or in place of ours."""

    def settings(**more):
        return {
            "store": {"database": {"url": url}},
            "files": None,
            "safety": "safety",
            "default_shields": ["guard"],
            "background": {"lease_seconds": 1.0, "in_flight": 4},
            **more,
        }

    return settings


class Agents:
    """A service that runs in this process, by both of its faces."""

    def __init__(self, channel):
        self.responses = ResponseServiceClient(channel)
        self.conversations = ConversationServiceClient(channel)
        self.rest = RestFace(channel.grpc, "fleet.agents.v1.ResponseService")

    async def ask(self, input="Hi", **fields):  # noqa: A002
        """Return the response to a request, which is given as its JSON."""
        return await self.responses.create_response(request(input, **fields), Call("/m"))

    async def events(self, input="Hi", **fields):  # noqa: A002
        """Return the events of a response."""
        asked = request(input, **fields)
        return [told async for told in self.responses.stream_response(asked, Call("/m"))]

    async def get(self, response_id):
        return await self.responses.get_response(
            m.GetResponseRequest(response_id=response_id), Call("/m")
        )


def request(input="Hi", **fields):  # noqa: A002
    """Return a request, as its JSON has it."""
    return msgspec.convert({"model": "chat", "input": input, **fields}, m.CreateResponseRequest)


@pytest.fixture
def starts(settings):
    """Return what starts a service, for as long as a block runs."""

    @asynccontextmanager
    async def starts(**more):
        config = ServiceConfig.model_validate(settings(**more))
        async with services(config) as bound, serving(bound) as address:
            channel = Channel("agents", at=address)
            try:
                yield Agents(channel)
            finally:
                await channel.aclose()

    return starts


@pytest.fixture
async def agents(starts):
    """A service that runs."""
    async with starts() as agents:
        yield agents
