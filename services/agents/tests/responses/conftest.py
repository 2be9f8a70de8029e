"""The whole agents service in this process, with a model that says what a test wrote for it."""

import asyncio
import json
import time
from contextlib import ExitStack, asynccontextmanager

import msgspec
import pytest

from fleet.agents.v1 import messages as m
from fleet.agents.v1.operations import (
    ConversationServiceClient,
    PromptServiceClient,
    ResponseServiceClient,
)
from fleet_agents.__main__ import services
from fleet_agents.config import ServiceConfig
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError
from fleet_runtime.serve import serving
from fleet_testing.agents_neighbours import Neighbours, running
from fleet_testing.inference_process import inference_process
from fleet_testing.openai_types import openai_types
from fleet_testing.rest_face import RestFace

PATIENCE = 30.0


@pytest.fixture(scope="session")
def sdks():
    """The types of OpenAI's SDKs, old and new."""
    with ExitStack() as stack:
        yield [stack.enter_context(openai_types(sdk)) for sdk in ("openai-2", "openai-3")]


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
        self.prompts = PromptServiceClient(channel)
        self.rest = RestFace(channel.grpc, "fleet.agents.v1.ResponseService")

    async def ask(self, input="Hi", **fields):  # noqa: A002
        """Return the response to a request, which is given as its JSON."""
        return await self.responses.create_response(request(input, **fields), Call("/m"))

    async def events(self, input="Hi", **fields):  # noqa: A002
        """Return the events of a response."""
        asked = request(input, **fields)
        return [told async for told in self.responses.stream_response(asked, Call("/m"))]

    async def told(self, input="Hi", **fields):  # noqa: A002
        """Return the events of a response as REST callers get them, which are streams that are whole."""
        body = {"model": "chat", "input": input, "stream": True, **fields}
        answer = await self.rest("CreateResponse", "/v1/responses", body)
        assert answer.error is None, answer.error
        *frames, end, nothing = answer.data.decode().split("\n\n")
        assert ("data: [DONE]", "") == (end, nothing)
        pairs = [frame.split("\n") for frame in frames]
        events = [json.loads(data.removeprefix("data: ")) for _, data in pairs]
        assert [f"event: {told['type']}" for told in events] == [name for name, _ in pairs]
        return events

    async def asked(self, input="Hi", **fields):  # noqa: A002
        """Return the answer to a REST caller, an error included."""
        body = {"model": "chat", "input": input, **fields}
        answer = await self.rest("CreateResponse", "/v1/responses", body)
        return answer.error or answer.json

    async def kept(self):
        """Return all responses that are kept, oldest first."""
        page = await self.responses.list_responses(
            m.ListResponsesRequest(order="asc", limit=100), Call("/m")
        )
        return page.data

    async def get(self, response_id):
        return await self.responses.get_response(
            m.GetResponseRequest(response_id=response_id), Call("/m")
        )

    async def follow(self, response_id, after=None):
        """Yield the events of a response after number `after`."""
        asked = m.GetResponseRequest(response_id=response_id, starting_after=after)
        async for told in self.responses.follow_response(asked, Call("/m")):
            yield told

    async def cancel(self, response_id):
        return await self.responses.cancel_response(
            m.CancelResponseRequest(response_id=response_id), Call("/m")
        )

    async def answers(self):
        """Wait until the service can be reached."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return await self.responses.list_responses(m.ListResponsesRequest(), Call("/m"))
            except FleetError:
                assert time.monotonic() < end
                await asyncio.sleep(0.1)

    async def ended(self, response_id):
        """Return a response when it has ended."""
        end = time.monotonic() + PATIENCE
        while (response := await self.get(response_id)).status in ("queued", "in_progress"):
            assert time.monotonic() < end, response.status
            await asyncio.sleep(0.05)
        return response


def request(input="Hi", **fields):  # noqa: A002
    """Return a request, as its JSON has it."""
    body = msgspec.json.encode({"model": "chat", "input": input, **fields})
    return msgspec.json.decode(body, type=m.CreateResponseRequest)


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


@pytest.fixture
def until():
    """Wait for what another task or process does."""

    async def until(claim, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not claim():
            assert time.monotonic() < end
            await asyncio.sleep(0.01)

    return until


@pytest.fixture
def dying(settings, tmp_path):
    """Return what starts a service in a process of its own, which can be killed, for as long as a block runs."""

    @asynccontextmanager
    async def dying(**more):
        with inference_process(settings(**more), tmp_path, package="fleet_agents") as process:
            channel = Channel("agents", at=process.address)
            try:
                agents = Agents(channel)
                await agents.answers()
                yield process, agents
            finally:
                await channel.aclose()

    return dying
