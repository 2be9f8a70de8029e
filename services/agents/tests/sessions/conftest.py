"""The Agents API of a service in this process, with a model that says what a test wrote for it."""

import asyncio
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
import pytest

from fleet.agents.v1 import messages as m
from fleet.agents.v1.operations import AgentServiceClient
from fleet_agents.__main__ import services
from fleet_agents.config import ServiceConfig
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.serve import serving
from fleet_testing.agents_neighbours import Neighbours, running
from fleet_testing.rest_face import RestFace

PLAIN = {"model": "chat", "instructions": "Be brief."}


@dataclass(frozen=True)
class Session:
    """A conversation with an agent, over REST."""

    rest: RestFace
    client: AgentServiceClient
    agent_id: str
    session_id: str

    @property
    def path(self):
        return f"/v1/agents/{self.agent_id}/session/{self.session_id}"

    async def asked(self, content="Hi", **fields):
        """Return the answer to a question, an error included."""
        answer = await self.rest("CreateAgentTurn", f"{self.path}/turn", body(content, **fields))
        return answer.error or answer.json

    async def told(self, content="Hi", **fields):
        """Return the events of a turn."""
        asked = body(content, stream=True, **fields)
        return payloads(await self.rest("CreateAgentTurn", f"{self.path}/turn", asked))

    async def resumed(self, turn_id, *given):
        """Return the answer to what tools gave, an error included."""
        path = f"{self.path}/turn/{turn_id}/resume"
        answer = await self.rest("ResumeAgentTurn", path, {"tool_responses": list(given)})
        return answer.error or answer.json

    async def told_on(self, turn_id, *given):
        """Return the events of a turn that goes on with what tools gave."""
        path = f"{self.path}/turn/{turn_id}/resume"
        asked = {"tool_responses": list(given), "stream": True}
        return payloads(await self.rest("ResumeAgentTurn", path, asked))

    async def seen(self, query=""):
        """Return the session, an error included."""
        answer = await self.rest("GetAgentSession", f"{self.path}{query}")
        return answer.error or answer.json

    def typed(self, content="Hi"):
        """Return the stream of a turn, over gRPC."""
        named = {"agent_id": self.agent_id, "session_id": self.session_id}
        asked = msgspec.convert(body(content) | named, m.CreateAgentTurnRequest)
        return self.client.stream_agent_turn(asked, Call("/m"))


def body(content, **fields):
    messages = content if isinstance(content, list) else [{"role": "user", "content": content}]
    return {"messages": messages, **fields}


def payloads(answer):
    """Return the payloads of a stream of unnamed events, which ends after the last one."""
    assert answer.error is None, answer.error
    *frames, nothing = answer.data.decode().split("\n\n")
    assert not nothing
    return [json.loads(frame.removeprefix("data: "))["event"]["payload"] for frame in frames]


class Api:
    """The API of one service."""

    def __init__(self, channel):
        self.rest = RestFace(channel.grpc, "fleet.agents.v1.AgentService")
        self.client = AgentServiceClient(channel)

    async def create(self, **config):
        """Return the id of a new agent."""
        asked = {"agent_config": PLAIN | config}
        return (await self.rest("CreateAgent", "/v1/agents", asked)).json["agent_id"]

    async def session(self, agent_id=None, **config):
        """Return a new session, of a new agent if none is named."""
        agent_id = agent_id or await self.create(**config)
        path, asked = f"/v1/agents/{agent_id}/session", {"session_name": "chat"}
        made = (await self.rest("CreateAgentSession", path, asked)).json
        return self.reopened(agent_id, made["session_id"])

    def reopened(self, agent_id, session_id):
        return Session(self.rest, self.client, agent_id, session_id)


@pytest.fixture
async def neighbours(monkeypatch):
    """What the service asks."""
    neighbours = Neighbours()
    async with running(neighbours) as addresses:
        monkeypatch.setenv("FLEET_ADDRESSES", addresses)
        yield neighbours


@pytest.fixture
def starts(url, neighbours):
    """Return what starts a service, for as long as a block runs."""
    del neighbours  # they must be there first

    @asynccontextmanager
    async def starts(**more):
        values = {"store": {"database": {"url": url}}, "safety": "safety", **more}
        config = ServiceConfig.model_validate(values)
        async with services(config) as bound, serving(bound) as address:
            channel = Channel("agents", at=address)
            try:
                yield Api(channel)
            finally:
                await channel.aclose()

    return starts


@pytest.fixture
async def api(starts):
    """A service that runs."""
    async with starts() as api:
        yield api


@pytest.fixture
def kinds():
    """Return of events what happened: the event, the kind of its step, and how far a call is."""

    def kinds(told):
        return [_kind(one) for one in told]

    return kinds


def _kind(one):
    delta = one.get("delta", {})
    parts = [one["event_type"], one.get("step_type"), delta.get("parse_status")]
    return " ".join(part for part in (*parts, delta.get("text") and "text") if part)


@pytest.fixture
def until():
    """Wait for what another task does."""

    async def until(claim, seconds=10):
        end = time.monotonic() + seconds
        while not claim():
            assert time.monotonic() < end
            await asyncio.sleep(0.01)

    return until
